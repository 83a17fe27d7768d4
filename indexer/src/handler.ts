// One batch of blocks: decode, load once, apply, write.
import type { Deployment } from "@aibot/kit/deployment";
import { apply, references } from "./apply.ts";
import { absorb, emptyRows, type Rows } from "./draft.ts";
import { type Block, decodeBlocks } from "./events.ts";
import { type RowStore, type Transaction, trim } from "./store.ts";

export type ChainBlock = Block & { header: { hash: string; parentHash: string } };
export type Handle = (transaction: Transaction, blocks: ChainBlock[]) => Promise<void>;
export type HandlerParams = { deployment: Deployment; store: RowStore };

/**
 * Keeps the rows of the newest block in memory. They hold only for its child: after a fork or a failed commit the next
 * block has another parent and everything is read again.
 */
export const createHandler = ({ deployment, store }: HandlerParams): Handle => {
  let known: { tip: string; rows: Rows } = { tip: "", rows: emptyRows([]) };

  return async (transaction, blocks) => {
    const [first, last] = [blocks[0], blocks.at(-1)];
    if (first === undefined || last === undefined) return;
    const isChild = first.header.parentHash === known.tip;
    const rows = isChild ? known.rows : await store.load(transaction);
    known = { tip: "", rows }; // not of any block, until all of this one is in

    const events = decodeBlocks(deployment.chainId, blocks);
    await store.loadReferences(transaction, rows, events.flatMap(references));
    const { height, hash, timestamp } = last.header;
    const head = { height, hash, timestamp: BigInt(Math.round(timestamp / 1000)) };
    const changes = apply({ rows, deployment, events, head });
    await store.write(transaction, changes);

    absorb(rows, changes);
    trim(rows);
    known.tip = hash;
  };
};
