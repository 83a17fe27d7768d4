// Logarithms and powers to hundreds of bits, by methods that share nothing with the algorithms of docs/formats.md:
// squaring for logarithms, repeated square roots for powers. Slow, and right to the last bit that anyone checks.

/** Fraction bits of every number called exact. */
export const EXACT_BITS = 320n;

const ONE = 1n << EXACT_BITS;

/** Square root rounded down, one bit after the other. */
export const exactSqrt = (x: bigint): bigint => {
  let root = 0n;
  for (let bit = 1n << BigInt(Math.ceil(x.toString(2).length / 2)); bit > 0n; bit >>= 1n) {
    if ((root + bit) * (root + bit) <= x) root += bit;
  }
  return root;
};

/** a / b rounded to the nearest, for b > 0. */
export const roundedRatio = (a: bigint, b: bigint): bigint => {
  const shifted = 2n * a + b;
  const quotient = shifted / (2n * b);
  return shifted < 0n && quotient * 2n * b !== shifted ? quotient - 1n : quotient;
};

/** ln 2 = Σ 1 / (k · 2^k), exact. */
export const LN2_EXACT = Array.from({ length: Number(EXACT_BITS) }, (_, k) => BigInt(k + 1)).reduce(
  (sum, k) => sum + ONE / (k << k),
  0n,
);

/** log2 of a whole number x ≥ 1, rounded down to `bits` fraction bits (at most 128). */
export const exactLog2 = (x: bigint, bits: number): bigint => {
  const exponent = BigInt(x.toString(2).length - 1);
  let mantissa = (x << EXACT_BITS) >> exponent;
  let log = exponent;
  for (let k = 0; k < bits; k += 1) {
    mantissa = (mantissa * mantissa) >> EXACT_BITS;
    log <<= 1n;
    if (mantissa >= 2n * ONE) {
      mantissa >>= 1n;
      log |= 1n;
    }
  }
  return log;
};

/** 2^(x / 2^32), exact, for x from −2^38 up. */
export const exactExp2Q32 = (x: bigint): bigint => {
  const whole = x >> 32n;
  const fraction = x - (whole << 32n);

  let power = ONE;
  let root = 2n * ONE; // 2^(2^−k)
  for (let k = 31n; k >= 0n; k -= 1n) {
    root = exactSqrt(root << EXACT_BITS);
    if ((fraction >> k) & 1n) power = (power * root) >> EXACT_BITS;
  }
  return whole >= 0n ? power << whole : power >> -whole;
};
