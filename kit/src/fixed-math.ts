// The integer functions of docs/formats.md. `>>` on bigint rounds toward minus infinity and `/` toward zero, exactly as
// the document says, so each line here is one line there.

const ONE_WAD = 10n ** 18n;
const HALF_Q64 = 1n << 63n;
const SQRT_2_Q127 = 0xb504f333f9de6484597d89b3754abe9fn;

/** round(2^65 / (k · ln 2)) for k = 11, 9, 7, 5, 3, 1: the series of 2·artanh(s) / ln 2. */
const ARTANH_Q64 = [
  4838732035579753633n,
  5914005821264143330n,
  7603721770196755710n,
  10645210478275457993n,
  17742017463792429989n,
  53226052391377289967n,
];

/** round(2^64 · (ln 2)^k / k!) for k = 9 … 0: the series of 2^f. */
const EXP_Q64 = [
  1877525477726n,
  24378270262728n,
  281363276907910n,
  2841449829983172n,
  24596073471909060n,
  177423166116318949n,
  1023870087579328454n,
  4431396893595737425n,
  12786308645202655660n,
  18446744073709551616n,
];

const EXP_MIN_Q32 = -60n << 32n;
const EXP_END_Q32 = 64n << 32n;

const hornerQ64 = (coefficients: bigint[], x: bigint): bigint =>
  coefficients.reduce((sum, coefficient) => coefficient + ((sum * x) >> 64n), 0n);

/** Position of the highest set bit of x ≥ 1. */
const highestBit = (x: bigint): bigint => {
  const digits = x.toString(16);
  return BigInt(digits.length * 4 - 1 - (Math.clz32(Number.parseInt(digits.charAt(0), 16)) - 28));
};

/** log2(x) with 32 fraction bits, for 1 ≤ x < 2^256. */
export const log2Q32 = (x: bigint): bigint => {
  if (x < 1n || x >> 256n !== 0n) throw new RangeError(`log2Q32(${x}): expected 1 ≤ x < 2^256`);

  const exponent = highestBit(x);
  const mantissa = exponent > 127n ? x >> (exponent - 127n) : x << (127n - exponent);

  const s = ((mantissa - SQRT_2_Q127) << 64n) / (mantissa + SQRT_2_Q127);
  const series = hornerQ64(ARTANH_Q64, (s * s) >> 64n);
  return ((exponent << 64n) + HALF_Q64 + ((s * series) >> 64n)) >> 32n;
};

/** 2^x with 18 decimals, x with 32 fraction bits; 0 below −60, RangeError from 64 up. */
export const exp2Wad = (x: bigint): bigint => {
  if (x < EXP_MIN_Q32) return 0n;
  if (x >= EXP_END_Q32) throw new RangeError(`exp2Wad(${x}): expected x < 64 · 2^32`);

  const whole = (x + (1n << 31n)) >> 32n;
  const fraction = (x - (whole << 32n)) << 32n;

  const series = hornerQ64(EXP_Q64, fraction) * ONE_WAD;
  return whole >= 0n ? (series << whole) >> 64n : series >> (64n - whole);
};

/** Square root of x ≥ 0, rounded down. */
export const sqrt = (x: bigint): bigint => {
  if (x < 0n) throw new RangeError(`sqrt(${x}): expected x ≥ 0`);
  if (x < 2n) return x;

  // Newton from above: the start is no smaller than the root, so the first step that does not fall has arrived.
  let root = 1n << ((highestBit(x) >> 1n) + 1n);
  for (;;) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
};

/** a · b / c of unsigned numbers, rounded down. */
export const mulDiv = (a: bigint, b: bigint, c: bigint): bigint => (a * b) / c;

/** a · b / c of unsigned numbers, rounded up. */
export const mulDivUp = (a: bigint, b: bigint, c: bigint): bigint => (a * b + c - 1n) / c;
