// The port on which the other nodes call. Whoever connects has little time and little room until it has said who it is.
import { createServer } from "node:http";
import { InputError } from "@aibot/kit/errors";
import { type WebSocket, WebSocketServer } from "ws";

export type ListenParams = {
  port: number;
  maxBytes: number;
  handshakeMs: number;
  maxConnections: number;
  onSocket: (socket: WebSocket) => void;
  onCrowded: () => void; // a connection was turned away
};

export type Listener = { close: () => Promise<void> };

export const listen = async (params: ListenParams): Promise<Listener> => {
  const { port, maxBytes, handshakeMs, maxConnections, onSocket, onCrowded } = params;
  // Bounds those who open a connection and never ask for a WebSocket.
  const timeouts = {
    headersTimeout: handshakeMs,
    requestTimeout: handshakeMs,
    connectionsCheckingInterval: handshakeMs,
  };
  const http = createServer(timeouts, (_, response) => {
    response
      .writeHead(426, { "content-type": "text/plain", connection: "close" })
      .end("oracle nodes speak WebSocket\n");
  });
  http.maxConnections = maxConnections;
  http.on("drop", onCrowded);
  const server = new WebSocketServer({ server: http, maxPayload: maxBytes, perMessageDeflate: false });
  server.on("connection", onSocket);
  server.on("error", () => {}); // told by the promise below

  await new Promise<void>((resolve, reject) => {
    http.once("listening", resolve);
    http.once("error", ({ code, message }: NodeJS.ErrnoException) => {
      const isBusy = code === "EADDRINUSE";
      const remedy = isBusy ? "is in use: stop what uses it or choose another one" : `cannot be opened (${message})`;
      reject(new InputError(`LISTEN_PORT ${port} ${remedy}.`));
    });
    http.listen(port, "127.0.0.1");
  });
  return {
    close: () =>
      new Promise((resolve) => {
        for (const socket of server.clients) socket.terminate();
        server.close();
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
};
