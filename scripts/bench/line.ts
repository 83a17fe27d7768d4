// One figure of the bench, what does the same beside it, and the most it may be.
import { type Hex, hexToBytes } from "viem";

export type Line = {
  name: string;
  value: number;
  unit: string;
  peer?: string; // measured in the same run
  peerValue?: number;
  ratio?: number; // value / peerValue
  bound?: number; // of `value`
  ratioBound?: number; // of `ratio`
};

export type Peer = { name: string; value: number };

/** Of `gas`, and of whatever else is counted in it. */
export type FigureParams = { name: string; value: number; unit?: string; peer?: Peer };

export const figure = ({ name, value, unit = "gas", peer }: FigureParams): Line => ({
  ...{ name, value, unit },
  ...(peer && { peer: peer.name, peerValue: peer.value, ratio: Math.round((value / peer.value) * 1000) / 1000 }),
  ...bounds[name],
});

const bounds: Record<string, Pick<Line, "bound" | "ratioBound">> = {
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
};

/** Names of figures that must be there. */
export const boundedFigures = Object.keys(bounds);

/** What a figure says against itself, if anything. */
export const missed = ({ name, value, unit, ratio = 0, peer, bound, ratioBound }: Line): string | undefined => {
  if (bound !== undefined && value > bound) return `${name} is ${value} ${unit}, at most ${bound} are allowed.`;
  if (ratioBound !== undefined && ratio > ratioBound)
    return `${name} is ${ratio} times ${peer}, at most ${ratioBound} times are allowed.`;
  return undefined;
};

const TRANSACTION_GAS = 21_000;

/** What a transaction of `gasUsed` executes: without its base and its calldata. */
export const executedGas = (gasUsed: bigint, calldata: Hex): number =>
  Number(gasUsed) - hexToBytes(calldata).reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), TRANSACTION_GAS);

/** A readable row of the table. */
export const row = ({ name, value, unit, peer, peerValue, ratio, bound, ratioBound }: Line): string => {
  const most = bound !== undefined ? `≤ ${grouped(bound)}` : ratioBound !== undefined ? `≤ ${ratioBound} ×` : "";
  const beside = peer === undefined ? "" : `${ratio} × ${peer} (${grouped(peerValue ?? 0)})`;
  return `${name.padEnd(34)}${grouped(value).padStart(12)} ${unit.padEnd(10)}${most.padEnd(12)}${beside}`.trimEnd();
};

const grouped = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 3 });
