/** Requests of the local app to keep market time still while a person reviews a transaction. */
export type Holds = {
  hold: (id: string, seconds: number) => void;
  release: (id: string) => void;
  active: () => boolean;
};

export const maxHoldSeconds = 120;

/** `now` is monotonic milliseconds; `onChange` runs when a hold begins or ends. */
export const createHolds = (now: () => number, onChange: () => void): Holds => {
  const until = new Map<string, number>();
  const clear = () => {
    for (const [id, deadline] of until) if (deadline <= now()) until.delete(id);
  };
  return {
    hold: (id, seconds) => {
      const allowed = Math.min(seconds, maxHoldSeconds) * 1000;
      until.set(id, now() + allowed);
      setTimeout(onChange, allowed + 1).unref();
      onChange();
    },
    release: (id) => {
      until.delete(id);
      onChange();
    },
    active: () => {
      clear();
      return until.size > 0;
    },
  };
};
