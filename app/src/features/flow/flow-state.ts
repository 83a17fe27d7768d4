import type { Hex } from "viem";
import type { Request, Review } from "./flow.ts";

/** `asked`: found in storage without a hash, so the wallet may or may not have sent it. */
export type StepPhase = "preparing" | "signing" | "mining" | "asked";
export type Included = { hash: Hex; block: bigint; outcome: string };

/** The steps of one request, by name, and the one at work. */
export type Run = { request: Request; steps: readonly string[]; step: number; phase: StepPhase; hash?: Hex };

export type FlowState =
  | { kind: "form"; notice?: string }
  | { kind: "preparing" }
  | { kind: "review"; review: Review; request: Request; notice?: string }
  | { kind: "running"; run: Run }
  | { kind: "done"; included: Included }
  | { kind: "failed"; reason: string; hash?: Hex };

export type FlowEvent =
  | { kind: "submitted" }
  | { kind: "refused"; reason: string } // before anything was signed: back to the form with its values
  | { kind: "reviewed"; review: Review; request: Request; notice?: string }
  | { kind: "cancelled"; notice?: string }
  | { kind: "resumed"; run: Run } // found in storage: after a reload, or from another tab
  | { kind: "abandoned" } // by a person who knows that the wallet will not send
  | { kind: "stepStarted"; step: number }
  | { kind: "asking" }
  | { kind: "unanswered" } // the wallet could not be reached; it may have sent
  | { kind: "sent"; hash: Hex }
  | { kind: "rejected"; reason: string } // in the wallet
  | { kind: "failed"; reason: string; hash?: Hex }
  | { kind: "finished"; included: Included };

const formWith = (notice: string | undefined): FlowState =>
  notice === undefined ? { kind: "form" } : { kind: "form", notice };

const started = (state: FlowState, step: number): FlowState => {
  if (state.kind === "running") {
    const { request, steps } = state.run;
    return { kind: "running", run: { request, steps, step, phase: "preparing" } };
  }
  if (state.kind !== "review") return state;
  const steps = state.review.steps.map(({ name }) => name);
  return { kind: "running", run: { request: state.request, steps, step, phase: "preparing" } };
};

/** An event that does not belong to the present state changes nothing: answers may arrive after a cancel. */
export const nextState = (state: FlowState, event: FlowEvent): FlowState => {
  switch (event.kind) {
    case "submitted":
      return state.kind === "form" || state.kind === "running" ? { kind: "preparing" } : state;
    case "refused":
      return state.kind === "preparing" ? formWith(event.reason) : state;
    case "reviewed": {
      if (state.kind !== "preparing") return state;
      const { review, request, notice } = event;
      return { kind: "review", review, request, ...(notice === undefined ? {} : { notice }) };
    }
    case "cancelled":
      return state.kind === "running" ? state : formWith(event.notice);
    case "abandoned":
      return { kind: "form" };
    case "resumed":
      return { kind: "running", run: event.run };
    case "stepStarted":
      return started(state, event.step);
    case "asking":
      return state.kind === "running" ? { kind: "running", run: { ...state.run, phase: "signing" } } : state;
    case "unanswered":
      return state.kind === "running" ? { kind: "running", run: { ...state.run, phase: "asked" } } : state;
    case "sent":
      return state.kind === "running"
        ? { kind: "running", run: { ...state.run, phase: "mining", hash: event.hash } }
        : state;
    case "rejected":
      return state.kind === "running" ? formWith(event.reason) : state;
    case "failed": {
      const { reason, hash } = event;
      return state.kind === "running" ? { kind: "failed", reason, ...(hash === undefined ? {} : { hash }) } : state;
    }
    case "finished":
      return state.kind === "running" ? { kind: "done", included: event.included } : state;
  }
};
