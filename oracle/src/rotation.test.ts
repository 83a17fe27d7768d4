import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { InputError } from "@aibot/kit/errors";
import type { Anvil } from "@aibot/kit/node/anvil";
import type { Address } from "viem";
import type { LocalMarket } from "./local-market.ts";
import type { LocalNetwork } from "./local-network.ts";
import { candleOf, openLocalNetwork, startChain, until } from "./local-network.ts";
import { findMembership } from "./membership.ts";
import { checkMembership } from "./preflight.ts";

describe("signers that are replaced while the nodes run", { timeout: 180_000 }, () => {
  let anvil: Anvil;
  let network: LocalNetwork;
  let market: LocalMarket;
  let addresses: Address[];

  before(async () => {
    anvil = await startChain(31_337);
    network = await openLocalNetwork({ name: "rotation", nodes: 4, anvils: [anvil], takeoverMs: 250 });
    market = network.markets[0] as LocalMarket;
    addresses = network.accounts.map(({ address }) => address);
    await network.startAll();
  });

  after(async () => {
    await network.close();
    await anvil.stop();
  });

  const passDay = async (day: bigint): Promise<void> => {
    await network.closeDay(day);
    await network.landed(day);
    assert.deepEqual((await market.reported()).candle, candleOf(day));
  };

  const membership = (index: number): [members: number, quorum: number] => {
    const status = network.running.get(index)?.status();
    return [status?.members.length ?? 0, status?.quorum ?? 0];
  };

  it("leave the rest at work, and the one who was removed stops with a sentence", async () => {
    await passDay(1n);
    const removed = network.running.get(3);
    assert.ok(removed !== undefined);
    const ended = assert.rejects(removed.running, (error: unknown) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, new RegExp(`${addresses[3]} is no signer of SignedSource on chain 31337 any more`));
      return true;
    });
    await market.setSigners(addresses.slice(0, 3), 2);
    for (const day of [2n, 3n, 4n]) await passDay(day);
    await ended;
    for (const index of [0, 1, 2]) assert.deepEqual(membership(index), [3, 3], `node ${index}`); // of three, none may be faulty
  });

  it("take the new quorum without a restart", async () => {
    await network.stop(3);
    await market.setSigners(addresses, 4);
    await network.start(3); // as it is started again by whoever added it
    await network.connected();
    for (const day of [5n, 6n]) await passDay(day);
    for (const index of [0, 1, 2, 3]) assert.deepEqual(membership(index), [4, 4], `node ${index}`);
  });

  it("halt while too few of them are known to each other, and go on when that is undone", async () => {
    const strangers: Address[] = [`0x${"aa".repeat(20)}`, `0x${"bb".repeat(20)}`];
    await market.setSigners([...addresses.slice(0, 2), ...strangers], 3);
    await network.closeDay(7n);
    await until("both have noticed", () => [0, 1].every((index) => membership(index)[0] === 2));
    assert.deepEqual((await market.reported()).candle, candleOf(6n));

    await market.setSigners(addresses.slice(0, 3), 2);
    await market.advanceTo(candleOf(7n).end + 60n); // behind every block so far, however slow this machine is
    await network.stop(2);
    await network.start(2);
    await network.landed(7n);
  });
});

describe("who counts", () => {
  const [anne, ben, cleo, dan]: Address[] = ["aa", "bb", "cc", "dd"].map((byte): Address => `0x${byte.repeat(20)}`);
  const peers = [anne, ben, cleo, dan] as Address[];
  const chain = (chainId: number, signers: Address[], quorum: number) => ({ chainId, signers, quorum });

  it("is who may sign on every chain, with the quorum of the strictest", () => {
    const all = chain(1, peers, 3);
    assert.deepEqual(findMembership(peers, [all]), { members: peers, quorum: 3 });
    assert.deepEqual(findMembership(peers, [all, chain(2, peers, 4)]), { members: peers, quorum: 4 });
    const three = peers.slice(0, 3);
    assert.deepEqual(findMembership(peers, [all, chain(2, three, 2)]), { members: three, quorum: 3 });
  });

  it("is never fewer than more than two thirds, whatever a chain is content with", () => {
    assert.equal(findMembership(peers, [chain(1, peers, 1)]).quorum, 3);
  });

  it("is checked at the start: not this node, or too few", () => {
    const self = peers[0] as Address;
    assert.throws(() => checkMembership(self, peers, [chain(7, peers.slice(1), 2)]), /no signer .* chain 7: add it/);
    const strangers = [self, `0x${"01".repeat(20)}`, `0x${"02".repeat(20)}`] as Address[];
    assert.throws(() => checkMembership(self, peers, [chain(7, strangers, 2)]), /chain 7 wants 2 .* only 1 of the 4/);
    assert.deepEqual(checkMembership(self, peers, [chain(7, peers.slice(0, 3), 2)]), {
      members: peers.slice(0, 3),
      quorum: 3,
    });
  });
});
