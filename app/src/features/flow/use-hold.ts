import { useCallback, useEffect, useRef, useState } from "react";
import { useApp } from "../../app-context.tsx";
import { createHold, HOLD_SECONDS, type Hold } from "./hold.ts";

type HeldTime = {
  secondsLeft: number | undefined; // undefined: time is not held
  hold: () => Promise<void>;
  release: () => void;
};

type Held = { hold: Hold; timer?: ReturnType<typeof setInterval> }; // without a timer until it is granted

/** Holds market time for one review; `onExpired` is called when the replay moves on by itself. */
export const useHold = (onExpired: () => void): HeldTime => {
  const { config } = useApp();
  const [secondsLeft, setSecondsLeft] = useState<number | undefined>(undefined);
  const held = useRef<Held | undefined>(undefined);
  const expired = useRef(onExpired);
  expired.current = onExpired;

  const release = useCallback(() => {
    if (held.current === undefined) return;
    clearInterval(held.current.timer);
    held.current.hold.release();
    held.current = undefined;
    setSecondsLeft(undefined);
  }, []);

  const hold = useCallback(async () => {
    release();
    const next: Held = { hold: createHold(config.replay, crypto.randomUUID()) };
    held.current = next;
    const isGranted = await next.hold.acquire();
    if (held.current !== next) return next.hold.release(); // the review has gone while it was asked for
    if (!isGranted) {
      held.current = undefined;
      return;
    }
    const until = performance.now() + HOLD_SECONDS * 1000;
    setSecondsLeft(HOLD_SECONDS);
    const tick = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      if (left > 0) return setSecondsLeft(left);
      release();
      expired.current();
    };
    next.timer = setInterval(tick, 1000);
  }, [config.replay, release]);

  useEffect(() => {
    window.addEventListener("pagehide", release);
    return () => {
      window.removeEventListener("pagehide", release);
      release();
    };
  }, [release]);

  return { secondsLeft, hold, release };
};
