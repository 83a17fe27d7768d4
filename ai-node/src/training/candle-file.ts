// The candles of a CSV file whose period nobody need know: their times show it.
import { type Candle, parseCandlesCsv } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";

/** The candles of a file, with the period that was given or the one that their times show. */
export const readCandles = (text: string, name: string, period: number | undefined) => {
  const usual = usualDistance(parseCandlesCsv({ text, name, period: 1 })); // no candle is shorter than a second
  if (period === undefined && usual === undefined) {
    throw new InputError(`${name} has one candle, which has no period: give more candles.`);
  }
  if (period !== undefined && usual !== undefined && period !== usual) {
    throw new InputError(
      `--period ${periodText(period)} is not that of ${name}: most of its candles begin ${periodText(usual)} after the ` +
        `one before, so give --period ${periodText(usual)} or leave it out.`,
    );
  }
  const seconds = period ?? usual ?? 0;
  return { period: seconds, candles: parseCandlesCsv({ text, name, period: seconds }) };
};

/** Seconds between the starts of most neighbouring candles; undefined without neighbours. */
const usualDistance = (candles: Candle[]): number | undefined => {
  const counts = new Map<number, number>();
  for (const [k, { start }] of candles.slice(1).entries()) {
    const distance = Number(start - (candles[k]?.start ?? 0n));
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  const [usual] = [...counts].sort(([a, countA], [b, countB]) => countB - countA || a - b)[0] ?? [];
  return usual;
};

const periodText = (seconds: number): string => {
  const unit = [86_400, 3_600, 60].find((one) => seconds % one === 0);
  return unit === undefined ? `${seconds}s` : `${seconds / unit}${{ 86400: "d", 3600: "h", 60: "m" }[unit]}`;
};
