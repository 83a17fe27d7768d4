// One run in which everything that can die dies in turn, and one of two RPC endpoints hangs: the loop goes on by itself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { signalFeedAbi } from "@aibot/kit/generated/abis";
import { feedId } from "@aibot/kit/ids";
import { type Chain, loadChains } from "@aibot/kit/node/chain";
import { type FaultProxy, startFaultProxy } from "../../kit/test/fault-proxy.ts";
import { type Ports, portsFrom } from "../../scripts/start/ports.ts";
import { reportChain } from "../../scripts/start/report.ts";
import { freePorts, leftRunning, type Protocol, startProtocol, stateFolder } from "./protocol.ts";

const PATIENCE_MS = 120_000;
const FURTHER_ROUNDS = 2;
const { dir, forget } = stateFolder();

let ports: Ports;
let protocol: Protocol;
let proxy: FaultProxy;
let chain: Chain;
let firstRound: number;

const until = async (what: string, isSo: () => Promise<boolean>) => {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    assert.equal(protocol.process.exitCode, null, `the run ended before ${what}:\n${protocol.errors()}`);
    assert.ok(performance.now() < deadline, `waited in vain for ${what}:\n${protocol.errors()}`);
    await sleep(50);
  }
};

const lastRound = async (): Promise<number> => {
  const { signalFeed } = chain.deployment.contracts;
  const args = [feedId("SPX/USD vol")] as const;
  const call = { address: signalFeed, abi: signalFeedAbi, functionName: "feedInfo", args } as const;
  return (await chain.client.readContract(call)).lastRound;
};

const untilFurtherRounds = async () => {
  const from = await lastRound();
  await until(`round ${from + FURTHER_ROUNDS}`, async () => (await lastRound()) >= from + FURTHER_ROUNDS);
};

before(async () => {
  const first = await freePorts();
  ports = portsFrom(Number(first), 1);
  const local = `http://127.0.0.1:${ports.chains[0]}`;
  proxy = await startFaultProxy(local);
  protocol = startProtocol(dir, ["--port", first, "--speed", "20", "--json", "--rpc", proxy.rpc]);
  await protocol.said(/^graphql: /m, 240);
  const deployment = join(dir, "chain-31337/deployment.json");
  [chain] = (await loadChains([{ id: 31_337, rpc: local, deployment }])) as [Chain];
  await until("the first round", async () => (await lastRound()) > 160); // 160 candles seed the market
  firstRound = await lastRound();
});

after(async () => {
  if (protocol.process.exitCode === null) protocol.process.kill("SIGKILL");
  await protocol.exit;
  await proxy.stop();
  forget();
});

const pidOf = (name: string) =>
  (JSON.parse(readFileSync(join(dir, "pids.json"), "utf8")) as Record<string, number>)[name];

const answers = (url: string) =>
  fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
const health = (port: number | undefined) => `http://127.0.0.1:${port}/health`;
const graphqlUrl = () => `http://127.0.0.1:${ports.graphql}/graphql`;

describe("an RPC endpoint that hangs", () => {
  it("stops nothing while the second one answers, and is asked again when it answers", async () => {
    proxy.set({ kind: "hang" });
    const asked = proxy.calls().length;
    await until("a request that hangs", async () => proxy.calls().length > asked);
    await untilFurtherRounds();
    proxy.set({ kind: "none" });

    const sent = () => proxy.calls().filter((method) => method === "eth_sendRawTransaction").length;
    const before = sent();
    await until("a transaction through the first endpoint", async () => sent() > before);
  });
});

describe("kill -9", () => {
  const victims: [name: string, sign: () => string][] = [
    ...Array.from({ length: 4 }, (_, i): [string, () => string] => [
      `oracle-${i}`,
      () => health(ports.status.oracle[i]),
    ]),
    ["ai-node", () => health(ports.status.aiNode)],
    ["keeper", () => health(ports.status.keeper)],
    ["indexer-31337", () => health(ports.status.indexers[0])],
    ["graphql", () => `${graphqlUrl()}?query={__typename}`],
    ["app", () => `http://127.0.0.1:${ports.app}`],
  ];
  for (const [name, sign] of victims) {
    it(`of ${name}: it comes back healthy and ${FURTHER_ROUNDS} further rounds are published`, async () => {
      const pid = pidOf(name);
      assert.ok(pid);
      process.kill(pid, "SIGKILL");

      await until(`a new ${name}`, async () => ![undefined, pid].includes(pidOf(name)));
      await until(`${name} to be healthy`, () => answers(sign()));
      await untilFurtherRounds();
    });
  }

  it("of PostgreSQL: it comes back with what it knew, and so do indexer and GraphQL", async () => {
    const pid = () => Number(readFileSync(join(dir, "database/data/postmaster.pid"), "utf8").split("\n")[0]);
    const killed = pid();
    assert.ok(killed > 0); // 0 would be this very group
    process.kill(killed, "SIGKILL");

    await until("a new server", async () => {
      try {
        return pid() !== killed;
      } catch {
        return false; // the file of the killed one is gone, the new one's is not there yet
      }
    });
    await until("GraphQL to answer", () => answers(`${graphqlUrl()}?query={heads{height}}`));
    await until("the indexer to be healthy", () => answers(health(ports.status.indexers[0])));
    await untilFurtherRounds();
  });

  it("KEE-1 IDX-1 SIG-1 has left every round equal to the reference, nothing sent twice, one NAV everywhere", async () => {
    const rounds = { first: firstRound, last: await lastRound() };
    const journals = join(dir, "journals");
    const report = await reportChain({ chain, graphql: graphqlUrl(), rounds, fromBlock: 0n, journals });

    assert.equal(report.published, rounds.last - rounds.first + 1);
    assert.equal(report.equalToReference, report.published, report.unequal.join("; "));
    assert.equal(report.doubleSends, 0);
    assert.equal(report.nav.graphql, report.nav.chain);
    assert.ok(report.published >= FURTHER_ROUNDS * (victims.length + 2));
  });

  it("of the chain ends the run with a sentence, and leaves no process", async () => {
    const [line = ""] = leftRunning(dir).filter((command) => /^\d+ \S*\/bin\/anvil /.test(command));
    process.kill(Number(line.split(" ")[0]), "SIGKILL");

    assert.equal(await protocol.exit, 1);
    assert.match(protocol.errors(), /^chain-31337 gave up: was killed by signal 9$/m);
    assert.deepEqual(leftRunning(dir), []);
  });
});
