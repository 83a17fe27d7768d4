// A slow line: what goes in at one port comes out at another, in order and later.
import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";

export type SlowLine = { port: number; stop: () => Promise<void> };

export const openSlowLine = async (target: number, delayMs: () => number): Promise<SlowLine> => {
  const sockets = new Set<Socket>();
  const carry = (from: Socket, to: Socket): void => {
    sockets.add(from);
    let readyAt = 0; // nothing overtakes what went in before, whatever the delay is by now
    const later = (effect: () => void): void => {
      readyAt = Math.max(performance.now() + delayMs(), readyAt);
      setTimeout(effect, Math.max(readyAt - performance.now(), 0));
    };
    from.on("data", (data) => later(() => to.writable && to.write(data)));
    from.on("error", () => {}); // "close" follows
    from.on("close", () => {
      sockets.delete(from);
      later(() => to.destroy());
    });
  };
  const server = createServer((incoming) => {
    const outgoing = connect(target, "127.0.0.1");
    carry(incoming, outgoing);
    carry(outgoing, incoming);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
};
