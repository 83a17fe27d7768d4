import type { Hex, TransactionReceipt } from "viem";
import type { Fact } from "../../components/Facts.tsx";

/** One transaction of an action. */
export type Step = {
  label: string;
  /** The chain already holds the effect: nothing to send. */
  isDone?: () => Promise<boolean>;
  /** Simulates, asks the wallet, returns the hash. */
  commit: () => Promise<Hex>;
  /** Reads the effect from the mined receipt and says it in one sentence. */
  verify: (receipt: TransactionReceipt) => string;
};

/** Everything shown before anything is signed. */
export type Review = { facts: readonly Fact[]; steps: readonly Step[] };

export type Parsed<Request> = { kind: "request"; request: Request } | { kind: "invalid"; reason: string };

/** A user action as a declaration; FlowRunner owns its life. */
export type Action<Request> = {
  verb: string; // on the buttons
  field: { label: string; unit: string };
  most: { label: string; text: string } | undefined; // fills the field with all there is
  parseRequest: (text: string) => Parsed<Request>;
  review: (request: Request) => Promise<Review>;
};
