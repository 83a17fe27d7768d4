import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const here = (file: string) => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));

const start = (body: string) => {
  const source = `
    import { createLog } from ${here("./log.ts")};
    import { createShutdown, run } from ${here("./shutdown.ts")};
    import { InputError, RetryableError } from ${here("../errors.ts")};
    const log = createLog("test", "info");
    await run("test", async () => { ${body} });`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", source], { stdio: "pipe" });
  let stdout = "";
  let stderr = "";
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      if (stdout.includes("ready")) resolve();
    });
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ready, ended };
};

const service = `
  const { signal, onStop } = createShutdown({ log, exitWithParent: true });
  onStop(() => log.info("first registered"));
  onStop(() => log.info("last registered"));
  setInterval(() => {}, 1000);
  log.info("ready");`;

describe("createShutdown", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`stops on ${signal} with code 0, last registered first`, async () => {
      const { child, ready, ended } = start(service);
      await ready;
      child.kill(signal);
      const { code, stdout, stderr } = await ended;

      assert.equal(code, 0);
      assert.equal(stderr, "");
      assert.ok(stdout.indexOf("last registered") < stdout.indexOf("first registered"));
    });
  }

  it("ends when its parent was killed and nobody reads its log any more", { timeout: 10_000 }, async () => {
    const { child, ready } = start(service);
    await ready;
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.stdout.destroy();
    child.stderr.destroy();
    child.stdin.end();

    await exited;
  });

  it("stops when its parent's end of the pipe closes", async () => {
    const { child, ready, ended } = start(service);
    await ready;
    child.stdin.end();

    assert.equal((await ended).code, 0);
  });
});

describe("run", () => {
  it("turns an InputError into its sentence and code 1", async () => {
    const { code, stderr } = await start(`throw new InputError("X=1 is wrong; say 2.");`).ended;

    assert.equal(code, 1);
    assert.equal(stderr, "test: X=1 is wrong; say 2.\n");
  });

  it("turns a RetryableError into its sentence and code 75", async () => {
    const { code, stderr } = await start(`throw new RetryableError("Nobody answers; start it.");`).ended;

    assert.equal(code, 75);
    assert.equal(stderr, "test: Nobody answers; start it.\n");
  });

  it("ends with 75 for anything unforeseen, also in the background", async () => {
    const thrown = await start(`throw new Error("lost");`).ended;
    const rejected = await start("setTimeout(() => { void Promise.reject(new Error('lost later')); }, 1);").ended;

    assert.deepEqual([thrown.code, rejected.code], [75, 75]);
    assert.match(rejected.stderr, /lost later/);
  });
});

describe("createLog", () => {
  it("writes bigints as strings, deep inside too, and errors with their stack", async () => {
    const body = `log.info({ a: 10n ** 30n, b: [{ c: 1n }], error: new Error("why") }, "ready"); process.exit(0);`;
    const { stdout } = await start(body).ended;
    const line = JSON.parse(stdout);

    assert.equal(line.a, "1000000000000000000000000000000");
    assert.deepEqual(line.b, [{ c: "1" }]);
    assert.equal(line.error.message, "why");
    assert.equal(line.level, "info");
    assert.equal(line.name, "test");
  });
});
