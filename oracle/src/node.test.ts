import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Anvil } from "@aibot/kit/node/anvil";
import type { LocalMarket } from "./local-market.ts";
import type { LocalNetwork } from "./local-network.ts";
import { candleOf, openLocalNetwork, startChain, unfairRefusals, until } from "./local-network.ts";

const TAKEOVER_MS = 250;

describe("four oracle nodes over WebSockets with the real contracts on two chains", { timeout: 180_000 }, () => {
  let anvils: Anvil[];
  let network: LocalNetwork;
  let market: LocalMarket;

  before(async () => {
    anvils = [await startChain(31_337), await startChain(31_338)];
    network = await openLocalNetwork({ name: "oracle test node", nodes: 4, anvils, takeoverMs: TAKEOVER_MS });
    market = network.markets[0] as LocalMarket;
    await network.startAll();
  });

  after(async () => {
    await network.close();
    await Promise.all(anvils.map((anvil) => anvil.stop()));
  });

  it("report a closed candle and its price on every chain, each in one transaction", async () => {
    const day = candleOf(1n);
    await network.closeDay(1n);
    await network.landed(1n);
    for (const each of network.markets) {
      assert.deepEqual(await each.reported(), { candle: day, price: day.close, observedAt: day.end });
      const { candle: withCandle, price: withPrice } = await each.reportTransactions();
      assert.equal(withCandle.length, 1);
      assert.equal(withPrice.at(-1), withCandle[0]); // a market without any price got one at the start
    }
  });

  it("have PriceBook take a candle before they replace it", async () => {
    await network.closeDay(2n);
    await network.landed(2n);
    assert.deepEqual(await market.takenEnds(), [candleOf(1n).end]);
  });

  it("report every candle with one node stopped, whoever's turn it is", async () => {
    await network.stop(3);
    for (let day = 3n; day <= 6n; day += 1n) {
      await network.closeDay(day);
      await network.landed(day);
      await market.closeCandle();
    }
    assert.deepEqual(
      await market.takenEnds(),
      [1n, 2n, 3n, 4n, 5n, 6n].map((day) => candleOf(day).end),
    );
  });

  const DEVIATION_BPS = 50n; // of the local market

  /** A trade, some seconds after the last candle; after the lost connection everybody looks. */
  const trade = async (price: bigint, seconds: bigint): Promise<bigint> => {
    const time = candleOf(6n).end + seconds;
    for (const each of network.markets) await each.advanceTo(time);
    const looks = () => [...network.running.values()].map(({ status }) => status().source.looks.done);
    const before = looks();
    network.exchange.trade({ price, time });
    network.exchange.dropEvents();
    await until("everybody has looked", () => looks().every((done, index) => done > (before[index] ?? 0)));
    return time;
  };

  it("report a price alone when it has moved as far as the market wants it, and not before", async () => {
    await network.start(3);
    await network.connected();
    const { close } = candleOf(6n);
    const moved = (close * (10_000n + DEVIATION_BPS)) / 10_000n + 1n; // rounded up
    await trade(moved - 1n, 60n);
    for (const { status } of network.running.values()) assert.deepEqual(status().openRounds, []);

    const time = await trade(moved, 120n);
    for (const each of network.markets) {
      await until("the price is on the chain", async () => (await each.reported()).price === moved);
      assert.equal((await each.reported()).observedAt, time);
    }
  });

  it("go on with one chain while the other does not answer", async () => {
    await anvils[1]?.stop();
    await market.advanceTo(candleOf(7n).end);
    network.exchange.close(candleOf(7n));
    await network.landed(7n, [market]);
  });

  it("refuse nothing of each other and read every message", () => {
    for (const [index, node] of network.running) assert.deepEqual(unfairRefusals(node), [], `node ${index}`);
  });
});
