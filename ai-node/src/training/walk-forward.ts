// Forecasts of the test rows, as they would have been made: by models that had seen only what was known by then.
import { fitLine, predict } from "../least-squares.ts";
import { type Efforts, type Fit, fitKinds, forecastsOf, type Kind } from "./kinds.ts";
import type { Terms } from "./linear.ts";
import { knownBy, type Sample } from "./samples.ts";

/** Forecasts per test row: each kind's by the integers of the chain and by its floats, and HAR's. */
export type Walk = { kinds: { kind: Kind; values: Float64Array; floats: Float64Array }[]; har: Float64Array };

export type WalkParams = {
  samples: Sample[];
  test: Sample[];
  kinds: readonly Kind[];
  terms: Terms;
  efforts: Efforts; // found on the training rows, kept ever after
};

const joined = (parts: Float64Array[]): Float64Array => Float64Array.from(parts.flatMap((part) => [...part]));

const fitHar = (rows: Sample[]) => fitLine(rows.map(({ har, target }) => ({ inputs: har, target })));

type Block = { fits: Fit[]; known: Sample[]; rows: Sample[] };

const walkOf = (blocks: Block[]): Walk => ({
  kinds: (blocks[0]?.fits ?? []).map(({ kind }, k) => ({
    kind,
    values: joined(blocks.map(({ fits, rows }) => (fits[k] ? forecastsOf(fits[k].model, rows) : new Float64Array()))),
    floats: joined(blocks.map(({ fits, rows }) => fits[k]?.float(rows) ?? new Float64Array())),
  })),
  har: joined(
    blocks.map(({ known, rows }) => {
      const line = fitHar(known);
      return Float64Array.from(rows, ({ har }) => predict(line, har));
    }),
  ),
});

/** Fitted once, on the rows known before the first test row. */
export const walkFrozen = ({ test, training, fits }: { test: Sample[]; training: Sample[]; fits: Fit[] }): Walk =>
  walkOf([{ fits, known: training, rows: test }]);

/** Fitted anew before every `refitEvery` rows, on all rows known by then: an expanding window. */
export const walkExpanding = (params: WalkParams & { refitEvery: number }): Walk => {
  const { samples, test, kinds, terms, efforts, refitEvery } = params;
  const blocks = Array.from({ length: Math.ceil(test.length / refitEvery) }, (_, k): Block => {
    const rows = test.slice(k * refitEvery, (k + 1) * refitEvery);
    const known = knownBy(samples, rows[0]?.closedAt ?? 0n);
    return { fits: fitKinds({ kinds, rows: known, terms, efforts }), known, rows };
  });
  return walkOf(blocks);
};
