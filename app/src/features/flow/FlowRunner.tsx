import Box from "@mui/material/Box";
import { useReducer, useState } from "react";
import { AmountForm } from "./AmountForm.tsx";
import type { Action, Review } from "./flow.ts";
import { nextState } from "./flow-state.ts";
import { FailedView, ResultView } from "./ResultView.tsx";
import { ReviewView } from "./ReviewView.tsx";
import { runSteps } from "./run-steps.ts";
import { StepList } from "./StepList.tsx";
import { useHold } from "./use-hold.ts";
import { useStepRunner } from "./use-step-runner.ts";

type FlowRunnerProps<Request> = { action: Action<Request>; chain: number; onClose: () => void };

const EXPIRED = "The market was held for two minutes and has moved on; review the new amounts.";

/** The life of every user action: form, review, steps, result. Nothing else sends what a person has to review. */
export const FlowRunner = <Request,>({ action, chain, onClose }: FlowRunnerProps<Request>) => {
  const [state, dispatch] = useReducer(nextState, { kind: "form" });
  const [text, setText] = useState("");
  const runner = useStepRunner();
  const { secondsLeft, hold, release } = useHold(() => dispatch({ kind: "cancelled", notice: EXPIRED }));

  const cancel = () => {
    release();
    dispatch({ kind: "cancelled" });
  };

  const submit = async (request: Request) => {
    dispatch({ kind: "submitted" });
    await hold();
    try {
      dispatch({ kind: "reviewed", review: await action.review(request) });
    } catch (error) {
      release();
      dispatch({ kind: "refused", reason: runner.sentenceOf(error) });
    }
  };

  const confirm = async ({ steps }: Review) => {
    await runSteps(steps, runner, dispatch);
    release();
  };

  switch (state.kind) {
    case "form":
    case "preparing":
      return (
        <AmountForm
          action={action}
          text={text}
          onText={setText}
          notice={state.kind === "form" ? state.notice : undefined}
          isBusy={state.kind === "preparing"}
          onSubmit={(request) => void submit(request)}
          onClose={state.kind === "form" ? onClose : cancel}
        />
      );
    case "review":
      return (
        <ReviewView
          verb={action.verb}
          review={state.review}
          secondsLeft={secondsLeft}
          onConfirm={() => void confirm(state.review)}
          onBack={cancel}
        />
      );
    case "running":
      return (
        <Box sx={{ display: "grid", gap: 2 }}>
          <StepList steps={state.review.steps} current={state.step} phase={state.phase} />
        </Box>
      );
    case "done":
      return <ResultView included={state.included} chain={chain} onClose={onClose} />;
    case "failed":
      return <FailedView reason={state.reason} hash={state.hash} onBack={cancel} />;
  }
};
