import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef } from "react";
import { LIVE } from "../../data/live.ts";
import { useWalletText } from "../../messages/wallet-text.ts";
import type { Action, Request, Review } from "./flow.ts";
import { type FlowState, nextState, type Run } from "./flow-state.ts";
import { createJournal, type Flow } from "./journal.ts";
import { inOneTab } from "./one-tab.ts";
import { encodePending, keyOf, type Pending, type Place } from "./pending.ts";
import { land, runSteps } from "./run-steps.ts";
import { useHold } from "./use-hold.ts";
import { announceChange, usePending } from "./use-pending.ts";
import { useStepRunner } from "./use-step-runner.ts";

type FlowParams = { action: Action; place: Place; onClose: () => void };

const hashOf = ({ stage }: Pending) => (stage.kind === "sent" ? stage.hash : undefined);

const runOf = (pending: Pending): Run => {
  const { request, steps, step } = pending;
  const hash = hashOf(pending);
  return { request, steps, step, ...(hash === undefined ? { phase: "asked" } : { phase: "mining", hash }) };
};

const stateAtFirst = (action: Action, pending: Pending | undefined): FlowState =>
  pending?.action === action.kind && pending.stage.kind !== "due"
    ? { kind: "running", run: runOf(pending) }
    : { kind: "form" };

/** The life of one action of one account: what its views show, and what their buttons do. */
export const useFlow = ({ action, place, onClose }: FlowParams) => {
  const { w } = useWalletText();
  const queries = useQueryClient();
  const pending = usePending(place);
  const [state, dispatch] = useReducer(nextState, undefined, () => stateAtFirst(action, pending));
  const runner = useStepRunner(place.chain, place.owner);
  const { secondsLeft, hold, release } = useHold(() => dispatch({ kind: "cancelled", notice: w.flow.expired }));
  const life = useRef(new AbortController()); // ends with the page or the account
  const isOwn = useRef(false); // this tab sends; it need not follow what it writes itself
  const isFollowing = useRef(false);

  // The newest of what changes with every block, for what must not start again with it.
  const now = useRef({ action, runner, onClose, w });
  now.current = { action, runner, onClose, w };
  const key = keyOf(place);
  const journalOf = useCallback((flow?: Flow) => createJournal(localStorage, key, flow, announceChange), [key]);

  const submit = useCallback(
    async (request: Request, notice?: string) => {
      dispatch({ kind: "submitted" });
      await hold();
      try {
        const review = await now.current.action.review(request);
        dispatch({ kind: "reviewed", review, request, ...(notice === undefined ? {} : { notice }) });
      } catch (error) {
        release();
        dispatch({ kind: "refused", reason: now.current.runner.sentenceOf(error) });
      }
    },
    [hold, release],
  );

  useEffect(() => {
    life.current = new AbortController();
    return () => life.current.abort();
  }, []);

  const followUp = useCallback(
    (found: Pending, signal: AbortSignal) => {
      const { stage, steps, step } = found;
      if (stage.kind === "due") return void submit(found.request, now.current.w.flow.resumedAfter);
      release(); // this tab's own review has ended with it
      isFollowing.current = true;
      dispatch({ kind: "resumed", run: runOf(found) });
      const own = journalOf(found);
      // Whoever sends may have gone on since: only the record that is followed may be written over.
      const isStill = () => localStorage.getItem(key) === encodePending(found);
      const journal = {
        ...own,
        sent: (...args: Parameters<typeof own.sent>) => void (isStill() && own.sent(...args)),
        due: (next: number) => void (isStill() && own.due(next)),
      };
      const { from, nonce, block } = stage;
      const attempt = { from, nonce, block };
      const { action: followed, runner: by } = now.current;
      void land(
        { action: followed, runner: by, journal, signal, pending: { steps, step, attempt, hash: hashOf(found) } },
        dispatch,
      );
    },
    [journalOf, key, submit, release],
  );

  // What a reload or another tab left is followed; what has been seen to its end in another tab is closed here too.
  useEffect(() => {
    if (isOwn.current) return;
    if (pending?.action !== now.current.action.kind) {
      if (isFollowing.current) now.current.onClose();
      return;
    }
    const controller = new AbortController();
    followUp(pending, controller.signal);
    return () => controller.abort();
  }, [pending, followUp]);

  const confirm = async ({ steps }: Review, request: Request) => {
    const journal = journalOf({ action: action.kind, request, steps: steps.map(({ name }) => name) });
    let isOther = false;
    const outcome = await inOneTab(key, async () => {
      const found = journal.read();
      if (found !== undefined && found.stage.kind !== "due") {
        isOther = found.action !== action.kind; // the same one is followed already; neither is sent again
        return;
      }
      isOwn.current = true;
      await runSteps({ action, steps, runner, journal, signal: life.current.signal }, dispatch);
      isOwn.current = journal.read() !== undefined;
    });
    release();
    if (outcome === "busy" || isOther) dispatch({ kind: "cancelled", notice: w.flow.elsewhere });
  };

  /** The end has been seen: nothing is left to come back to. */
  const forget = () => {
    [isOwn.current, isFollowing.current] = [false, false];
    journalOf().clear();
  };
  const cancel = () => {
    release();
    dispatch({ kind: "cancelled" });
  };
  const finish = () => {
    forget();
    void queries.invalidateQueries({ queryKey: [LIVE] }); // the balances have moved, whether the indexer knows or not
    onClose();
  };
  const startAgain = () => {
    life.current.abort();
    life.current = new AbortController();
    release();
    forget();
    dispatch({ kind: "abandoned" });
  };

  return { state, pending, secondsLeft, submit, confirm, cancel, finish, startAgain };
};
