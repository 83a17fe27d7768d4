// The figures of a service as a person reads them.
import type { Figures, Service } from "../../data/services.ts";
import type { Format } from "../../format.ts";
import type { Messages } from "../../messages/text.tsx";

type Text = Messages["network"]["services"];

const above0 = (value: number | undefined, say: (value: number) => string): string[] =>
  value === undefined || value <= 0 ? [] : [say(value)];

const oracle = ({ members, quorum, silentPeers, openRounds, sourceLagSeconds }: Figures, t: Text, f: Format) => [
  ...(members === undefined || quorum === undefined ? [] : [t.oracle(f.count(members), f.count(quorum))]),
  ...above0(silentPeers, (count) => t.silentPeers(f.count(count))),
  ...above0(openRounds, (count) => t.openRounds(f.count(count))),
  ...above0(sourceLagSeconds, (seconds) => t.sourceLag(f.duration(BigInt(seconds)))),
];

/** Which engine was picked for the newest model, and why not the others. */
const aiNode = ({ engines = [], models = [], equalRounds, unequalRounds }: Figures, t: Text, f: Format) => {
  const model = models.at(-1);
  const reason = (text: string | undefined) => text ?? t.noReason;
  return [
    ...(equalRounds === undefined ? [] : [t.rounds(f.count(equalRounds))]),
    ...above0(unequalRounds, (count) => t.unequal(f.count(count))),
    ...(model === undefined
      ? []
      : [t.picked(model.one, f.count(model.perSecond.one), model.many, f.count(model.perSecond.many))]),
    ...engines.flatMap(({ name, state, reason: why }) => {
      if (state === "ready") return [];
      return [state === "refused" ? t.engineRefused(name, reason(why)) : t.engineAbsent(name, reason(why))];
    }),
  ];
};

const keeper = ({ pending, alarms }: Figures, t: Text, f: Format) => [
  ...(pending === undefined ? [] : [t.pending(f.count(pending))]),
  ...above0(alarms, (count) => t.alarms(f.count(count))),
];

const indexer = ({ height, head, lagBlocks, lagSeconds }: Figures, t: Text, f: Format) => [
  ...(height === undefined || head === undefined ? [] : [t.indexed(f.count(height), f.count(head))]),
  ...above0(lagBlocks, (blocks) => t.lag(f.count(blocks), f.duration(BigInt(lagSeconds ?? 0)))),
];

export const figureTexts = ({ kind, status, figures }: Service, t: Text, f: Format): string[] => {
  switch (kind) {
    case "oracle":
      return oracle(figures, t, f);
    case "ai-node":
      return aiNode(figures, t, f);
    case "keeper":
      return keeper(figures, t, f);
    case "indexer":
      return indexer(figures, t, f);
    case "graphql":
      return status === "healthy" ? [t.database] : [];
  }
};
