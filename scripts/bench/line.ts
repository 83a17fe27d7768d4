// One figure of the bench, what does the same beside it, and what it must keep to.
import { type Hex, hexToBytes } from "viem";

export type Line = {
  name: string;
  value: number;
  unit: string;
  peer?: string; // measured in the same run
  peerValue?: number;
  ratio?: number; // value / peerValue
} & Bound;

/** What a figure must keep to. Times depend on the machine and on who else uses it; gas does not. */
type Bound = {
  bound?: number; // the most `value` may be
  ratioBound?: number; // the most `ratio` may be
  floor?: number; // the least `value` may be
  ratioFloor?: number; // the least `ratio` may be
  isTime?: true; // a miss is said, but is no failure
  isOptional?: true; // it takes something that is not installed with the project
};

export type Peer = { name: string; value: number };

/** Of `gas`, and of whatever else is counted in it. */
export type FigureParams = { name: string; value: number; unit?: string; peer?: Peer };

export const figure = ({ name, value, unit = "gas", peer }: FigureParams): Line => ({
  ...{ name, value, unit },
  ...(peer && { peer: peer.name, peerValue: peer.value, ratio: Math.round((value / peer.value) * 1000) / 1000 }),
  ...bounds[name],
});

/** Lighthouse's categories of a page. */
const lighthouse = (page: string): Record<string, Bound> => ({
  [`app.lighthouse.${page}.performance`]: { floor: 95, isOptional: true, isTime: true },
  [`app.lighthouse.${page}.accessibility`]: { floor: 95, isOptional: true },
  [`app.lighthouse.${page}.best-practices`]: { floor: 95, isOptional: true },
  [`app.lighthouse.${page}.seo`]: { floor: 95, isOptional: true },
});

const bounds: Record<string, Bound> = {
  "signal.publish.gas": { bound: 75_000 },
  "signal.publish.forest.gas": { bound: 115_000 },
  "signal.round.gas": { bound: 130_000 },
  "signal.core.gas": { bound: 60_000 },
  "inference.dense.gas_per_mac": { bound: 5 },
  "inference.forest.gas": { bound: 40_000 },
  "vault.deposit.gas": { ratioBound: 1.6 },
  "vault.withdraw.gas": { ratioBound: 1.6 },
  "auction.fill.overhead.gas": { bound: 120_000 },
  "feed.latest.gas": { bound: 5_000 },
  "contracts.core.lines": { bound: 5_000 },
  "inference.wasm.per_second": { ratioFloor: 10, isTime: true },
  "indexer.cpu_us_per_event": { bound: 100, isTime: true },
  "indexer.latency_ms": { bound: 80, isTime: true },
  "app.first_view_kb": { bound: 200 },
  "app.lcp_ms": { bound: 1_500, isTime: true },
  "app.tbt_ms": { bound: 200, isTime: true },
  "app.layout_shift": { bound: 0.1 },
  "app.fill_to_screen_ms": { bound: 300, isTime: true },
  ...lighthouse("vaults"),
  ...lighthouse("vault"),
  "oracle.agree_ms.31": { bound: 1_000, isTime: true },
  "train.seconds": { bound: 60, isTime: true },
};

export type Kind = "gas" | "time" | "app";

const kindOf = (name: string, { isTime }: Bound): Kind => (name.startsWith("app.") ? "app" : isTime ? "time" : "gas");

/** Names of figures that must be there: those of the chain, of the services or of the app. */
export const boundedFigures = (kind: Kind): string[] =>
  Object.entries(bounds).flatMap(([name, bound]) => (kindOf(name, bound) === kind && !bound.isOptional ? [name] : []));

/** What a figure says against itself, if anything. */
export const missed = (line: Line): string | undefined => {
  const { name, value, unit, ratio = 0, peer, bound, floor, ratioBound, ratioFloor } = line;
  if (bound !== undefined && value > bound) return `${name} is ${value} ${unit}, at most ${bound} are allowed.`;
  if (floor !== undefined && value < floor) return `${name} is ${value} ${unit}, at least ${floor} are wanted.`;
  if (ratioBound !== undefined && ratio > ratioBound)
    return `${name} is ${ratio} times ${peer}, at most ${ratioBound} times are allowed.`;
  if (ratioFloor !== undefined && ratio < ratioFloor)
    return `${name} is ${ratio} times ${peer}, at least ${ratioFloor} times are wanted.`;
  return undefined;
};

const TRANSACTION_GAS = 21_000;

/** What a transaction of `gasUsed` executes: without its base and its calldata. */
export const executedGas = (gasUsed: bigint, calldata: Hex): number =>
  Number(gasUsed) - hexToBytes(calldata).reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), TRANSACTION_GAS);

/** A readable row of the table. */
export const row = (line: Line): string => {
  const { name, value, unit, peer, peerValue, ratio } = line;
  const beside = peer === undefined ? "" : `${ratio} × ${peer} (${grouped(peerValue ?? 0)})`;
  return `${name.padEnd(34)}${grouped(value).padStart(12)} ${unit.padEnd(10)}${limit(line).padEnd(12)}${beside}`.trimEnd();
};

const limit = ({ bound, floor, ratioBound, ratioFloor }: Bound): string => {
  if (bound !== undefined) return `≤ ${grouped(bound)}`;
  if (floor !== undefined) return `≥ ${grouped(floor)}`;
  if (ratioBound !== undefined) return `≤ ${ratioBound} ×`;
  return ratioFloor === undefined ? "" : `≥ ${ratioFloor} ×`;
};

const grouped = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 3 });
