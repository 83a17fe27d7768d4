// How much of a position a vault's mandate wants.
import { exp2Wad } from "./fixed-math.ts";

const SIGNAL_LIMIT = 64n << 32n; // exp2Wad ends here

export type TargetWeightParams = {
  signal: bigint; // log2Q32 of annualised volatility
  targetVolBps: number;
  capBps: number;
  shareBps: number; // the position's part of the volatility target
};

/** Weight of NAV a position should have under a volatility forecast: share · targetVol / 2^signal, capped, rounded down. */
export const targetWeightBps = ({ signal, targetVolBps, capBps, shareBps }: TargetWeightParams): bigint => {
  if (signal >= SIGNAL_LIMIT) return 0n; // no volatility target holds any of that
  const volatilityWad = exp2Wad(signal);
  const cap = BigInt(capBps);
  if (volatilityWad === 0n) return cap;
  const weight = (BigInt(shareBps) * BigInt(targetVolBps) * 10n ** 14n) / volatilityWad;
  return weight < cap ? weight : cap;
};
