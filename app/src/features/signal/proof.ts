// Runs the model the chain ran, on the features the chain used, in the chain's own integers.
import { runOnce } from "@aibot/kit/engines/engine";
import { createWasmEngine } from "@aibot/kit/engines/wasm";
import { decodeModel, type Model, modelId } from "@aibot/kit/models";
import { annualised } from "@aibot/kit/signals";
import type { Hex } from "viem";

export type OpenModel = {
  id: Hex;
  model: Model;
  run: (lanes: readonly number[]) => bigint; // Q32, before it is made a year's
};

/** The model inside a blob, ready to run on WebAssembly; InputError where the blob is none. */
export const openModel = (blob: Hex): OpenModel => {
  const model = decodeModel(blob);
  const engine = createWasmEngine(model);
  return { id: modelId(blob), model, run: (lanes) => runOnce(engine, [...lanes]) };
};

/** What somebody says the chain has published. */
export type Claim = { value: bigint; features: Hex; modelId: Hex };

export type Proof = {
  open: OpenModel;
  lanes: readonly number[];
  output: bigint; // of the model, Q32
  computed: bigint; // by this browser
  chain: bigint; // by the EVM
  source: "event" | "indexer"; // who said what the chain has published
  verdict: Verdict;
};

export type Verdict =
  | "equal"
  | "unequal" // the model does not give the chain's integer
  | "wrong-model" // the code does not hash to the id the chain named
  | "wrong-indexer"; // the page shows another number than the chain's event

export type ProofParams = {
  open: OpenModel;
  lanes: readonly number[];
  periodsPerYear: number;
  event: Claim | null; // from the chain's node; null where it keeps none
  indexed: Claim;
};

const isSame = (a: Hex, b: Hex): boolean => a.toLowerCase() === b.toLowerCase();

const agrees = (event: Claim, indexed: Claim): boolean =>
  event.value === indexed.value && isSame(event.features, indexed.features) && isSame(event.modelId, indexed.modelId);

export const prove = ({ open, lanes, periodsPerYear, event, indexed }: ProofParams): Proof => {
  const claim = event ?? indexed;
  const output = open.run(lanes);
  const computed = annualised(output, open.model, periodsPerYear);
  const verdict = (): Verdict => {
    if (!isSame(open.id, claim.modelId)) return "wrong-model";
    if (computed !== claim.value) return "unequal";
    return event === null || agrees(event, indexed) ? "equal" : "wrong-indexer";
  };
  return {
    open,
    lanes,
    output,
    computed,
    chain: claim.value,
    source: event === null ? "indexer" : "event",
    verdict: verdict(),
  };
};

/** A feature changed on purpose, by so many units of its int16. */
export type Trial = { lane: number; change: number };

const LANE_MIN = -(2 ** 15);
const LANE_MAX = 2 ** 15 - 1;

export type TrialResult = { before: number; after: number; computed: bigint; isEqual: boolean };

/** What the model says when one lane is another one; the lane stays an int16. */
export const tryOut = (proof: Proof, { lane, change }: Trial, periodsPerYear: number): TrialResult => {
  const before = proof.lanes[lane] ?? 0;
  const after = Math.min(LANE_MAX, Math.max(LANE_MIN, before + change));
  const output = proof.open.run(proof.lanes.map((value, k) => (k === lane ? after : value)));
  const computed = annualised(output, proof.open.model, periodsPerYear);
  return { before, after, computed, isEqual: computed === proof.chain };
};
