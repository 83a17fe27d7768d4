export type Pace = { request: () => void; stop: () => void };

/** Runs at the first request at once, then at most every `everyMs`; the last request is never lost. */
export const createPace = (everyMs: number, run: () => void): Pace => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isDue = false;
  const start = () => {
    isDue = false;
    timer = setTimeout(rest, everyMs);
    run();
  };
  const rest = () => {
    timer = undefined;
    if (isDue) start();
  };
  return {
    request: () => {
      isDue = true;
      if (timer === undefined) start();
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
      isDue = false;
    },
  };
};
