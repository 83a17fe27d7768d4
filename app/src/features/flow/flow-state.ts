import type { Hex } from "viem";
import type { Review } from "./flow.ts";

export type StepPhase = "signing" | "mining";
export type Included = { hash: Hex; block: bigint; outcome: string };

export type FlowState =
  | { kind: "form"; notice?: string }
  | { kind: "preparing" }
  | { kind: "review"; review: Review }
  | { kind: "running"; review: Review; step: number; phase: StepPhase }
  | { kind: "done"; included: Included }
  | { kind: "failed"; reason: string; hash?: Hex };

export type FlowEvent =
  | { kind: "submitted" }
  | { kind: "refused"; reason: string } // before anything was signed: back to the form with its values
  | { kind: "reviewed"; review: Review }
  | { kind: "cancelled"; notice?: string }
  | { kind: "stepStarted"; step: number }
  | { kind: "sent" }
  | { kind: "rejected"; reason: string } // in the wallet
  | { kind: "failed"; reason: string; hash?: Hex }
  | { kind: "finished"; included: Included };

const formWith = (notice: string | undefined): FlowState =>
  notice === undefined ? { kind: "form" } : { kind: "form", notice };

/** An event that does not belong to the present state changes nothing: answers may arrive after a cancel. */
export const nextState = (state: FlowState, event: FlowEvent): FlowState => {
  switch (event.kind) {
    case "submitted":
      return state.kind === "form" ? { kind: "preparing" } : state;
    case "refused":
      return state.kind === "preparing" ? formWith(event.reason) : state;
    case "reviewed":
      return state.kind === "preparing" ? { kind: "review", review: event.review } : state;
    case "cancelled":
      return state.kind === "running" ? state : formWith(event.notice);
    case "stepStarted": {
      if (state.kind !== "review" && state.kind !== "running") return state;
      return { kind: "running", review: state.review, step: event.step, phase: "signing" };
    }
    case "sent":
      return state.kind === "running" ? { ...state, phase: "mining" } : state;
    case "rejected":
      return state.kind === "running" ? formWith(event.reason) : state;
    case "failed":
      return state.kind !== "running"
        ? state
        : { kind: "failed", reason: event.reason, ...(event.hash === undefined ? {} : { hash: event.hash }) };
    case "finished":
      return state.kind === "running" ? { kind: "done", included: event.included } : state;
  }
};
