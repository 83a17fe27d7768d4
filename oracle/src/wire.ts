// A WebSocket as a wire: what arrives before somebody listens is kept, in order and up to a bound.
import type { WebSocket } from "ws";
import type { Wire } from "./handshake.ts";

/** Why it ended, in the words of the other end if it had any. */
export type Ending = { code: number; reason: string };

export type SocketWire = Wire & {
  closed: Promise<Ending>;
  isClosed: () => boolean;
  /** From now on everything goes to `onText`, first what has been kept. */
  forward: (onText: (text: string) => void) => void;
};

// A listener may greet with its open rounds before the dialer has read its proof; more than these nobody has to say.
const MAX_KEPT = 64;

export const openWire = (socket: WebSocket): SocketWire => {
  const kept: string[] = [];
  let waiting: ((text: string | undefined) => void) | undefined;
  let onText: ((text: string) => void) | undefined;
  let isClosed = false;

  const take = (text: string): void => {
    if (onText !== undefined) onText(text);
    else if (waiting !== undefined) {
      waiting(text);
      waiting = undefined;
    } else if (kept.push(text) > MAX_KEPT) socket.terminate();
  };
  // A binary message is no text of ours, and nothing else is empty.
  socket.on("message", (data, isBinary) => take(isBinary ? "" : data.toString()));
  const closed = new Promise<Ending>((resolve) => {
    socket.once("close", (code, reason) => {
      isClosed = true;
      waiting?.(undefined);
      resolve({ code, reason: reason.toString() });
    });
  });

  return {
    send: (text) => socket.send(text, () => {}), // a socket that has closed says so by "close"
    receive: async () => {
      const next = kept.shift();
      if (next !== undefined || isClosed) return next;
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
    closed,
    isClosed: () => isClosed,
    forward: (handler) => {
      onText = handler;
      for (const text of kept.splice(0)) handler(text);
    },
  };
};
