// How long oracle nodes take to agree, and what it takes to check one signature. The nodes run in this process, each with
// its own WebSockets on the loopback interface, and share its one thread: 31 machines of their own do better.
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { type Hex, hexToBytes, keccak256, recoverAddress, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { candleOf, type LocalNetwork, openLocalNetwork, startChain, until } from "../../oracle/src/local-network.ts";
import { candleRound } from "../../oracle/src/round.ts";
import { createVerify } from "../../oracle/src/signatures.ts";
import { median } from "../median.ts";
import { figure, type Line } from "./line.ts";

export const measureOracle = async (): Promise<Line[]> => [
  ...(await measureVerification()),
  figure({ name: "oracle.agree_ms.4", value: await measureAgreement(4), unit: "ms p50" }),
  figure({ name: "oracle.agree_ms.31", value: await measureAgreement(31), unit: "ms p50" }),
];

/* AGREEMENT */

const WARM_UP = 3; // rounds
const ROUNDS = 13;

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** From the moment a candle can be observed until its leader holds the signed reports of a quorum. */
const measureAgreement = async (nodes: number): Promise<number> => {
  const anvil = await startChain(31_337);
  const network = await openLocalNetwork({ name: "bench", nodes, anvils: [anvil], takeoverMs: 10_000 });
  try {
    await network.startAll();
    const times: number[] = [];
    for (let day = 1n; day <= WARM_UP + ROUNDS; day += 1n) times.push(await timeRound(network, day));
    return rounded(median(times.slice(WARM_UP)));
  } finally {
    await network.close();
    await anvil.stop();
  }
};

const timeRound = async (network: LocalNetwork, day: bigint): Promise<number> => {
  const candle = candleOf(day);
  for (const market of network.markets) await market.advanceTo(candle.end);
  const from = performance.timeOrigin + performance.now();
  network.exchange.close(candle);
  await network.landed(day);
  await until("its price is there too", async () =>
    (await Promise.all(network.markets.map((market) => market.reported()))).every(
      (each) => each.observedAt >= candle.end,
    ),
  );
  const round = candleRound(candle.start);
  const leaders = [...network.running.values()].flatMap(({ status }) => {
    const { candle: agreed } = status().agreed;
    return agreed?.round === round && agreed.role === "leader" ? [agreed.at] : [];
  });
  return Math.min(...leaders) - from;
};

/* SIGNATURES */

const SIGNATURES = 64;
const LAPS = 8;

/** µs a signature of the fastest lap: what others do on this machine only makes a lap slower. */
const timeEach = async (check: (index: number) => unknown): Promise<number> => {
  const laps: number[] = [];
  for (let lap = 0; lap < LAPS; lap += 1) {
    const from = performance.now();
    for (let index = 0; index < SIGNATURES; index += 1) await check(index);
    laps.push(((performance.now() - from) * 1_000) / SIGNATURES);
  }
  return rounded(Math.min(...laps));
};

/** The same question each time: who signed this hash? */
const measureVerification = async (): Promise<Line[]> => {
  const account = privateKeyToAccount(keccak256(toHex("bench")));
  const hashes = Array.from({ length: SIGNATURES }, (_, index) => keccak256(toHex(index)));
  const signatures = await Promise.all(hashes.map((hash) => account.sign({ hash })));
  const at = (index: number): { hash: Hex; signature: Hex } => ({
    hash: hashes[index] ?? "0x",
    signature: signatures[index] ?? "0x",
  });
  const publicKey = hexToBytes(account.publicKey);

  const verify = createVerify();
  const native = await timeEach((index) => {
    const { hash, signature } = at(index);
    if (!verify(account.address, hash, signature)) throw new Error("a right signature was refused");
  });
  const noble = await timeEach((index) => {
    const { hash, signature } = at(index);
    const isRight = secp256k1.verify(hexToBytes(signature).subarray(0, 64), hexToBytes(hash), publicKey, {
      prehash: false,
    });
    if (!isRight) throw new Error("noble refused a right signature");
  });
  const viem = await timeEach((index) => recoverAddress(at(index)));
  const name = "oracle.verify_us";
  return [
    figure({ name, value: native, unit: "µs", peer: { name: "noble, key known", value: noble } }),
    figure({ name: "oracle.verify_us.viem", value: viem, unit: "µs" }),
  ];
};
