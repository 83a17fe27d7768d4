import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Anvil } from "@aibot/kit/node/anvil";
import type { LocalNetwork } from "./local-network.ts";
import { candleOf, openLocalNetwork, startChain, unfairRefusals, until } from "./local-network.ts";
import { candleRound } from "./round.ts";

const NODES = 31;

describe("31 oracle nodes, as many as a chain takes", { timeout: 240_000 }, () => {
  let anvil: Anvil;
  let network: LocalNetwork;

  before(async () => {
    anvil = await startChain(31_337);
    network = await openLocalNetwork({ name: "many nodes", nodes: NODES, anvils: [anvil], takeoverMs: 5_000 });
    await network.startAll();
  });

  after(async () => {
    await network.close();
    await anvil.stop();
  });

  it("agree on one outcome and bring each need to the chain in one transaction", async () => {
    const [market] = network.markets;
    assert.ok(market !== undefined);
    for (const day of [1n, 2n, 3n]) {
      const candle = candleOf(day);
      await network.closeDay(day);
      await network.landed(day);
      await until("its price is there too", async () => (await market.reported()).observedAt >= candle.end);
      assert.deepEqual(await market.reported(), { candle, price: candle.close, observedAt: candle.end });
      assert.equal((await market.reportTransactions()).candle.length, Number(day));
    }
  });

  it("have one link to each other and refuse each other nothing but what came too late", () => {
    for (const [index, node] of network.running) {
      const { peers, agreed, quorum } = node.status();
      assert.equal(quorum, 21);
      assert.equal(peers.filter(({ silentSince }) => silentSince === undefined).length, NODES - 1, `node ${index}`);
      assert.equal(agreed.candle?.round, candleRound(candleOf(3n).start), `node ${index}`);
      assert.deepEqual(unfairRefusals(node), [], `node ${index}`);
    }
  });
});
