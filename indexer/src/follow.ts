// Follows the head of a chain by hash, so that every reorganisation is seen: deeper, at the same height, or to a block
// that is already known. Subsquid's own loop compares heights and waits for the next block instead.
import type { HotDatabaseState, HotUpdate } from "@subsquid/util-internal-processor-tools";

export type BlockId = { height: number; hash: string };
export type Header = BlockId & { parentHash: string; timestamp: number };
export type HeadBlock<Log> = { header: Header; logs: Log[] };

export type ChainReader<Log> = {
  /** Undefined when the node does not say. */
  latest(): Promise<Header | undefined>;
  /** Undefined when the chain has dropped the block. */
  header(hash: string): Promise<Header | undefined>;
  /** Undefined when the chain has dropped the block, or the answer cannot be right. */
  logs(header: Header): Promise<Log[] | undefined>;
};

/** "forked-below-final": the chain was rolled back further than can be undone. "far-behind": reading ranges is faster. */
export type FollowResult = { kind: "stopped" | "far-behind" } | { kind: "forked-below-final"; final: BlockId };

/** A head that says little about the chain: of a node that has not caught up with what is indexed. */
type Doubt = "lagging" | "behind-final" | "vanished-block";

/** The headers after the newest block that `chain` and the branch of `head` share, oldest first. */
type Branch = { kind: "branch"; base: number; headers: Header[] } | { kind: "gone" } | { kind: "below-final" };

const branchOf = async <Log>(reader: ChainReader<Log>, chain: BlockId[], head: Header): Promise<Branch> => {
  const final = chain[0]?.height ?? -1;
  const positionOf = ({ height, hash }: BlockId): number =>
    chain[height - final]?.hash === hash ? height - final : -1;
  const headers: Header[] = [];
  let next: Header | undefined = head;
  for (;;) {
    if (next === undefined) return { kind: "gone" };
    const position = positionOf(next);
    if (position >= 0) return { kind: "branch", base: position, headers: headers.reverse() };
    if (next.height === final) return { kind: "below-final" };
    headers.push(next);
    const parent: BlockId = { height: next.height - 1, hash: next.parentHash };
    const known = positionOf(parent);
    if (known >= 0) return { kind: "branch", base: known, headers: headers.reverse() };
    const read = await reader.header(parent.hash);
    next = read?.height === parent.height ? read : undefined; // a node that numbers blocks wrongly knows nothing
  }
};

/** Undefined when the chain has dropped one of the blocks. */
const withLogs = async <Log>(reader: ChainReader<Log>, headers: Header[]): Promise<HeadBlock<Log>[] | undefined> => {
  const logs = await Promise.all(headers.map((header) => reader.logs(header)));
  const blocks = headers.flatMap((header, k) => (logs[k] === undefined ? [] : [{ header, logs: logs[k] }]));
  return blocks.length < headers.length ? undefined : blocks;
};

export type FollowParams<Log> = {
  reader: ChainReader<Log>;
  state: HotDatabaseState;
  finality: number; // blocks above the last one that is taken as final
  apply(update: HotUpdate<HeadBlock<Log>>): Promise<void>;
  /** Resolves when the head may have changed, with what was announced as the new one, if anything was. */
  wait(): Promise<Header | undefined>;
  report(doubt: Doubt, height?: number): void;
  patienceMs: number; // how long an earlier head is that of a node that lags, and not of a chain that was rolled back
  farBehind: number; // blocks
  now(): number; // milliseconds
  signal: AbortSignal;
};

/** Whether the head is a block below the tip: nothing to apply, something to undo. */
const isShorter = (branch: Branch, chain: BlockId[]): boolean =>
  branch.kind === "branch" && branch.headers.length === 0 && branch.base < chain.length - 1;

/** Applies every change of the head until `signal` is aborted, or following is no longer the way. */
export const follow = async <Log>(params: FollowParams<Log>): Promise<FollowResult> => {
  const { reader, state, finality, apply, wait, report, patienceMs, farBehind, now, signal } = params;
  let chain: BlockId[] = [{ height: state.height, hash: state.hash }, ...state.top]; // final block first, no gaps
  let shorterSince: number | undefined;
  let announced: Header | undefined;

  const doubt = async (kind: Doubt, height?: number): Promise<void> => {
    report(kind, height);
    announced = await wait();
  };

  while (!signal.aborted) {
    const [final, tip] = [chain[0] as BlockId, chain.at(-1) as BlockId];
    // An announcement may be late. It is believed when it continues what is known, else the chain is asked.
    const head = announced?.parentHash === tip.hash ? announced : await reader.latest();
    if (head === undefined || head.hash === tip.hash) {
      shorterSince = undefined;
      announced = await wait();
      continue;
    }
    if (head.height - tip.height > farBehind) return { kind: "far-behind" };
    if (head.height < final.height) {
      await doubt("behind-final", head.height);
      continue;
    }

    const branch = await branchOf(reader, chain, head);
    if (branch.kind === "below-final") return { kind: "forked-below-final", final };
    shorterSince = isShorter(branch, chain) ? (shorterSince ?? now()) : undefined;
    if (shorterSince !== undefined && now() - shorterSince < patienceMs) {
      await doubt("lagging", head.height);
      continue;
    }
    const blocks = branch.kind === "branch" ? await withLogs(reader, branch.headers) : undefined;
    if (branch.kind === "gone" || blocks === undefined) {
      await doubt("vanished-block", head.height); // the chain has moved on while it was being read
      continue;
    }

    const kept = [...chain.slice(0, branch.base + 1), ...branch.headers];
    const finalPosition = Math.max(0, kept.length - 1 - finality);
    const finalizedHead = kept[finalPosition] as BlockId;
    await apply({ baseHead: kept[branch.base] as BlockId, finalizedHead, blocks });
    chain = kept.slice(finalPosition);
    shorterSince = undefined;
  }
  return { kind: "stopped" };
};
