// One oracle node: wires source, agreement, mesh and chains together. All decisions are made in `findNeeds` and
// `createAgreement`; here is what they do not have: clocks, keys and connections.
import { rootMessage } from "@aibot/kit/errors";
import type { Head } from "@aibot/kit/node/chain";
import type { Logger } from "@aibot/kit/node/log";
import type { Transactions } from "@aibot/kit/node/transactions";
import type { Address } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import type { Agreement, AgreementAction, AgreementEvent, Envelope } from "./agree.ts";
import { createAgreement } from "./agree.ts";
import type { ChainState, ChainView } from "./chain-view.ts";
import { createLookout } from "./lookout.ts";
import type { Mesh, Peer } from "./mesh.ts";
import { openMesh } from "./mesh.ts";
import type { Body } from "./message.ts";
import { createOpener, encodeBody, encodeEnvelope, envelopeHash, MAX_MESSAGE_BYTES, networkId } from "./message.ts";
import type { Need, ReportingRules } from "./observe.ts";
import { commonCandleEnd, newestPrice } from "./observe.ts";
import { createReports } from "./reports.ts";
import type { RoundKey } from "./round.ts";
import { isCandleRound, roundTime } from "./round.ts";
import { createVerify } from "./signatures.ts";
import type { Source } from "./sources/source.ts";
import { isSuccess, transmit } from "./transmit.ts";

export type NodeParams = {
  account: PrivateKeyAccount;
  peers: Peer[]; // all nodes in the order of the rota, this one included
  port: number;
  quorum: number;
  period: number; // seconds a candle
  rules: ReportingRules;
  spreadBps: bigint;
  graceMs: number;
  takeoverMs: number;
  source: Source;
  chains: { view: ChainView; transactions: Transactions }[]; // of one market
  log: Logger;
  signal: AbortSignal;
};

export type NodeStatus = {
  connected: Address[];
  openRounds: RoundKey[];
  refusals: Agreement["refusals"];
  malformed: number; // messages that could not be read, or that no member signed
  looks: { done: number; failed: number };
  transmissions: { succeeded: number; rejected: number };
};

export type OracleNode = { status: () => NodeStatus; closed: Promise<void> };

export const startNode = async (params: NodeParams): Promise<OracleNode> => {
  const { account, peers, quorum, period, rules, source, chains, log, signal } = params;
  const { spreadBps, graceMs, takeoverMs } = params;
  const views = chains.map(({ view }) => view);
  const market = views[0]?.market ?? "0x";
  const members = peers.map(({ address }) => address);
  const network = networkId(market, members);
  const verify = createVerify();
  const open = createOpener({ network, members, verify });
  const targets = views.map(({ chain }) => ({
    chainId: chain.id,
    signedSource: chain.deployment.contracts.signedSource,
  }));
  const reports = createReports({ market, targets, account, verify });
  const agreement = createAgreement({
    self: account.address,
    members,
    quorum,
    period: BigInt(period),
    spreadBps,
    graceMs,
    takeoverMs,
    verify: reports.isSignedBy,
  });

  const transmissions = { succeeded: 0, rejected: 0 };
  const refreshed = new Map<ChainView, Promise<ChainState>>(); // since our newest proposal
  let malformed = 0;
  let timer: NodeJS.Timeout | undefined;

  /* AGREEMENT */

  const feed = (event: AgreementEvent): void => {
    if (signal.aborted) return;
    for (const action of agreement.step(event, performance.now())) {
      log.debug({ because: event.kind, ...("round" in action && { round: action.round }) }, action.kind);
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
        return mesh.broadcast(encodeEnvelope(action.envelope));
      case "propose":
        return propose(action);
      case "endorse": {
        const { round, outcome, leader } = action;
        const signed = await reports.sign(outcome);
        const sealed = await seal({ kind: "signed", round, attempt: action.attempt, reports: signed });
        return mesh.send(leader, encodeEnvelope(sealed));
      }
      case "transmit":
        for (const chain of chains) void attempt("transmit", () => bring(chain, action));
    }
  };

  const propose = async (proposal: Extract<AgreementAction, { kind: "propose" }>): Promise<void> => {
    const { round, attempt: turn, outcome, observations } = proposal;
    const sealed = await seal({ kind: "proposal", round, attempt: turn, outcome, observations });
    mesh.broadcast(encodeEnvelope(sealed));
    // What the chains have by now is needed when the answers are in, and so are our own signatures.
    for (const view of views) refreshed.set(view, view.refreshAll());
    for (const state of refreshed.values()) state.catch(() => {}); // told by the transmission, if there is one
    const signed = await reports.sign(outcome);
    feed({ kind: "signed", from: account.address, round, attempt: turn, reports: signed });
  };

  const bring = async (
    { view, transactions }: NodeParams["chains"][number],
    agreed: Extract<AgreementAction, { kind: "transmit" }>,
  ): Promise<void> => {
    const { round, outcome } = agreed;
    const state = await (refreshed.get(view) ?? view.refreshAll());
    const isNeeded = isCandleRound(round)
      ? lookout.nextCandle(state)?.start === roundTime(round)
      : state.observedAt < outcome.observedAt;
    if (!isNeeded) return;

    const result = await transmit({ view, transactions, agreed });
    const fields = { chain: view.chain.id, round, ...result };
    if (isSuccess(result)) {
      transmissions.succeeded += 1;
      log.info(fields, "report mined");
    } else {
      transmissions.rejected += 1;
      log.warn(fields, "report not taken");
    }
    await refresh(view);
  };

  const seal = async (body: Body): Promise<Envelope> => {
    const text = encodeBody(body);
    return { from: account.address, signature: await account.sign({ hash: envelopeHash(network, text) }), body: text };
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
    feed({
      kind: "observation",
      round,
      observation,
      envelope: await seal({ kind: "observation", round, observation }),
    });
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

  const refresh = async (view: ChainView): Promise<void> => {
    const before = view.state();
    const after = await view.refresh();
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

  const watchChain = (view: ChainView): void => {
    let height = -1n;
    const onHead = ({ number, timestamp }: Pick<Head, "number" | "timestamp">): void => {
      const isRollback = number <= height;
      height = number;
      // Without an open round nothing of ours can have changed, unless blocks were taken back.
      if (isRollback || agreement.openRounds().length > 0) void attempt("refresh", () => refresh(view));
      const isDue = timestamp >= newestPrice(views.map((each) => each.state())).observedAt + rules.heartbeat;
      if (isDue) lookout.lookSoon();
    };
    view.chain.watchHeads(onHead, signal);
  };

  /* START */

  const onMessage = (text: string): void => {
    const message = open(text);
    if (message === undefined) malformed += 1;
    else feed(message);
  };

  const mesh: Mesh = await openMesh({
    peers: peers.filter(({ address }) => address !== account.address),
    port: params.port,
    maxBytes: MAX_MESSAGE_BYTES,
    onMessage,
    onPeer: (address) => {
      for (const envelope of agreement.ownEnvelopes()) mesh.send(address, encodeEnvelope(envelope));
    },
    log,
    signal,
  });
  tellProgress();
  // The curve library builds its tables at the first use; no round should wait for them.
  open(encodeEnvelope(await seal({ kind: "signed", round: "candle:0", attempt: 0, reports: [] })));
  for (const view of views) watchChain(view);
  void attempt("watch source", lookout.watch);
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });

  return {
    status: () => ({
      connected: mesh.connected(),
      openRounds: agreement.openRounds(),
      refusals: agreement.refusals,
      malformed,
      looks: { ...lookout.counts },
      transmissions: { ...transmissions },
    }),
    closed: mesh.closed,
  };
};
