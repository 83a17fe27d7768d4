import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("./service.child.ts", import.meta.url));
const SECRET = "1234567890abcdef".repeat(4);

const settings = {
  CHAINS: JSON.stringify([
    { id: 1, rpc: "https://user:pass1@eth.example/v2/apikey1?token=apikey2", deployment: "/tmp/deployment.json" },
  ]),
  STATE_DIR: "/tmp/state",
  PRIVATE_KEY: `0x${SECRET}`,
  DB_URL: "postgres://indexer:pass2@db.example:5432/main",
};

const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
};

/** Starts the child; `said` resolves when it has logged a message. */
const start = (env: Record<string, string>, args: string[] = []) => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", CHILD, ...args], {
    stdio: "pipe",
    env: { PATH: process.env.PATH, ...env },
  });
  children.push(child);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  const said = (message: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => stdout.includes(`"msg":"${message}"`) && resolve();
      child.stdout.on("data", look);
      child.once("close", () => reject(new Error(`ended without saying "${message}": ${stdout}${stderr}`)));
      look();
    });
  return { child, ended, said };
};

const lines = (stdout: string) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("runService", () => {
  it("prints every setting under --help and ends with 0", async () => {
    const { code, stdout } = await start({}, ["--help"]).ended;

    assert.equal(code, 0);
    assert.match(stdout, /^Does what a test needs\.\n/);
    for (const name of ["CHAINS", "STATE_DIR", "LOG_LEVEL", "HTTP_PORT", "EXIT_WITH_PARENT", "PRIVATE_KEY", "INDEX"])
      assert.match(stdout, new RegExp(`^ {2}${name} `, "m"));
  });

  it("logs every setting, defaults too, and no secret, neither a key nor what is in a URL", async () => {
    const { child, ended, said } = start({ ...settings, INDEX: "3" });
    await said("started");
    child.kill("SIGTERM");
    const { stdout, stderr } = await ended;
    const logged = lines(stdout).find(({ msg }) => msg === "settings");

    assert.equal(logged?.level, "info");
    assert.equal(logged?.name, "child-3");
    assert.deepEqual(logged?.settings, {
      CHAINS: [{ id: 1, rpc: "https://eth.example/…", deployment: "/tmp/deployment.json" }],
      STATE_DIR: "/tmp/state",
      LOG_LEVEL: "info",
      HTTP_PORT: 0,
      EXIT_WITH_PARENT: false,
      PRIVATE_KEY: "[redacted]",
      DB_URL: "postgres://db.example:5432/…",
      INDEX: 3,
      BEHAVIOUR: "serve",
    });
    for (const secret of [SECRET, "pass1", "apikey1", "apikey2", "pass2"])
      assert.ok(!(stdout + stderr).includes(secret), secret);
  });

  it("shows no secret of a setting that it refuses", async () => {
    const { code, stderr } = await start({ ...settings, CHAINS: settings.CHAINS.replace('"id":1', '"id":"one"') })
      .ended;

    assert.equal(code, 1);
    assert.match(stderr, /^child: CHAINS=.*https:\/\/eth\.example\/….* is invalid at 0\.id: expected a chain id/);
    assert.doesNotMatch(stderr, /pass1|apikey/);
  });

  const ends: [behaviour: string, code: number, stderr: RegExp][] = [
    ["refuse", 1, /^child: X=1 is wrong; say 2\.\n$/],
    ["crash", 75, /^child: Error: lost\n +at /],
    ["crash later", 75, /lost later/],
    ["crash running", 1, /^child: Block 7 is gone; reset\.\n$/],
  ];
  for (const [behaviour, expected, sentence] of ends) {
    it(`ends with ${expected} when it must ${behaviour}`, async () => {
      const { code, stderr } = await start({ ...settings, BEHAVIOUR: behaviour }).ended;

      assert.equal(code, expected);
      assert.match(stderr, sentence);
    });
  }

  it("answers /health with 503 and the reason while it starts, 200 when it has, 503 with each reason that comes", async () => {
    const port = await freePort();
    const { child, ended, said } = start({ ...settings, HTTP_PORT: `${port}`, BEHAVIOUR: "start slowly" });
    const health = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/health`);
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    await said("serving /health and /metrics");
    const starting = await health();
    child.kill("SIGHUP"); // lets it start
    await said("started");
    const started = await health();
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    child.kill("SIGUSR2"); // makes it sick
    for (let sick = started; sick.status === 200; ) sick = await health();
    const sick = await health();
    child.kill("SIGTERM");
    await ended;

    assert.deepEqual(starting, { status: 503, body: { ok: false, reasons: ["starting"], service: "child-0" } });
    assert.deepEqual(started, { status: 200, body: { ok: true, reasons: [], service: "child-0", block: "7" } });
    assert.match(metrics, /^child_started_total 1$/m);
    assert.equal(sick.status, 503);
    assert.deepEqual(sick.body.reasons, ["chain 1 does not answer"]);
  });

  it("names an HTTP_PORT in use in a sentence and ends with 1", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const { code, stderr } = await start({ ...settings, HTTP_PORT: `${port}` }).ended;
    server.close();

    assert.equal(code, 1);
    assert.equal(stderr, `child: HTTP_PORT ${port} is in use; choose another one or 0 for none.\n`);
  });

  it("stops on SIGTERM in order with 0, also when that calls off its start or its work", async () => {
    const serving = start(settings);
    const starting = start({ ...settings, BEHAVIOUR: "start slowly" });
    const running = start({ ...settings, BEHAVIOUR: "run" });
    await Promise.all([serving.said("started"), starting.said("settings"), running.said("started")]);
    for (const { child } of [serving, starting, running]) child.kill("SIGTERM");
    const [first, second, third] = await Promise.all([serving.ended, starting.ended, running.ended]);

    assert.deepEqual([first.code, second.code, third.code], [0, 0, 0], second.stderr + third.stderr);
    assert.deepEqual(
      lines(first.stdout)
        .map(({ msg }) => msg)
        .slice(-3),
      ["stopping", "closed", "stopped"],
    );
  });

  it("exits 5 s after SIGTERM although something is still busy, and says so", async () => {
    const { child, ended, said } = start({ ...settings, BEHAVIOUR: "busy" });
    await said("started");
    child.kill("SIGTERM");
    const { code, stdout } = await ended;

    assert.equal(code, 0);
    assert.match(stdout, /"graceMs":5000.*still busy, exiting anyway/);
  });
});
