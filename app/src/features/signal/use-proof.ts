import { unpackLanes } from "@aibot/kit/features";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { Feed, Round } from "../../data/signals.ts";
import type { FoundFeed } from "../../links.ts";
import { type OpenModel, openModel, type Proof, prove } from "./proof.ts";

/** The model's code, read from the chain once a visit. */
const useBlob = ({ chain }: FoundFeed, modelId: Round["model"]["modelId"] | undefined) =>
  useQuery({
    queryKey: ["model-blob", chain.id, modelId],
    meta: { isStored: true },
    enabled: modelId !== undefined,
    queryFn: async () =>
      (await import("../../data/chain-reads.ts")).readModelBlob({
        rpc: chain.rpc,
        registry: chain.deployment.contracts.modelRegistry,
        modelId: modelId ?? "0x",
      }),
  });

const useEvent = ({ chain, market }: FoundFeed, round: Round | undefined) =>
  useQuery({
    queryKey: ["signal-event", chain.id, market.feed, round?.round, round?.tx],
    enabled: round !== undefined,
    gcTime: 30_000,
    queryFn: async () =>
      (await import("../../data/signal-event.ts")).readSignalEvent({
        rpc: chain.rpc,
        signalFeed: chain.deployment.contracts.signalFeed,
        feed: market.feed,
        round: round?.round ?? 0,
        tx: round?.tx ?? "0x",
      }),
  });

type Opened = { open: OpenModel } | { broken: Error };

const tryOpen = (blob: Parameters<typeof openModel>[0]): Opened => {
  try {
    return { open: openModel(blob) };
  } catch (error) {
    return { broken: error as Error };
  }
};

export type Proving = {
  proof: Proof | undefined; // undefined until the first is made, and when it cannot be
  proved: Round | undefined; // the round it is of
  isWorking: boolean; // on the proof of a newer round
  blob: Awaited<ReturnType<typeof useBlob>>["data"];
  failure: { kind: "unreachable" | "no-model"; error: Error } | undefined;
  retry: () => void;
};

/** Reads a round's event and its model's code from the chain's node, and runs the one on the other. */
export const useProof = (found: FoundFeed, feed: Feed | undefined, round: Round | undefined): Proving => {
  const blob = useBlob(found, round?.model.modelId);
  const event = useEvent(found, round);
  const opened = useMemo(() => blob.data && tryOpen(blob.data), [blob.data]);
  const open = opened && "open" in opened ? opened.open : undefined;
  const periodsPerYear = feed?.market.periodsPerYear;

  const proof = useMemo(() => {
    if (open === undefined || event.data === undefined || round === undefined || periodsPerYear === undefined) return;
    const { value, features, model } = round;
    const indexed = { value, features, modelId: model.modelId };
    const lanes = unpackLanes((event.data ?? indexed).features, open.model.weights.length);
    return prove({ open, lanes, periodsPerYear, event: event.data, indexed });
  }, [open, event.data, round, periodsPerYear]);

  // A new round comes while a reader tries out the old one: it stays until the new proof is there.
  const last = useRef<Pick<Proving, "proof" | "proved">>({ proof: undefined, proved: undefined });
  if (proof !== undefined) last.current = { proof, proved: round };

  const unreachable = blob.error ?? event.error;
  const retry = () => {
    if (blob.error !== null) void blob.refetch();
    if (event.error !== null) void event.refetch();
  };
  const failed = { proof: undefined, proved: undefined, isWorking: false, blob: blob.data };
  if (unreachable !== null) return { ...failed, failure: { kind: "unreachable", error: unreachable }, retry };
  if (opened && "broken" in opened)
    return { ...failed, failure: { kind: "no-model", error: opened.broken }, retry: () => void blob.refetch() };
  return { ...last.current, isWorking: proof === undefined, blob: blob.data, failure: undefined, retry };
};
