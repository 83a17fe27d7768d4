// Which kind of model to use, decided before anything is tested: on the last part of the training rows.
import { lagsOf, meanOf, standardError } from "./hac.ts";
import { type Efforts, findEfforts, fitKinds, forecastsOf, type Kind } from "./kinds.ts";
import type { Terms } from "./linear.ts";
import { type Sample, splitRows } from "./samples.ts";
import { squaredErrors } from "./scores.ts";

export type Choice = { kind: Kind; efforts: Efforts; losses: { kind: Kind; squaredError: number }[] };

const VALIDATION = 0.2; // of the rows, for early stopping and again for the choice: different rows

export type ChooseParams = { kinds: readonly Kind[]; rows: Sample[]; terms: Terms };

/** The simplest kind that no other beats by more than one standard error, and how long each kind should learn. */
export const chooseKind = ({ kinds, rows, terms }: ChooseParams): Choice => {
  const { early, late } = splitRows(rows, VALIDATION);
  const efforts = findEfforts(splitRows(early, VALIDATION), terms, kinds);
  const targets = Float64Array.from(late, ({ target }) => target);
  const fits = fitKinds({ kinds, rows: early, terms, efforts }).map(({ kind, model }) => {
    const forecasts = { values: forecastsOf(model, late), targets, horizon: terms.horizon };
    return { kind, losses: squaredErrors(forecasts) };
  });
  return {
    kind: simplestGood(fits, terms.horizon),
    efforts,
    losses: fits.map(({ kind, losses }) => ({ kind, squaredError: meanOf(losses) })),
  };
};

type Candidate = { kind: Kind; losses: Float64Array };

/** `candidates` come simplest first. */
export const simplestGood = (candidates: Candidate[], horizon: number): Kind => {
  const best = candidates.reduce((least, one) => (meanOf(one.losses) < meanOf(least.losses) ? one : least));
  const good = candidates.find(({ losses }) => {
    const worse = losses.map((loss, k) => loss - (best.losses[k] as number));
    return meanOf(worse) <= standardError(worse, lagsOf(worse.length, horizon));
  });
  return (good ?? best).kind;
};
