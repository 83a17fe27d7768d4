import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addresses, deployment } from "../test/deployment.ts";
import { type CandlePrices, type Emission, emit, features, mandateCreated, modelId, zero } from "../test/emissions.ts";
import { apply, references } from "./apply.ts";
import { absorb, type Change, type EntityName, emptyRows, type Rows } from "./draft.ts";
import { type Block, decodeBlocks } from "./events.ts";
import type { RowTypes } from "./generated/rows.ts";
import { loadTables } from "./model.ts";

const day = 86_400;
const entities = loadTables().map(({ entity }) => entity);
const market = "31337-SPX/USD";
const feed = "31337-SPX/USD vol";
const vault = `31337-${addresses.vault}`;
const tx = (block: number) => `0x${block.toString(16).padStart(64, "0")}`;

/** Blocks of one log each; block n at second 10 n. */
const blocksOf = (emissions: Emission[], from: number): Block[] =>
  emissions.map(({ address, topics, data }, k) => ({
    header: { height: from + k, timestamp: (from + k) * 10_000 },
    logs: [{ id: `log-${from + k}`, address, topics, data, transactionHash: tx(from + k) }],
  }));

type World = { rows: Rows; height: number };

/** Applies `emissions` to `world` as one batch, and tells what changed. */
const play = (world: World, emissions: Emission[]): Change[] => {
  const events = decodeBlocks(31337, blocksOf(emissions, world.height + 1));
  world.height += emissions.length;
  const head = { height: world.height, hash: tx(world.height), timestamp: BigInt(world.height * 10) };
  const changes = apply({ rows: world.rows, deployment, events, head });
  absorb(world.rows, changes);
  return changes;
};

const newWorld = (): World => ({ rows: emptyRows(entities), height: 0 });
const row = <E extends EntityName>({ rows }: World, entity: E, id: string): RowTypes[E] => {
  const found = rows[entity].get(id);
  assert.ok(found, `${entity} ${id} exists`);
  return found as RowTypes[E];
};

const lastAuction = (world: World): RowTypes["Auction"] =>
  row(world, "Auction", row(world, "Position", `${vault}-0`).auction ?? "");

const flat = (index: number, close: bigint): CandlePrices => ({
  index,
  end: index * day,
  open: close,
  high: close,
  low: close,
  close,
});
const dollars = (amount: bigint) => amount * 100_000_000n;
const usd = (amount: bigint) => amount * 1_000_000n;
const shares = (amount: bigint) => amount * 10n ** 12n;

/** A market with two candles, a feed with horizon 2 and a vault of 1,000 USD in 1,000 shares at SPX = 1,000 USD. */
const fundedWorld = (before: Emission[] = []): World => {
  const world = newWorld();
  play(world, [
    ...before,
    emit.marketCreated(),
    emit.candleSeeded(flat(1, dollars(1_000n))),
    emit.candleSeeded(flat(2, dollars(1_000n))),
    emit.modelRegistered(2),
    emit.feedCreated(2),
    emit.positionAdded(),
    emit.priceUpdated(dollars(1_000n), 2 * day),
    emit.transfer(zero, addresses.alice, shares(1_000n)),
    emit.deposit(addresses.alice, usd(1_000n), shares(1_000n)),
  ]);
  return world;
};

describe("markets", () => {
  it("start with their parameters and no price", () => {
    const world = newWorld();

    play(world, [emit.marketCreated()]);

    assert.deepEqual(row(world, "Market", market), {
      id: market,
      chain: 31337,
      market: "SPX/USD",
      period: 86_400,
      periodsPerYear: 252,
      featureSet: 1,
      minSources: 1,
      bandBps: 200,
      sources: [addresses.signedSource],
      price: 0n,
      priceAt: 0n,
      halted: "None",
      haltedAt: null,
      candleCount: 0,
      closedAt: 0n,
      sourceMaxAge: 3_600n,
      maxGap: 691_200n,
      gap: 0n,
    });
  });

  it("say why and since when they are halted until they resume", () => {
    const world = newWorld();
    const state = () => [row(world, "Market", market).halted, row(world, "Market", market).haltedAt];
    play(world, [emit.marketCreated()]);

    play(world, [emit.marketHalted(2)]); // block 2, at second 20
    assert.deepEqual(state(), ["Disagreement", 20n]);
    play(world, [emit.marketHalted(1)]);
    assert.deepEqual(state(), ["TooFewSources", 20n]);
    play(world, [emit.marketResumed()]);
    assert.deepEqual(state(), ["None", null]);
    play(world, [emit.marketHalted(1)]);
    assert.deepEqual(state(), ["TooFewSources", 50n]);
  });

  it("remember a gap until it is acknowledged", () => {
    const world = newWorld();

    play(world, [emit.marketCreated(), emit.gapFound(3, 864_000)]);
    assert.equal(row(world, "Market", market).gap, 864_000n);
    play(world, [emit.gapAcknowledged(3)]);
    assert.equal(row(world, "Market", market).gap, 0n);
  });

  it("keep each candle and count it, seeded or closed", () => {
    const world = newWorld();
    const prices = { index: 1, end: day, open: 5n, high: 9n, low: 3n, close: 7n };

    play(world, [
      emit.marketCreated(),
      emit.candleSeeded(prices),
      emit.candleClosed({ ...prices, index: 2, end: 2 * day }),
    ]);

    assert.deepEqual(row(world, "Candle", `${market}-1`), {
      id: `${market}-1`,
      chain: 31337,
      market,
      index: 1,
      start: 0n,
      end: 86_400n,
      open: 5n,
      high: 9n,
      low: 3n,
      close: 7n,
      seeded: true,
      block: 2,
      timestamp: 20n,
      tx: tx(2),
    });
    assert.equal(row(world, "Candle", `${market}-2`).seeded, false);
    assert.equal(row(world, "Market", market).candleCount, 2);
    assert.equal(row(world, "Market", market).closedAt, 172_800n);
  });
});

describe("sources", () => {
  const source = `${market}-${addresses.signedSource}`;

  it("say what they are, what they reported last, and whether they agree with the median", () => {
    const world = newWorld();
    play(world, [emit.marketCreated()]);
    const silent = row(world, "Source", source);
    assert.deepEqual(
      [silent.kind, silent.index, silent.isCandleSource, silent.price, silent.isAgreeing],
      ["signed", 0, true, null, null],
    );

    play(world, [emit.priceReported(dollars(1_000n), 50), emit.priceUpdated(dollars(1_000n), 50)]);
    const agreed = row(world, "Source", source);
    assert.deepEqual([agreed.price, agreed.priceAt, agreed.deviationBps], [dollars(1_000n), 50n, 0]);

    // The band is 2 %: at 980 a report still agrees, a hair lower it does not.
    play(world, [emit.priceReported(dollars(980n), 60)]);
    assert.deepEqual([row(world, "Source", source).deviationBps, row(world, "Source", source).isAgreeing], [200, true]);
    play(world, [emit.priceReported(dollars(980n) - 1n, 70)]);
    assert.deepEqual(
      [row(world, "Source", source).deviationBps, row(world, "Source", source).isAgreeing],
      [200, false],
    );
  });

  it("change nothing by a report for a market that nobody made", () => {
    const world = newWorld();

    const changes = play(world, [emit.priceReported(5n, 50)]);

    assert.deepEqual(
      changes.map(({ entity }) => entity),
      ["Head"],
    );
  });

  it("name who signs for them, and how many of those it takes", () => {
    const world = newWorld();

    play(world, [emit.signersChanged([addresses.alice, addresses.bob], 2), emit.signersChanged([addresses.bob], 1)]);

    const { address, signers, quorum, block } = row(world, "SignerSet", `31337-${addresses.signedSource}`);
    assert.deepEqual([address, signers, quorum, block], [addresses.signedSource, [addresses.bob], 1, 2]);
  });
});

describe("models, feeds and rounds", () => {
  it("link a round to its model and feed, and the feed to its latest round", () => {
    const world = fundedWorld();

    play(world, [emit.signalPublished(2, -(1n << 33n), 2 * day)]); // log2 = −2: 25 %/yr

    const round = row(world, "Round", `${feed}-2`);
    assert.deepEqual(round, {
      id: `${feed}-2`,
      chain: 31337,
      feed,
      model: `31337-${modelId}`,
      round: 2,
      value: -(1n << 33n),
      volatilityBps: 2_500,
      level: 1,
      closedAt: 172_800n,
      features,
      realisedValue: null,
      realisedVolBps: null,
      naiveVolBps: null,
      block: 10,
      timestamp: 100n,
      tx: tx(10),
    });
    assert.equal(row(world, "Feed", feed).latest, round.id);
    assert.equal(row(world, "Feed", feed).lastRound, 2);
    assert.equal(row(world, "Model", `31337-${modelId}`).kind, "Linear");
  });

  it("tell what a round turned out to be once `horizon` candles more have closed, and not before", () => {
    const world = fundedWorld();
    play(world, [emit.signalPublished(2, 0n, 2 * day)]);

    play(world, [emit.candleClosed(flat(3, dollars(2_000n)))]);
    assert.equal(row(world, "Round", `${feed}-2`).realisedVolBps, null);
    play(world, [emit.candleClosed(flat(4, dollars(1_000n)))]);

    // Two returns of ±ln 2: √252 · ln 2 = 1100.33… %/yr
    assert.equal(row(world, "Round", `${feed}-2`).realisedVolBps, Math.round(Math.sqrt(252) * Math.LN2 * 10_000));
  });

  it("compare a round with the volatility of the `horizon` candles up to it", () => {
    const world = fundedWorld();

    play(world, [
      emit.candleClosed(flat(3, dollars(1_000n))),
      emit.candleClosed(flat(4, dollars(2_000n))),
      emit.signalPublished(4, 0n, 4 * day),
    ]);

    // Returns 0 and ln 2: their root mean square is ln 2 / √2.
    const expected = Math.round(Math.sqrt(252) * (Math.LN2 / Math.SQRT2) * 10_000);
    assert.equal(row(world, "Round", `${feed}-4`).naiveVolBps, expected);
  });

  it("cap a volatility that no column could hold", () => {
    const world = fundedWorld();

    play(world, [emit.signalPublished(2, 2n ** 50n, 2 * day)]);

    assert.equal(row(world, "Round", `${feed}-2`).volatilityBps, 2_147_483_647);
  });

  it("switch the model of a feed for later rounds", () => {
    const world = fundedWorld();
    const other = `0x${"77".repeat(32)}` as const;

    play(world, [emit.modelSwitched(other)]);

    assert.equal(row(world, "Feed", feed).model, `31337-${other}`);
  });
});

describe("vaults", () => {
  it("are worth what was deposited, and record where they started", () => {
    const world = fundedWorld();

    const { nav, idle, totalSupply, navPerShare, ...rest } = row(world, "Vault", vault);
    assert.deepEqual(
      { nav, idle, totalSupply, navPerShare },
      {
        nav: usd(1_000n),
        idle: usd(1_000n),
        totalSupply: shares(1_000n),
        navPerShare: usd(1n),
      },
    );
    assert.equal(rest.startNavPerShare, usd(1n));
    assert.equal(rest.startPrice, dollars(1_000n));
    assert.equal(rest.startAt, 90n);
    assert.equal(rest.shareDecimals, 12);
    assert.equal(row(world, "Holder", `${vault}-${addresses.alice}`).shares, shares(1_000n));
  });

  it("follow the price with what they hold", () => {
    const world = fundedWorld();
    play(world, [
      emit.auctionOpened(2, 5n * 10n ** 17n, dollars(1_000n)),
      emit.auctionFilled(2, 5n * 10n ** 17n, -usd(500n), dollars(1_000n)),
    ]);
    assert.equal(row(world, "Position", `${vault}-0`).weightBps, 5_000);

    play(world, [emit.priceUpdated(dollars(2_000n), 2 * day + 60)]);

    assert.equal(row(world, "Vault", vault).nav, usd(1_500n)); // 500 cash, half a token at 2,000
    assert.equal(row(world, "Vault", vault).navPerShare, 1_499_999n); // 1.5 less the virtual shares' part, down
    assert.equal(row(world, "Position", `${vault}-0`).weightBps, 6_666);
    assert.equal(row(world, "Vault", vault).startNavPerShare, usd(1n));
  });

  it("count down an auction fill by fill and link each fill to its round", () => {
    const world = fundedWorld();
    play(world, [emit.signalPublished(2, 0n, 2 * day), emit.auctionOpened(2, 300n, dollars(1_000n))]);

    play(world, [emit.auctionFilled(2, 100n, -7n, dollars(1_000n)), emit.auctionFilled(2, 50n, -4n, dollars(1_000n))]);

    const auction = lastAuction(world);
    assert.deepEqual([auction.amount, auction.remaining, auction.signal], [300n, 150n, `${feed}-2`]);
    assert.deepEqual(
      [...world.rows.Fill.values()].map(({ auction: of, tokenDelta, offBps, filler }) => [
        of,
        tokenDelta,
        offBps,
        filler,
      ]),
      [
        [auction.id, 100n, -12, addresses.keeper],
        [auction.id, 50n, -12, addresses.keeper],
      ],
    );
    assert.equal(row(world, "Position", `${vault}-0`).holding, 150n);
    assert.equal(row(world, "Position", `${vault}-0`).targetWeightBps, 6_000);
    assert.equal(row(world, "Vault", vault).idle, usd(1_000n) - 11n);
  });

  it("sum up what each filler has traded and got beyond the price, buying and selling", () => {
    const world = fundedWorld();
    const half = 5n * 10n ** 17n;
    play(world, [emit.auctionOpened(2, half, dollars(1_000n))]);

    // Half a token is worth 500 dollars: sold to the vault for 501, bought back for 499.25, one unit of dust against it.
    play(world, [
      emit.auctionFilled(2, half, -usd(501n), dollars(1_000n)),
      emit.auctionFilled(2, -half, usd(499n) + 250_000n, dollars(1_000n)),
      emit.auctionFilled(2, 1n, 0n, dollars(1_000n)),
    ]);

    const { fills, volume, discount, block, address } = row(world, "Filler", `${vault}-${addresses.keeper}`);
    assert.deepEqual(
      { fills, volume, discount, block, address },
      {
        fills: 3,
        volume: usd(1_000n) + 250_000n,
        discount: usd(1n) + 750_000n - 1n,
        block: 13,
        address: addresses.keeper,
      },
    );
  });

  it("open more than one auction on a stale round, and count a fill to the last one", () => {
    const world = fundedWorld();
    play(world, [emit.signalPublished(2, 0n, 2 * day), emit.auctionOpened(2, -300n, dollars(1_000n))]);
    const first = lastAuction(world);

    play(world, [emit.auctionOpened(2, -200n, dollars(1_000n)), emit.auctionFilled(2, -200n, 9n, dollars(1_000n))]);

    assert.notEqual(lastAuction(world).id, first.id);
    assert.equal(lastAuction(world).remaining, 0n);
    assert.equal(row(world, "Auction", first.id).remaining, -300n);
  });

  it("open an auction before any round, on no signal", () => {
    const world = fundedWorld();

    play(world, [emit.auctionOpened(0, -300n, dollars(1_000n))]);

    assert.deepEqual([lastAuction(world).round, lastAuction(world).signal], [0, null]);
  });

  it("leave the ledger by withdrawal and in kind; a failed transfer becomes a claim that is paid later", () => {
    const world = fundedWorld();
    play(world, [emit.auctionOpened(2, 100n, dollars(1_000n)), emit.auctionFilled(2, 100n, 0n, dollars(1_000n))]);

    play(world, [
      emit.transfer(addresses.alice, zero, shares(100n)),
      emit.withdraw(addresses.alice, usd(100n), shares(100n)),
      emit.transfer(addresses.alice, zero, shares(10n)),
      emit.exitedInKind(addresses.alice, shares(10n), [usd(10n), 40n]),
      emit.claimAdded(addresses.alice, addresses.spx, 40n),
    ]);

    assert.equal(row(world, "Vault", vault).idle, usd(890n));
    assert.equal(row(world, "Vault", vault).totalSupply, shares(890n));
    assert.equal(row(world, "Position", `${vault}-0`).holding, 60n);
    const claim = `${vault}-${addresses.alice}-${addresses.spx}`;
    assert.equal(row(world, "Claim", claim).amount, 40n);
    assert.deepEqual([...world.rows.InKindExit.values()][0]?.amounts, [usd(10n), 40n]);

    play(world, [emit.claimed(addresses.alice, addresses.spx, 40n)]);
    assert.equal(row(world, "Claim", claim).amount, 0n);
    assert.equal(row(world, "Position", `${vault}-0`).holding, 60n);
  });

  it("take skimmed tokens into the ledger, base and position alike", () => {
    const world = fundedWorld();

    play(world, [emit.skimmed(addresses.usd, usd(5n)), emit.skimmed(addresses.spx, 8n)]);

    assert.equal(row(world, "Vault", vault).idle, usd(1_005n));
    assert.equal(row(world, "Vault", vault).nav, usd(1_005n));
    assert.equal(row(world, "Position", `${vault}-0`).holding, 8n);
  });

  it("move shares between holders without a change of supply (VLT-1)", () => {
    const world = fundedWorld();

    play(world, [emit.transfer(addresses.alice, addresses.bob, shares(400n))]);
    play(world, [emit.transfer(addresses.bob, addresses.bob, shares(1n))]);

    assert.equal(row(world, "Holder", `${vault}-${addresses.alice}`).shares, shares(600n));
    assert.equal(row(world, "Holder", `${vault}-${addresses.bob}`).shares, shares(400n));
    assert.equal(row(world, "Vault", vault).totalSupply, shares(1_000n));
  });

  it("have one point a candle, which shows the price of its end even when that arrives late", () => {
    const world = fundedWorld();

    play(world, [emit.candleClosed(flat(3, dollars(1_100n)))]);
    assert.equal(row(world, "VaultPoint", `${vault}-3`).price, dollars(1_000n));
    play(world, [emit.priceUpdated(dollars(1_100n), 3 * day)]);
    assert.equal(row(world, "VaultPoint", `${vault}-3`).price, dollars(1_100n));
    play(world, [emit.priceUpdated(dollars(1_200n), 3 * day + 30)]);

    assert.deepEqual(row(world, "VaultPoint", `${vault}-3`), {
      id: `${vault}-3`,
      chain: 31337,
      vault,
      round: 3,
      timestamp: 259_200n,
      nav: usd(1_000n),
      navPerShare: usd(1n),
      idle: usd(1_000n),
      price: dollars(1_100n),
      weightBps: 0,
      block: 11,
    });
  });
});

describe("fees", () => {
  const year = 365n * 86_400n;
  const waitUntil = (world: World, seconds: bigint) => {
    world.height = Number(seconds / 10n) - 1; // block n is at second 10 n
  };

  it("that are due lower NAV per share before they are minted, and leave NAV alone", () => {
    const world = fundedWorld(mandateCreated());
    const { accruedAt } = row(world, "Vault", vault);

    waitUntil(world, accruedAt + year);
    play(world, [emit.priceUpdated(dollars(1_000n), 2 * day + 60)]);

    assert.equal(row(world, "Vault", vault).nav, usd(1_000n));
    assert.equal(row(world, "Vault", vault).totalSupply, shares(1_000n));
    assert.equal(row(world, "Vault", vault).navPerShare, 990_000n); // 1 % of a year
  });

  it("of a gain take their part of what is above the mark", () => {
    const world = fundedWorld(mandateCreated());
    play(world, [
      emit.auctionOpened(2, 5n * 10n ** 17n, dollars(1_000n)),
      emit.auctionFilled(2, 5n * 10n ** 17n, -usd(500n), dollars(1_000n)),
    ]);

    play(world, [emit.priceUpdated(dollars(2_000n), 2 * day + 60)]);

    assert.equal(row(world, "Vault", vault).nav, usd(1_500n));
    assert.equal(row(world, "Vault", vault).navPerShare, 1_449_999n); // 10 % of the 0.50 gained; virtual shares, down
  });

  it("count in NAV per share from when they are charged, in the supply from when they are minted", () => {
    const world = fundedWorld(mandateCreated());
    const state = () => {
      const { totalSupply, feeShares, feeSharesCharged, mark, accruedAt, navPerShare } = row(world, "Vault", vault);
      return { totalSupply, feeShares, feeSharesCharged, mark, accruedAt, navPerShare };
    };

    play(world, [emit.feesAccrued(shares(150n), shares(100n), 12n * 10n ** 17n)]);
    const charged = {
      totalSupply: shares(1_000n),
      feeShares: shares(250n),
      feeSharesCharged: shares(250n),
      mark: 12n * 10n ** 17n,
      accruedAt: BigInt(world.height) * 10n,
      navPerShare: 800_000n, // 1,000 USD for 1,250 shares
    };
    assert.deepEqual(state(), charged);

    play(world, [emit.feesMinted(addresses.keeper, shares(250n)), emit.transfer(zero, addresses.keeper, shares(250n))]);
    assert.deepEqual(state(), {
      ...charged,
      totalSupply: shares(1_250n),
      feeShares: 0n,
      accruedAt: BigInt(world.height - 1) * 10n,
      navPerShare: 799_999n, // a second's fee
    });
    assert.deepEqual(
      [...world.rows.FeeMint.values()].map(({ recipient, shares: minted }) => [recipient, minted]),
      [[addresses.keeper, shares(250n)]],
    );
    assert.deepEqual(
      [...world.rows.FeeAccrual.values()].map(({ managementShares, performanceShares, mark }) => [
        managementShares,
        performanceShares,
        mark,
      ]),
      [[shares(150n), shares(100n), 12n * 10n ** 17n]],
    );
  });
});

describe("days", () => {
  const startOfDay = (world: World, number: number): void => {
    world.height = (number * day) / 10 - 1; // block n is at second 10 n
  };
  const vaultDay = (world: World, number: number) => row(world, "VaultDay", `${vault}-${number}`);
  const marketDay = (world: World, number: number) => row(world, "MarketDay", `${market}-${number}`);

  it("of a market hold its first, highest, lowest and last price, and begin at midnight UTC", () => {
    const world = newWorld();
    play(world, [emit.marketCreated()]);
    startOfDay(world, 3);
    world.height--; // the next block is ten seconds before midnight

    play(world, [emit.priceUpdated(50n, 1), emit.priceUpdated(70n, 2), emit.priceUpdated(60n, 3)]);
    play(world, [emit.priceUpdated(90n, 4), emit.priceUpdated(40n, 5), emit.marketHalted(1)]);
    play(world, [emit.candleClosed(flat(1, 60n))]);

    const prices = (number: number) => {
      const { open, high, low, close, updates, candles, halts } = marketDay(world, number);
      return [open, high, low, close, updates, candles, halts];
    };
    assert.deepEqual(prices(2), [50n, 50n, 50n, 50n, 1, 0, 0]);
    assert.deepEqual(prices(3), [70n, 90n, 40n, 40n, 4, 1, 1]);
    assert.equal(marketDay(world, 3).startAt, 3n * 86_400n);
  });

  it("of a vault sum what came, went and was traded", () => {
    const world = fundedWorld();
    assert.equal(vaultDay(world, 0).deposited, usd(1_000n));
    startOfDay(world, 1);

    play(world, [
      emit.auctionOpened(2, 300n, dollars(1_000n)),
      emit.auctionFilled(2, 200n, -usd(200n), dollars(1_000n)),
      emit.auctionFilled(2, -100n, usd(50n), dollars(1_000n)),
      emit.withdraw(addresses.alice, usd(10n), shares(10n)),
      emit.exitRequested(0n, addresses.alice, shares(9n)),
      emit.exitSettled(0n, addresses.alice, shares(9n), usd(8n)),
      emit.exitedInKind(addresses.alice, shares(5n), [usd(1n), 1n]),
      emit.feesAccrued(3n, 4n, 10n ** 18n),
      emit.deposit(addresses.bob, usd(7n), shares(7n)),
    ]);

    const { volume, fills, deposited, withdrawn, exitedShares, feeShares, blocks } = vaultDay(world, 1);
    assert.deepEqual(
      { volume, fills, deposited, withdrawn, exitedShares, feeShares, blocks },
      {
        volume: usd(250n),
        fills: 2,
        deposited: usd(7n),
        withdrawn: usd(18n),
        exitedShares: shares(5n),
        feeShares: 7n,
        blocks: 9,
      },
    );
  });

  it("of a vault look at its worth when a block ends, not between the events of one", () => {
    const world = fundedWorld();
    startOfDay(world, 1);
    const block = {
      header: { height: world.height + 1, timestamp: day * 1_000 },
      // Shares are minted before they are paid: in between a share is worth half.
      logs: [
        emit.transfer(zero, addresses.bob, shares(1_000n)),
        emit.deposit(addresses.bob, usd(1_000n), shares(1_000n)),
      ].map(({ address, topics, data }, k) => ({ id: `both-${k}`, address, topics, data, transactionHash: tx(1) })),
    };

    const events = decodeBlocks(31337, [block]);
    const head = { height: block.header.height, hash: tx(1), timestamp: BigInt(day) };
    absorb(world.rows, apply({ rows: world.rows, deployment, events, head }));

    const { navOpen, navLow, navHigh, navClose, navPerShareLow, navPerShareHigh, blocks } = vaultDay(world, 1);
    assert.deepEqual([navOpen, navLow, navHigh, navClose], [usd(2_000n), usd(2_000n), usd(2_000n), usd(2_000n)]);
    assert.deepEqual([navPerShareLow, navPerShareHigh, blocks], [usd(1n), usd(1n), 1]);
  });

  it("of a vault follow the price, and end with what it was worth last", () => {
    const world = fundedWorld();
    startOfDay(world, 1);
    play(world, [
      emit.auctionOpened(2, 5n * 10n ** 17n, dollars(1_000n)),
      emit.auctionFilled(2, 5n * 10n ** 17n, -usd(500n), dollars(1_000n)),
      emit.priceUpdated(dollars(1_400n), day + 60),
      emit.priceUpdated(dollars(800n), day + 70),
      emit.priceUpdated(dollars(900n), day + 80),
    ]);

    const { navOpen, navHigh, navLow, navClose } = vaultDay(world, 1);
    assert.deepEqual([navOpen, navHigh, navLow, navClose], [usd(1_000n), usd(1_200n), usd(900n), usd(950n)]);
  });
});

describe("requested exits", () => {
  const requested = (): World => {
    const world = fundedWorld();
    play(world, [
      emit.exitRequested(0n, addresses.alice, shares(100n)),
      emit.transfer(addresses.alice, addresses.vault, shares(100n)),
    ]);
    return world;
  };
  const request = (world: World) => row(world, "ExitRequest", `${vault}-0`);

  it("wait in escrow, with everything the owner asked", () => {
    const world = requested();

    const { number, owner, shares: asked, pending, assets, state } = request(world);
    assert.deepEqual(
      { number, owner, asked, pending, assets, state },
      { number: 0, owner: addresses.alice, asked: shares(100n), pending: shares(100n), assets: 0n, state: "pending" },
    );
    assert.equal(row(world, "Vault", vault).pendingExitShares, shares(100n));
    assert.equal(row(world, "Holder", `${vault}-${addresses.vault}`).shares, shares(100n));
    assert.equal(row(world, "Vault", vault).idle, usd(1_000n));
  });

  it("are settled in parts: cash becomes a claim, shares are burned", () => {
    const world = requested();
    const settle = (part: bigint, assets: bigint) => [
      emit.exitSettled(0n, addresses.alice, shares(part), usd(assets)),
      emit.claimAdded(addresses.alice, addresses.usd, usd(assets)),
      emit.transfer(addresses.vault, zero, shares(part)),
    ];

    play(world, settle(40n, 39n));
    assert.deepEqual([request(world).state, request(world).pending], ["pending", shares(60n)]);
    play(world, settle(60n, 59n));

    assert.deepEqual([request(world).state, request(world).pending, request(world).assets], ["settled", 0n, usd(98n)]);
    const { idle, totalSupply, pendingExitShares, nav } = row(world, "Vault", vault);
    assert.deepEqual([idle, nav, totalSupply, pendingExitShares], [usd(902n), usd(902n), shares(900n), 0n]);
    assert.equal(row(world, "Claim", `${vault}-${addresses.alice}-${addresses.usd}`).amount, usd(98n));
    assert.deepEqual(
      [...world.rows.ExitSettlement.values()].map(({ request: of, shares: part, assets }) => [of, part, assets]),
      [
        [`${vault}-0`, shares(40n), usd(39n)],
        [`${vault}-0`, shares(60n), usd(59n)],
      ],
    );
  });

  it("can be taken back", () => {
    const world = requested();

    play(world, [
      emit.exitCancelled(0n, addresses.alice, shares(100n)),
      emit.transfer(addresses.vault, addresses.alice, shares(100n)),
    ]);

    assert.deepEqual([request(world).state, request(world).pending], ["cancelled", 0n]);
    assert.equal(row(world, "Vault", vault).pendingExitShares, 0n);
    assert.equal(row(world, "Holder", `${vault}-${addresses.alice}`).shares, shares(1_000n));
  });
});

describe("mandates", () => {
  const mandate = `31337-${addresses.mandate}`;

  it("begin with everything that their constructor says, before there is a vault", () => {
    const world = newWorld();

    play(world, mandateCreated());

    assert.deepEqual(row(world, "Mandate", mandate), {
      id: mandate,
      chain: 31337,
      address: addresses.mandate,
      targetVolBps: 1_000,
      bandBps: 1_000,
      maxSignalAge: 518_400n,
      maxDrawdownBps: 4_000,
      lossBudgetBps: 100,
      turnoverBudgetBps: 20_000,
      capsBps: [9_500],
      managementFeeBps: 100,
      performanceFeeBps: 1_000,
      feeRecipient: addresses.keeper,
      depositCap: 10n ** 15n,
      entryPausedUntil: 0n,
    });
    assert.equal(world.rows.MandateChange.size, 11);
  });

  it("belong to their vault", () => {
    assert.equal(row(fundedWorld(mandateCreated()), "Vault", vault).mandate, mandate);
  });

  it("follow each change and remember it", () => {
    const world = fundedWorld([...mandateCreated(), emit.capChanged(1n, 500)]);

    const changes = play(world, [
      emit.limitChanged(0, 800),
      emit.capChanged(0n, 6_000),
      emit.entryPaused(1_000_000),
      emit.bandChanged(700),
      emit.depositCapChanged(5n),
      emit.feeRecipientChanged(addresses.bob),
    ]);

    const { targetVolBps, capsBps, entryPausedUntil, bandBps, depositCap, feeRecipient } = row(
      world,
      "Mandate",
      mandate,
    );
    assert.deepEqual(
      { targetVolBps, capsBps, entryPausedUntil, bandBps, depositCap, feeRecipient },
      {
        targetVolBps: 800,
        capsBps: [6_000, 500],
        entryPausedUntil: 1_000_000n,
        bandBps: 700,
        depositCap: 5n,
        feeRecipient: addresses.bob,
      },
    );
    const told = changes.filter(({ entity }) => entity === "MandateChange").map(({ after }) => after);
    assert.deepEqual(
      (told as RowTypes["MandateChange"][]).map(({ field, position, value }) => [field, position, value]),
      [
        ["targetVolBps", null, "800"],
        ["capsBps", 0, "6000"],
        ["entryPausedUntil", null, "1000000"],
        ["bandBps", null, "700"],
        ["depositCap", null, "5"],
        ["feeRecipient", null, addresses.bob],
      ],
    );
    play(world, [emit.entryResumed()]);
    assert.equal(row(world, "Mandate", mandate).entryPausedUntil, 0n);
  });
});

describe("a batch", () => {
  it("ends with the head, also when it has no events", () => {
    const world = newWorld();
    world.height = 41;

    const changes = play(world, []);

    assert.deepEqual(
      changes.map(({ entity, before, after }) => [entity, before, after]),
      [["Head", undefined, { id: "31337", chain: 31337, height: 41, hash: tx(41), timestamp: 410n }]],
    );
  });

  it("changes the same rows in one piece as event by event", () => {
    const story = [
      emit.marketCreated(),
      emit.candleSeeded(flat(1, dollars(900n))),
      emit.feedCreated(1),
      emit.positionAdded(),
      emit.transfer(zero, addresses.alice, shares(10n)),
      emit.deposit(addresses.alice, usd(10n), shares(10n)),
      emit.priceUpdated(dollars(900n), day),
      emit.candleClosed(flat(2, dollars(950n))),
      emit.signalPublished(2, 5n, 2 * day),
      emit.auctionOpened(2, 9n, dollars(950n)),
      emit.auctionFilled(2, 9n, -1n, dollars(950n)),
      emit.candleClosed(flat(3, dollars(990n))),
    ];
    const [whole, single] = [newWorld(), newWorld()];

    play(whole, story);
    for (const emission of story) play(single, [emission]);

    assert.deepEqual(whole.rows, single.rows);
  });

  it("never writes to the rows it was given", () => {
    const world = fundedWorld();
    const before = structuredClone(world.rows);
    const events = decodeBlocks(31337, blocksOf([emit.skimmed(addresses.usd, 1n), emit.candleClosed(flat(3, 1n))], 50));

    apply({ rows: world.rows, deployment, events, head: { height: 51, hash: tx(51), timestamp: 510n } });

    assert.deepEqual(world.rows, before);
  });

  it("names the rows of unbounded tables that it reads", () => {
    const [transfer, settlement, claim, fill] = decodeBlocks(
      31337,
      blocksOf(
        [
          emit.transfer(addresses.alice, addresses.bob, 1n),
          emit.exitSettled(7n, addresses.alice, 1n, 1n),
          emit.claimed(addresses.bob, addresses.usd, 1n),
          emit.auctionFilled(2, 1n, -1n, 1n),
        ],
        1,
      ),
    ).map(references);

    assert.deepEqual(transfer, [
      { entity: "Holder", id: `${vault}-${addresses.alice}` },
      { entity: "Holder", id: `${vault}-${addresses.bob}` },
    ]);
    assert.deepEqual(settlement, [{ entity: "ExitRequest", id: `${vault}-7` }]);
    assert.deepEqual(claim, [{ entity: "Claim", id: `${vault}-${addresses.bob}-${addresses.usd}` }]);
    assert.deepEqual(fill, [{ entity: "Filler", id: `${vault}-${addresses.keeper}` }]);
  });
});
