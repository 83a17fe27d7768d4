// How often somebody may do something: a bucket of tokens that fills with time. Pure: the caller brings the clock.

export type Allowance = { take: (now: number) => boolean };

export type AllowanceParams = { perSecond: number; burst: number };

export const createAllowance = ({ perSecond, burst }: AllowanceParams): Allowance => {
  let tokens = burst;
  let filledAt: number | undefined; // ms
  return {
    take: (now) => {
      tokens = Math.min(burst, tokens + ((now - (filledAt ?? now)) * perSecond) / 1_000);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
};
