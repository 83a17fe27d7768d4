// One oracle node: wires source, agreement, mesh and chains together. All decisions are made in `findNeeds`,
// `findMembership` and `createAgreement`; here is what they do not have: clocks, keys and connections.
import { InputError, rootMessage } from "@aibot/kit/errors";
import type { Logger } from "@aibot/kit/node/log";
import type { PrivateKeyAccount } from "viem/accounts";
import { createAgreement } from "./agree.ts";
import type { AgreementAction, AgreementEvent } from "./agreement.ts";
import type { ChainState, ChainView } from "./chain-view.ts";
import { createChainWatch } from "./chain-watch.ts";
import type { ReportedChain } from "./courier.ts";
import { createCourier } from "./courier.ts";
import { createLookout } from "./lookout.ts";
import { equalMemberships, findExclusion, findMembership } from "./membership.ts";
import type { Peer } from "./mesh.ts";
import type { Need, ReportingRules } from "./observe.ts";
import { commonCandleEnd, newestPrice } from "./observe.ts";
import { openPost } from "./post.ts";
import { createReports } from "./reports.ts";
import type { RoundKey } from "./round.ts";
import { isCandleRound, roundTime } from "./round.ts";
import { createVerify } from "./signatures.ts";
import type { Source } from "./sources/source.ts";
import type { AgreedRound, NodeStatus } from "./status.ts";

export type NodeParams = {
  account: PrivateKeyAccount;
  peers: Peer[]; // all nodes in the order of the rota, this one included
  port: number;
  period: number; // seconds a candle
  rules: ReportingRules;
  spreadBps: bigint;
  graceMs: number;
  takeoverMs: number;
  source: Source;
  chains: ReportedChain[]; // of one market
  log: Logger;
  signal: AbortSignal;
};

export type OracleNode = {
  status: () => NodeStatus;
  closed: Promise<void>;
  /** Rejects with an `InputError` when this node may not sign any more; resolves when it was stopped. */
  running: Promise<void>;
};

export const startNode = async (params: NodeParams): Promise<OracleNode> => {
  const { account, peers, period, rules, source, chains, log, signal } = params;
  const { spreadBps, graceMs, takeoverMs } = params;
  const self = account.address;
  const views = chains.map(({ view }) => view);
  const market = views[0]?.market ?? "0x";
  const addresses = peers.map(({ address }) => address);
  const verify = createVerify();
  const targets = views.map(({ chain }) => ({
    chainId: chain.id,
    signedSource: chain.deployment.contracts.signedSource,
  }));
  const reports = createReports({ market, targets, account, verify });
  const signerSets = () => views.map((view) => view.signerSet());
  let membership = findMembership(addresses, signerSets());
  const agreement = createAgreement({
    self,
    ...membership,
    period: BigInt(period),
    spreadBps,
    graceMs,
    takeoverMs,
    verify: reports.isSignedBy,
  });

  const agreed: { candle?: AgreedRound; price?: AgreedRound } = {};
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => {}); // for those who await `running`
  let timer: NodeJS.Timeout | undefined;

  /* AGREEMENT */

  const feed = (event: AgreementEvent): void => {
    if (signal.aborted) return;
    for (const action of agreement.step(event, performance.now())) {
      log.debug({ because: event.kind, round: action.kind === "broadcast" ? undefined : action.round }, action.kind);
      void attempt(action.kind, () => perform(action));
    }
    const nextAt = agreement.nextAt();
    clearTimeout(timer);
    if (nextAt !== undefined) timer = setTimeout(feed, Math.max(nextAt - performance.now(), 0), { kind: "time" });
  };

  const perform = async (action: AgreementAction): Promise<void> => {
    switch (action.kind) {
      case "observe":
        lookout.want(action.round);
        return lookout.look();
      case "broadcast":
        return post.broadcast(action.envelope);
      case "propose":
        return propose(action);
      case "endorse": {
        const { round, outcome, leader } = action;
        const signed = await reports.sign(outcome);
        const sealed = await post.seal({ kind: "signed", round, attempt: action.attempt, reports: signed });
        noteAgreed(round, "signer");
        return post.send(leader, sealed);
      }
      case "transmit":
        noteAgreed(action.round, "leader");
        for (const chain of chains) void attempt("transmit", () => courier.deliver(chain, action));
        return;
      case "accuse":
        log.warn({ round: action.round, stories: action.stories }, "a member has signed two stories");
    }
  };

  const noteAgreed = (round: RoundKey, role: AgreedRound["role"]): void => {
    agreed[isCandleRound(round) ? "candle" : "price"] = { round, role, at: performance.timeOrigin + performance.now() };
  };

  const propose = async (proposal: Extract<AgreementAction, { kind: "propose" }>): Promise<void> => {
    const { round, attempt: turn, outcome, observations } = proposal;
    const sealed = await post.seal({ kind: "proposal", round, attempt: turn, outcome, observations });
    post.broadcast(sealed);
    courier.prepare();
    const signed = await reports.sign(outcome);
    feed({ kind: "signed", from: self, round, attempt: turn, reports: signed });
  };

  /** Runs an effect; one that fails is tried again when its round changes hands. */
  const attempt = async (name: string, effect: () => Promise<unknown>): Promise<void> => {
    try {
      await effect();
    } catch (error) {
      if (!signal.aborted) log.warn({ effect: name, reason: rootMessage(error) }, "effect failed");
    }
  };

  /* SOURCE */

  const observe = async ({ round, observation }: Need, isWanted: boolean): Promise<void> => {
    if (agreement.hasObserved(round) && !isWanted) return;
    const envelope = await post.seal({ kind: "observation", round, observation });
    feed({ kind: "observation", round, observation, envelope });
  };

  const lookout = createLookout({
    source,
    chains: () => views.map((view) => view.state()),
    rules,
    onNeed: observe,
    log,
    signal,
  });

  /* CHAINS */

  const onChange = (_: ChainView, before: ChainState, after: ChainState): void => {
    reviewMembership();
    const hasMoved = after.candleEnd !== before.candleEnd || after.observedAt !== before.observedAt;
    if (!hasMoved) return;
    tellProgress();
    const isRollback = after.candleEnd < before.candleEnd;
    const isMoreClosed = lookout.nextCandle(after) !== undefined;
    if (isRollback || isMoreClosed) void lookout.look();
  };

  const tellProgress = (): void => {
    const states = views.map((view) => view.state());
    const { observedAt } = newestPrice(states);
    const candleEnd = commonCandleEnd(states);
    feed({ kind: "progress", candleEnd, observedAt });
    lookout.dropWanted((round) => roundTime(round) < (isCandleRound(round) ? candleEnd : observedAt));
  };

  const reviewMembership = (): void => {
    const exclusion = findExclusion(self, signerSets());
    if (exclusion !== undefined) {
      const remedy = "add it with setSigners and start this node again, or leave it stopped";
      ended.reject(
        new InputError(`${self} is no signer of SignedSource on chain ${exclusion.chainId} any more: ${remedy}.`),
      );
      return;
    }
    const next = findMembership(addresses, signerSets());
    if (equalMemberships(membership, next)) return;
    membership = next;
    log.warn({ ...membership }, "the signers have changed; nodes not in PEERS need a restart with a new list");
    feed({ kind: "membership", ...membership });
  };

  const isNeeded = (state: ChainState, { round, outcome }: { round: RoundKey; outcome: { observedAt: bigint } }) =>
    isCandleRound(round)
      ? lookout.nextCandle(state)?.start === roundTime(round)
      : state.observedAt < outcome.observedAt;

  const watch = createChainWatch({
    views,
    hasOpenRounds: () => agreement.openRounds().length > 0,
    onChange,
    onHead: ({ timestamp }) => {
      const isDue = timestamp >= newestPrice(views.map((view) => view.state())).observedAt + rules.heartbeat;
      if (isDue) lookout.lookSoon();
    },
    attempt,
    signal,
  });

  const courier = createCourier({ chains, isNeeded, onDelivered: watch.refresh, log });

  /* START */

  const post = await openPost({
    account,
    market,
    peers,
    port: params.port,
    verify,
    onMessage: feed,
    greeting: agreement.ownEnvelopes,
    log,
    signal,
  });
  tellProgress();
  reviewMembership();
  // The curve library builds its tables at the first use; no round should wait for them.
  await post.seal({ kind: "signed", round: "candle:0", attempt: 0, reports: [] });
  watch.start();
  void attempt("watch source", lookout.watch);
  const stop = (): void => {
    clearTimeout(timer);
    ended.resolve();
  };
  signal.addEventListener("abort", stop, { once: true });

  return {
    status: () => ({
      self,
      ...membership,
      peers: post.peers(),
      openRounds: agreement.openRounds(),
      agreed: { ...agreed },
      refusals: [...post.refusals(), ...agreement.refusals.entries()],
      source: { name: source.name, chainTime: watch.chainTime(), ...lookout.status() },
      transmissions: { ...courier.counts },
    }),
    closed: post.closed,
    running: ended.promise,
  };
};
