// The local replay can hold market time while a person reads a review. Elsewhere there is nothing to hold.

export const HOLD_SECONDS = 120;

export type Hold = { acquire: () => Promise<boolean>; release: () => void };

const TIMEOUT_MS = 10_000; // it answers when the session under way is settled

/** Asks the replay to wait; false when there is none or it refuses, and then time goes on during the review. */
export const createHold = (replay: string | undefined, id: string): Hold => {
  const release = () => {
    if (replay === undefined) return;
    // keepalive: the hold must also end when the tab is closed; if this is lost, it ends by itself
    fetch(`${replay}/hold?id=${encodeURIComponent(id)}`, { method: "DELETE", keepalive: true }).catch(() => undefined);
  };
  const acquire = async () => {
    if (replay === undefined) return false;
    try {
      const response = await fetch(`${replay}/hold`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ id, seconds: HOLD_SECONDS }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return response.ok;
    } catch {
      release(); // it may hold all the same; a replay that does not answer must not stop a deposit
      return false;
    }
  };
  return { acquire, release };
};
