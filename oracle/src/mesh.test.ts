import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, it } from "node:test";
import { InputError } from "@aibot/kit/errors";
import { createLog } from "@aibot/kit/node/log";
import type { Address, Hex } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { privateKeyToAccount } from "viem/accounts";
import { WebSocket, WebSocketServer } from "ws";
import type { Side } from "./handshake.ts";
import { shakeHands } from "./handshake.ts";
import { freePorts, until } from "./local-network.ts";
import type { Mesh, MeshRefusal } from "./mesh.ts";
import { openMesh } from "./mesh.ts";
import { createVerify } from "./signatures.ts";
import { openWire } from "./wire.ts";

const log = createLog("test", "silent");
const accounts = [1, 2, 3].map((digit) => privateKeyToAccount(`0x${String(digit).repeat(64)}`));
const [ANNE, BEN, CLEO] = accounts as [PrivateKeyAccount, PrivateKeyAccount, PrivateKeyAccount];
const stranger = privateKeyToAccount(`0x${"77".repeat(32)}`);
const NETWORK: Hex = `0x${"5b".repeat(32)}`;
const verify = createVerify();

type Member = { mesh: Mesh; heard: string[]; met: Address[]; stop: () => Promise<void> };

const stops = new Set<() => Promise<void>>();

/** A member among `count`; `urls` are where it believes the others to be. */
const join = async (index: number, ports: number[], account = accounts[index] ?? stranger): Promise<Member> => {
  const controller = new AbortController();
  const heard: string[] = [];
  const met: Address[] = [];
  const peers = ports.flatMap((port, peer) =>
    peer === index ? [] : [{ address: accounts[peer]?.address ?? stranger.address, url: `ws://127.0.0.1:${port}` }],
  );
  const mesh = await openMesh({
    ...{ account, network: NETWORK, verify, peers, port: ports[index] ?? 0, maxBytes: 1_000 },
    onMessage: (from, text) => heard.push(`${accounts.findIndex(({ address }) => address === from)}: ${text}`),
    onPeer: (peer) => met.push(peer),
    log,
    signal: controller.signal,
  });
  const stop = (): Promise<void> => {
    controller.abort();
    stops.delete(stop);
    return mesh.closed;
  };
  stops.add(stop);
  return { mesh, heard, met, stop };
};

const connected = (...members: Member[]): Promise<void> =>
  until("they know each other", () => members.every(({ mesh }) => mesh.connected().length === members.length - 1));

describe("the mesh", { timeout: 120_000 }, () => {
  afterEach(async () => void (await Promise.all([...stops].map((stop) => stop()))));

  it("carries a message to everybody, or to one, with the name of the sender", async () => {
    const ports = await freePorts(3);
    const [anne, ben, cleo] = (await Promise.all([0, 1, 2].map((index) => join(index, ports)))) as [
      Member,
      Member,
      Member,
    ];
    await connected(anne, ben, cleo);

    anne.mesh.broadcast("to all");
    anne.mesh.send(CLEO.address, "to Cleo");
    await until("it has arrived", () => ben.heard.length === 1 && cleo.heard.length === 2);

    assert.deepEqual([anne.heard, ben.heard, cleo.heard], [[], ["0: to all"], ["0: to all", "0: to Cleo"]]);
    assert.deepEqual(anne.mesh.peers(), [{ address: BEN.address }, { address: CLEO.address }]);
    assert.deepEqual(anne.mesh.refusals.entries(), []);
  });

  it("finds a node again that went away, and says since when it was silent", async () => {
    const ports = await freePorts(2);
    const anne = await join(0, ports);
    const first = await join(1, ports);
    await connected(anne, first);
    const before = Date.now();
    await first.stop();
    await until("the loss is noticed", () => anne.mesh.connected().length === 0);
    const [ben] = anne.mesh.peers();
    assert.equal(ben?.address, BEN.address);
    assert.ok(Math.abs((ben?.silentSince ?? 0) - before) < 30_000, `silent since ${ben?.silentSince}, now ${before}`);
    anne.mesh.broadcast("lost");

    const second = await join(1, ports);
    await until("it is back", () => anne.met.length === 2);
    assert.deepEqual(anne.mesh.peers(), [{ address: BEN.address }]);
    anne.mesh.broadcast("found");
    await until("it hears", () => second.heard.length > 0);
    assert.deepEqual(second.heard, ["0: found"]);
  });

  it("tells which port is in use", async () => {
    const ports = await freePorts(2);
    await join(0, ports);
    const second = join(0, ports);
    await assert.rejects(second, (error) => error instanceof InputError && error.message.includes(String(ports[0])));
  });
});

type Attack = { send: (text: string) => void; received: string[]; closed: Promise<unknown> };

/** A raw connection to a member's port, and what comes out of it. */
const attack = async (port: number): Promise<Attack> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`).on("error", () => {});
  const received: string[] = [];
  socket.on("message", (data) => received.push(data.toString()));
  const closed = once(socket, "close");
  await Promise.race([once(socket, "open"), closed]);
  return { send: (text) => socket.send(text), received, closed };
};

type Caller = { socket: WebSocket; result: ReturnType<typeof shakeHands>; closed: Promise<unknown> };

/** Introduces itself at `port` as the protocol wants it, with whatever key and for whatever network. */
const call = async (port: number, account: PrivateKeyAccount, network = NETWORK): Promise<Caller> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`).on("error", () => {});
  const wire = openWire(socket);
  await once(socket, "open");
  const side: Side = "dialer";
  const expected = accounts.map(({ address }) => address);
  return { socket, result: shakeHands({ side, account, network, expected, verify, wire }), closed: wire.closed };
};

const hello = (from: PrivateKeyAccount): string =>
  JSON.stringify({ network: NETWORK, from: from.address, nonce: `0x${"00".repeat(32)}` });

describe("a connection that is not a member's", { timeout: 120_000 }, () => {
  afterEach(async () => void (await Promise.all([...stops].map((stop) => stop()))));

  /** Anne alone, who knows of Ben. */
  const alone = async (): Promise<{ anne: Member; port: number }> => {
    const ports = await freePorts(2);
    return { anne: await join(0, ports), port: ports[0] ?? 0 };
  };

  const counted = async (anne: Member, reason: MeshRefusal, times = 1): Promise<void> => {
    await until(`${reason} is counted`, () => anne.mesh.refusals.of(reason, "unknown") === times);
    assert.deepEqual([anne.heard, anne.met], [[], []]);
    assert.deepEqual(
      anne.mesh.refusals.entries().map((row) => row.reason),
      [reason],
    );
  };

  it("is closed and counted when it says nothing", async () => {
    const { anne, port } = await alone();
    const { closed, received } = await attack(port);
    await closed;
    assert.deepEqual(received, []);
    await counted(anne, "silent");
  });

  it("is closed and counted when it stops in the middle", async () => {
    const { anne, port } = await alone();
    const { send, closed } = await attack(port);
    send(hello(BEN));
    await closed;
    await counted(anne, "silent");
  });

  for (const text of ["", "{}", "hello", '{"network":1}', JSON.stringify({ proof: `0x${"11".repeat(65)}` })]) {
    it(`is closed and counted when it begins with ${JSON.stringify(text).slice(0, 24)}`, async () => {
      const { anne, port } = await alone();
      const { send, closed } = await attack(port);
      send(text);
      await closed;
      await counted(anne, "unreadable hello");
    });
  }

  it("is closed and counted when its key is unknown, and gets nothing signed", async () => {
    const { anne, port } = await alone();
    const { send, closed, received } = await attack(port);
    send(hello(stranger));
    await closed;
    assert.deepEqual(received, []);
    await counted(anne, "unknown member");
  });

  it("is closed and counted when it is of another network", async () => {
    const { anne, port } = await alone();
    const { result, closed } = await call(port, BEN, `0x${"00".repeat(32)}`);
    assert.deepEqual(await result, { kind: "refused", reason: "hung up" });
    await closed;
    await counted(anne, "wrong network");
  });

  it("is closed and counted when it has a member's name and another key", async () => {
    const { anne, port } = await alone();
    const impostor = { ...stranger, address: BEN.address } as PrivateKeyAccount;
    const { closed } = await call(port, impostor);
    await closed;
    await counted(anne, "wrong proof");
  });

  it("is closed and counted when it is Anne's own reflection", async () => {
    const { anne, port } = await alone();
    const { closed } = await call(port, ANNE);
    await closed;
    await counted(anne, "unknown member");
  });

  it("is closed and counted when it repeats word by word what a member has said", async () => {
    const ports = await freePorts(2);
    const anne = await join(0, ports);
    const port = ports[0] ?? 0;
    // A wiretap between Ben and Anne.
    const recorded: string[] = [];
    const between = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(between, "listening");
    between.on("connection", (fromBen) => {
      const toAnne = new WebSocket(`ws://127.0.0.1:${port}`);
      fromBen.on("message", async (data) => {
        if (toAnne.readyState !== WebSocket.OPEN) await once(toAnne, "open");
        recorded.push(data.toString());
        toAnne.send(data.toString());
      });
      toAnne.on("message", (data) => fromBen.send(data.toString()));
    });
    const { result } = await call((between.address() as { port: number }).port, BEN);
    assert.deepEqual(await result, { kind: "authenticated", peer: ANNE.address });
    await until("Ben is met", () => anne.met.length === 1);
    assert.equal(recorded.length, 2);

    const { send, closed } = await attack(port);
    for (const text of recorded) send(text);
    await closed;
    await until("it is counted", () => anne.mesh.refusals.of("wrong proof", "unknown") === 1);
    assert.equal(anne.met.length, 1);
    for (const client of between.clients) client.terminate();
    between.close();
  });

  it("makes room for the next one when it is one of a crowd", async () => {
    const { anne, port } = await alone();
    const crowd = await Promise.all(Array.from({ length: 40 }, () => attack(port)));
    const { result } = await call(port, BEN); // among forty who say nothing
    assert.deepEqual(await result, { kind: "authenticated", peer: ANNE.address });
    await Promise.all(crowd.map(({ closed }) => closed));
    assert.ok(anne.mesh.refusals.of("crowded") > 0);
    assert.equal(anne.mesh.refusals.of("crowded") + anne.mesh.refusals.of("silent"), 40);
    assert.deepEqual(anne.heard, []);
  });

  it("that is none, only a socket, does not stay either", async () => {
    const { port } = await alone();
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    socket.write("GET / HTTP/1.1\r\n");
    socket.resume();
    await once(socket, "close");
  });

  it("of a listener with the wrong key is given up by the one who called", async () => {
    const ports = await freePorts(2);
    const anne = await join(0, ports);
    const impostor = await join(1, ports, { ...stranger, address: BEN.address } as PrivateKeyAccount);
    await until("it is counted", () => anne.mesh.refusals.of("wrong proof") > 0);
    assert.deepEqual([anne.met, anne.heard, impostor.met], [[], [], []]);
  });
});

describe("a member's connection", { timeout: 120_000 }, () => {
  afterEach(async () => void (await Promise.all([...stops].map((stop) => stop()))));

  const linked = async (): Promise<{ anne: Member; port: number; ben: Caller }> => {
    const ports = await freePorts(2);
    const anne = await join(0, ports);
    const ben = await call(ports[0] ?? 0, BEN);
    await ben.result;
    await until("Ben is met", () => anne.met.length === 1);
    return { anne, port: ports[0] ?? 0, ben };
  };

  it("is one: a second call of the same member replaces the first", async () => {
    const { anne, port, ben } = await linked();
    const again = await call(port, BEN);
    await again.result;
    await ben.closed;
    again.socket.send("again");
    await until("it is heard", () => anne.heard.length === 1);
    assert.deepEqual(anne.mesh.connected(), [BEN.address]);
  });

  it("is one when both call at once, and both keep the same", async () => {
    for (let round = 0; round < 10; round += 1) {
      const ports = await freePorts(2);
      const [anne, ben] = (await Promise.all([join(0, ports), join(1, ports)])) as [Member, Member];
      await connected(anne, ben);
      const said = { anne: 0, ben: 0 };
      // Whatever is closed at first as a duplicate: what is said from some moment on arrives, and over one connection.
      await until("both hear each other", () => {
        said.anne += 1;
        said.ben += 1;
        anne.mesh.broadcast(`anne ${said.anne}`);
        ben.mesh.broadcast(`ben ${said.ben}`);
        return anne.heard.includes(`1: ben ${said.ben - 1}`) && ben.heard.includes(`0: anne ${said.anne - 1}`);
      });
      assert.equal(new Set(anne.heard).size, anne.heard.length, "nothing arrives twice");
      assert.deepEqual([anne.mesh.connected(), ben.mesh.connected()], [[BEN.address], [ANNE.address]]);
      await Promise.all([anne.stop(), ben.stop()]);
    }
  });

  it("is closed when it sends too long a message, and counted by its name", async () => {
    const { anne, ben } = await linked();
    ben.socket.send("x".repeat(1_001));
    await ben.closed;
    assert.equal(anne.mesh.refusals.of("too long", BEN.address), 1);
    assert.deepEqual(anne.heard, []);
  });

  it("is not listened to beyond its allowance, and counted by its name", async () => {
    const from = performance.now();
    const { anne, port, ben } = await linked();
    const judged = (): number => anne.heard.length + anne.mesh.refusals.of("flood", BEN.address);
    const flood = async ({ socket }: Caller, total: number): Promise<void> => {
      for (let index = judged(); index < total; index += 1) socket.send(`message ${index}`);
      await until("all have been judged", () => judged() === total);
    };
    await flood(ben, 2_500);
    const again = await call(port, BEN); // a new connection brings no new allowance
    await again.result;
    await flood(again, 5_000);
    const allowed = 400 + (200 * (performance.now() - from)) / 1_000;
    assert.ok(anne.heard.length <= allowed, `${anne.heard.length} were heard, ${allowed} are allowed`);
    assert.deepEqual(
      anne.heard.slice(0, 400),
      Array.from({ length: 400 }, (_, index) => `1: message ${index}`),
    );
  });

  it("hands on a binary message as an empty text, which nobody can read", async () => {
    const { anne, ben } = await linked();
    ben.socket.send(Buffer.from("hello"));
    await until("it is handed on", () => anne.heard.length === 1);
    assert.deepEqual(anne.heard, ["1: "]);
  });
});
