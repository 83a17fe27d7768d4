import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createProcesses, type Program } from "./processes.ts";

const dir = mkdtempSync(join(tmpdir(), "processes-"));
const stops: (() => Promise<void>)[] = [];
after(async () => {
  await Promise.all(stops.map((stop) => stop()));
  rmSync(dir, { recursive: true });
});

const program = (name: string, script: string, more: Partial<Program> = {}): Program => ({
  ...{ name, command: process.execPath, args: ["-e", script], restart: true },
  ...more,
});

const supervise = () => {
  const told: string[] = [];
  let pids: Record<string, number> = {};
  const processes = createProcesses({
    logDir: dir,
    onPids: (next) => {
      pids = next;
    },
    onRestart: (name, why) => told.push(`${name} ${why}`),
    onGivenUp: (name, sentence) => told.push(`${name} gave up: ${sentence}`),
  });
  stops.push(processes.stop);
  const until = async (isSo: () => boolean) => {
    for (let i = 0; i < 3_000 && !isSo(); i++) await sleep(10);
    assert.ok(isSo(), told.join("\n"));
  };
  return { processes, told, until, pidOf: (name: string) => pids[name] };
};

const LIVES = "setInterval(() => {}, 1000);";

describe("createProcesses", () => {
  it("starts a killed program again, and tells its new pid", async () => {
    const { processes, told, until, pidOf } = supervise();
    processes.start(program("killed", LIVES));
    const first = pidOf("killed");
    process.kill(first ?? 0, "SIGKILL");
    await until(() => pidOf("killed") !== first && pidOf("killed") !== undefined);

    assert.deepEqual(told, ["killed was killed by SIGKILL"]);
  });

  it("starts a program that ends with 75 again and again", async () => {
    const { processes, told, until } = supervise();
    processes.start(program("retrying", "process.exit(75)"));
    await until(() => told.length === 3);

    assert.deepEqual(new Set(told), new Set(["retrying ended with code 75"]));
  });

  it("passes on the sentence of one that ends with 1, a port in use for example, and leaves it", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const http = JSON.stringify(new URL("../../kit/src/node/http.ts", import.meta.url).href);
    const shutdown = JSON.stringify(new URL("../../kit/src/node/shutdown.ts", import.meta.url).href);
    const script = `
      const [{ serveStatus }, { run }] = await Promise.all([import(${http}), import(${shutdown})]);
      await run("busy", () => serveStatus({ port: ${port}, health: () => ({}), metrics: () => "", log: console }));`;
    const { processes, told, until } = supervise();
    const args = ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "-e", script];
    processes.start(program("busy", "", { args }));
    await until(() => told.length > 0);
    server.close();

    assert.deepEqual(told, [`busy gave up: busy: HTTP_PORT ${port} is in use; choose another one or 0 for none.`]);
  });

  it("gives up one that must not be restarted, killed or not", async () => {
    const { processes, told, until } = supervise();
    processes.start(program("fragile", "process.exit(75)", { restart: false }));
    await until(() => told.length > 0);

    assert.deepEqual(told, ["fragile gave up: ended with code 75"]);
  });

  it("leaves one that ended with 0, and stops the others, foundations last", async () => {
    const { processes, told, until, pidOf } = supervise();
    const notes = (name: string) =>
      `process.on("SIGTERM", () => { console.log("${name} " + Date.now()); process.exit(0); });`;
    processes.start(program("done", "process.exit(0)"));
    processes.start(program("below", `${notes("below")} console.log("up"); ${LIVES}`, { foundation: true }));
    processes.start(program("above", `${notes("above")} console.log("up"); ${LIVES}`));
    const log = (name: string) => readFileSync(join(dir, `${name}.log`), "utf8");
    await until(() => log("below").includes("up") && log("above").includes("up"));
    const pid = pidOf("above") ?? 0;
    await processes.stop();

    assert.throws(() => process.kill(pid, 0));
    const at = (name: string) => Number(new RegExp(`${name} (\\d+)`).exec(log(name))?.[1]);
    assert.ok(at("above") <= at("below"));
    assert.deepEqual(told, []);
  });
});
