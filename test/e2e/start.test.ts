// What `npm start` promises around the loop: several chains, unclean ends, clear refusals.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "../../scripts/start/report.ts";
import { freePorts, lastJson, leftRunning, startProtocol, stateFolder } from "./protocol.ts";

const folders: (() => void)[] = [];
after(() => {
  for (const forget of folders) forget();
});
const folder = (): string => {
  const { dir, forget } = stateFolder();
  folders.push(forget);
  return dir;
};

const finish = async (dir: string, args: string[]) => {
  const protocol = startProtocol(dir, args);
  const code = await protocol.exit;
  return { code, report: code === 0 ? lastJson<Report>(protocol.output()) : undefined, errors: protocol.errors() };
};

describe("two chains", () => {
  it("publish, trade and verify the same rounds, and leave no process", async () => {
    const dir = folder();

    const { code, report, errors } = await finish(dir, [
      ...["--port", await freePorts(), "--chains", "2", "--rounds", "3", "--exit", "--json"],
    ]);

    assert.equal(code, 0, errors);
    assert.equal(report?.published, 6);
    assert.equal(report?.equalToReference, 6);
    assert.equal(report?.doubleSends, 0);
    assert.deepEqual(leftRunning(dir), []);
  });
});

/** Processes of a run whose command line holds `part`. */
const pidsOf = (dir: string, part: string): number[] =>
  leftRunning(dir)
    .filter((line) => line.includes(part))
    .map((line) => Number(line.split(" ")[0]));

describe("a run that was killed", () => {
  it("goes on where it was: start alone killed, then everything at once", async () => {
    const dir = folder();
    const port = await freePorts();
    const killed = startProtocol(dir, ["--port", port, "--speed", "20", "--json"]);
    await killed.said(/"round":165/, 240);
    killed.process.kill("SIGKILL");
    for (let tries = 0; leftRunning(dir).length > 0; tries += 1) {
      assert.ok(tries < 200, `still running: ${leftRunning(dir).join("\n")}`);
      await sleep(100);
    }

    const again = await finish(dir, ["--port", port, "--rounds", "3", "--exit", "--json"]);
    assert.equal(again.code, 0, again.errors);
    assert.equal(again.report?.equalToReference, 3);

    const third = startProtocol(dir, ["--port", port, "--speed", "20", "--json"]);
    await third.said(/"round":17[0-9]/, 240);
    // anvil first, so that it cannot write what it knows: database and journals are then ahead of the chain.
    for (const pid of [...pidsOf(dir, "bin/anvil"), third.process.pid ?? 0]) process.kill(pid, "SIGKILL");
    for (let tries = 0; leftRunning(dir).length > 0 && tries < 200; tries += 1) await sleep(100);

    const last = await finish(dir, ["--port", port, "--rounds", "3", "--exit", "--json"]);
    assert.equal(last.code, 0, last.errors);
    assert.deepEqual([last.report?.published, last.report?.equalToReference, last.report?.doubleSends], [3, 3, 0]);
    assert.equal(last.report?.nav.chain, last.report?.nav.graphql);
  });
});

describe("a mistake in the command", () => {
  const refused = async (args: string[], dir = folder()) => {
    const { code, errors } = await finish(dir, args);
    assert.equal(code, 1);
    assert.doesNotMatch(errors, /^ +at /m);
    assert.deepEqual(leftRunning(dir), []);
    return errors;
  };

  it("is answered in a sentence for a CSV that cannot be used, and nothing is left behind", async () => {
    const dir = folder();
    const file = join(dir, "prices.csv");
    writeFileSync(file, "date,open,high,low,close\n2020-01-01,1,1,1,1\n2020-01-02,1,1,2,1\n");

    const errors = await refused(["--data", file, "--rounds", "2", "--exit"], dir);

    assert.match(errors, /prices\.csv, line 3: high 1 is below low 2/);
    assert.deepEqual(readdirSync(dir), ["prices.csv"]);
  });

  it("names the port that is in use and how to choose another", async () => {
    const port = Number(await freePorts());
    const server = createServer().listen(port + 1, "127.0.0.1");

    const errors = await refused(["--port", String(port), "--rounds", "1", "--exit"]);

    assert.match(errors, new RegExp(`Port ${port + 1} \\(GraphQL\\) is in use.*--port`));
    server.close();
  });

  it("names a folder that cannot be written", async () => {
    assert.match(await refused(["--rounds", "1", "--exit"], "/proc/aibot"), /\/proc\/aibot cannot be written/);
  });

  it("names an exchange that does not exist", async () => {
    assert.match(await refused(["--data", "live:nowhere:BTC/USD", "--rounds", "1", "--exit"]), /nowhere/);
  });

  it("asks for --reset when the state is of other data", async () => {
    const dir = folder();
    writeFileSync(join(dir, "run.json"), JSON.stringify({ fingerprint: "of something else" }));

    assert.match(await refused(["--rounds", "1", "--exit"], dir), /other data or options: add --reset/);
    assert.equal(JSON.parse(readFileSync(join(dir, "run.json"), "utf8")).fingerprint, "of something else");
  });
});
