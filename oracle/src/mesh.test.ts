import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "@aibot/kit/errors";
import { createLog } from "@aibot/kit/node/log";
import type { Address } from "viem";
import { WebSocket } from "ws";
import type { Mesh } from "./mesh.ts";
import { openMesh } from "./mesh.ts";

const log = createLog("test", "silent");
const address = (index: number): Address => `0x${String(index).padStart(40, "0")}`;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
};

type Member = { mesh: Mesh; heard: string[]; met: Address[]; stop: () => Promise<void> };

const join = async (index: number, ports: number[]): Promise<Member> => {
  const controller = new AbortController();
  const heard: string[] = [];
  const met: Address[] = [];
  const mesh = await openMesh({
    peers: ports.flatMap((port, peer) =>
      peer === index ? [] : [{ address: address(peer), url: `ws://127.0.0.1:${port}` }],
    ),
    port: ports[index] ?? 0,
    maxBytes: 1_000,
    onMessage: (text) => heard.push(text),
    onPeer: (peer) => met.push(peer),
    log,
    signal: controller.signal,
  });
  const stop = (): Promise<void> => {
    controller.abort();
    return mesh.closed;
  };
  return { mesh, heard, met, stop };
};

const until = async (isTrue: () => boolean): Promise<void> => {
  for (let tries = 0; !isTrue(); tries += 1) {
    if (tries > 500) throw new Error("waited in vain");
    await sleep(10);
  }
};

describe("the mesh", { timeout: 20_000 }, () => {
  it("carries a message to everybody, or to one", async () => {
    const ports = [await freePort(), await freePort(), await freePort()];
    const members = await Promise.all(ports.map((_, index) => join(index, ports)));
    const [anne, ben, cleo] = members as [Member, Member, Member];
    await until(() => members.every(({ mesh }) => mesh.connected().length === 2));

    anne.mesh.broadcast("to all");
    anne.mesh.send(address(2), "to Cleo");
    await until(() => ben.heard.length === 1 && cleo.heard.length === 2);

    assert.deepEqual([anne.heard, ben.heard, cleo.heard], [[], ["to all"], ["to all", "to Cleo"]]);
    await Promise.all(members.map(({ stop }) => stop()));
  });

  it("finds a node again that went away, and says so", async () => {
    const ports = [await freePort(), await freePort()];
    const anne = await join(0, ports);
    const first = await join(1, ports);
    await until(() => anne.mesh.connected().length === 1);
    await first.stop();
    await until(() => anne.mesh.connected().length === 0);
    anne.mesh.broadcast("lost");

    const second = await join(1, ports);
    await until(() => anne.met.length === 2);
    anne.mesh.broadcast("found");
    await until(() => second.heard.length > 0);

    assert.deepEqual(second.heard, ["found"]);
    await Promise.all([anne.stop(), second.stop()]);
  });

  it("drops a connection that sends too much, and a crowd of connections", async () => {
    const port = await freePort();
    const anne = await join(0, [port, await freePort()]);
    const loud = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(loud, "open");
    loud.on("error", () => {});
    loud.send("x".repeat(1_001));
    await once(loud, "close");
    assert.deepEqual(anne.heard, []);

    const crowd = Array.from({ length: 10 }, () => new WebSocket(`ws://127.0.0.1:${port}`).on("error", () => {}));
    await until(() => crowd.filter(({ readyState }) => readyState === WebSocket.CLOSED).length === 6);
    await anne.stop();
  });

  it("tells which port is in use", async () => {
    const ports = [await freePort(), await freePort()];
    const anne = await join(0, ports);
    const second = join(0, ports);
    await assert.rejects(second, (error) => error instanceof InputError && error.message.includes(String(ports[0])));
    await anne.stop();
  });
});
