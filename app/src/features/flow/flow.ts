import type { Address, Hex, TransactionReceipt } from "viem";

/** An error whose message is already the sentence for the person who met it. */
export class Refusal extends Error {}

/** What a person asked for: an amount in native units of one of the action's fields. */
export type Request = { amount: bigint; field: string };

/** One way to say how much. */
export type Field = {
  name: string; // in a request
  unit: string; // beside the number
  label: string;
  decimals: number;
  most: { label: string; amount: bigint } | undefined; // fills the field with all there is
  /** What is wrong with an amount, before anything is asked of the chain. */
  check: (amount: bigint) => string | undefined;
};

/** One line of a review. */
export type Fact = { label: string; value: string; exact?: string; address?: Address };

/** Something the wallet is asked for. */
export type Step =
  | { kind: "signature"; name: string; sign: () => Promise<void> }
  | {
      kind: "transaction";
      name: string;
      /** The chain already holds the effect: nothing to send. */
      isDone?: () => Promise<boolean>;
      /** Simulates; what it returns asks the wallet and gives the hash. */
      prepare: () => Promise<() => Promise<Hex>>;
    };

/** Everything shown before anything is signed. */
export type Review = { facts: readonly Fact[]; note?: string; steps: readonly Step[] };

/** A user action as a declaration; FlowRunner owns its life. */
export type Action = {
  kind: string; // names it in storage
  words: { verb: string; review: string; confirm: string; about?: string };
  fields: readonly Field[]; // none: there is nothing to enter
  fixed?: Request; // of an action without fields
  review: (request: Request) => Promise<Review>;
  /** What a step does, in one line; also after a reload, when there is no review. */
  label: (step: string, request: Request) => string;
  /** Reads the effect from the mined receipt and says it in one sentence. */
  verify: (step: string, receipt: TransactionReceipt) => string;
};
