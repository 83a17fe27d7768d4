import type { Sending } from "../../data/chain-look.ts";
import type { Filler, Publication } from "../../data/network.ts";

const BPS = 10_000n;

export type FillerRow = {
  key: string;
  chain: number;
  address: `0x${string}`;
  baseSymbol: string;
  baseDecimals: number;
  fills: number;
  volume: bigint;
  discount: bigint;
  discountBps: bigint; // of the volume, down
  lastAt: bigint;
};

const divDown = (value: bigint, by: bigint): bigint => {
  const quotient = value / by;
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient;
};

/** One row for each filler and base asset: amounts of different assets have no sum. */
export const fillerRows = (fillers: readonly Filler[]): FillerRow[] => {
  const rows = new Map<string, FillerRow>();
  for (const { chain, address, vault, fills, volume, discount, timestamp } of fillers) {
    const { baseSymbol, baseDecimals } = vault;
    const key = `${chain}-${address}-${baseSymbol}-${baseDecimals}`;
    const before = rows.get(key) ?? { fills: 0, volume: 0n, discount: 0n, lastAt: 0n };
    const sum = { volume: before.volume + volume, discount: before.discount + discount };
    rows.set(key, {
      ...{ key, chain, address, baseSymbol, baseDecimals },
      fills: before.fills + fills,
      ...sum,
      discountBps: sum.volume === 0n ? 0n : divDown(sum.discount * BPS, sum.volume),
      lastAt: before.lastAt > timestamp ? before.lastAt : timestamp,
    });
  }
  return [...rows.values()].toSorted((a, b) => b.fills - a.fills);
};

export type SenderRow = {
  key: string;
  chain: number;
  address: `0x${string}`;
  published: number;
  filled: number;
  fee: bigint; // wei, of these transactions
  lastAt: bigint;
};

export type Sent = Publication & { what: "published" | "filled"; sending: Sending | undefined };

/** Who sent the transactions behind the newest rounds and fills; a transaction that did both is paid once. */
export const senderRows = (sent: readonly Sent[]): SenderRow[] => {
  const rows = new Map<string, SenderRow>();
  const paid = new Set<string>();
  for (const { chain, tx, timestamp, what, sending } of sent) {
    if (sending === undefined) continue;
    const key = `${chain}-${sending.sender}`;
    const before = rows.get(key) ?? {
      key,
      chain,
      address: sending.sender,
      published: 0,
      filled: 0,
      fee: 0n,
      lastAt: 0n,
    };
    const fee = before.fee + (paid.has(tx) ? 0n : sending.fee);
    const lastAt = before.lastAt > timestamp ? before.lastAt : timestamp;
    rows.set(key, { ...before, [what]: before[what] + 1, fee, lastAt });
    paid.add(tx);
  }
  return [...rows.values()].toSorted((a, b) => b.published + b.filled - (a.published + a.filled));
};

export type SignerRow = { address: `0x${string}`; number: number; signed: number };

/** How many of the looked-at reports carry each signer's signature. */
export const signerRows = (signers: readonly `0x${string}`[], reports: readonly (readonly string[])[]): SignerRow[] =>
  signers.map((address, index) => ({
    address,
    number: index + 1,
    signed: reports.filter((report) => report.includes(address.toLowerCase())).length,
  }));
