// What happens on a chain in the tests: set-up, then periods with prices, candles, rounds, auctions and holders.
import type { Hex } from "viem";
import { addresses } from "./deployment.ts";
import { type Emission, emit, mandateCreated, zero } from "./emissions.ts";

export const day = 86_400;
const dollar = 1_000_000n; // of the 6-decimals base
const spx = 10n ** 18n;
const usd8 = 10n ** 8n;
export const horizon = 2;

/** A price path that moves but needs no random numbers. */
export const priceAt = (index: number): bigint => (1_000n + BigInt((index * 37) % 101)) * usd8;

const candleOf = (index: number) => {
  const [open, close] = [priceAt(index - 1), priceAt(index)];
  const [low, high] = open < close ? [open, close] : [close, open];
  return { index, end: index * day, open, high: high + usd8, low: low - usd8, close };
};

export const seeds = 4;

/** Blocks that set everything up and deposit 1,000 dollars. */
export const setUp = (): Emission[][] => [
  [emit.signersChanged([addresses.alice, addresses.bob], 2), emit.marketCreated(), emit.modelRegistered(horizon)],
  Array.from({ length: seeds }, (_, k) => emit.candleSeeded(candleOf(k + 1))),
  [emit.feedCreated(horizon), ...mandateCreated()],
  [emit.positionAdded()],
  [emit.priceUpdated(priceAt(seeds), seeds * day)],
  [
    emit.transfer(zero, addresses.alice, 1_000n * dollar * 10n ** 6n),
    emit.deposit(addresses.alice, 1_000n * dollar, 1_000n * dollar * 10n ** 6n),
  ],
];

const buyOrSell = (index: number, isBuy: boolean): Emission[][] => {
  const price = priceAt(index);
  const tokens = isBuy ? spx / 10n : spx / 20n;
  const paid = (tokens * price * dollar) / (usd8 * spx);
  const [tokenDelta, baseDelta] = isBuy ? [tokens, -paid] : [-tokens, paid];
  return [
    [emit.auctionOpened(index, tokenDelta, price)],
    [emit.auctionFilled(index, tokenDelta / 2n, baseDelta / 2n, price)],
    [emit.auctionFilled(index, tokenDelta - tokenDelta / 2n, baseDelta - baseDelta / 2n, price)],
  ];
};

/** Shares that change hands, come and go; different in kind by period. */
const holders = (index: number): Emission[][] => {
  const shares = BigInt(index) * 10n ** 9n;
  const { alice, bob } = addresses as Record<string, Hex> as { alice: Hex; bob: Hex };
  switch (index % 5) {
    case 0:
      return [[emit.transfer(alice, bob, shares)]];
    case 1:
      return [[emit.transfer(zero, bob, shares), emit.deposit(bob, shares / 10n ** 6n, shares)]];
    case 2:
      return [[emit.transfer(alice, zero, shares), emit.withdraw(alice, shares / 10n ** 6n, shares)]];
    case 3:
      return [
        [
          emit.transfer(alice, zero, 10n),
          emit.claimAdded(alice, addresses.spx, 5n),
          emit.exitedInKind(alice, 10n, [7n, 5n]),
        ],
      ];
    default:
      return [
        [emit.skimmed(addresses.usd, 11n)],
        [emit.claimAdded(bob, addresses.usd, 3n)],
        [emit.claimed(bob, addresses.usd, 2n)],
      ];
  }
};

/** Each period's request is settled in the next but one, half and half, or taken back; fees and limits change too. */
const exitsAndFees = (index: number): Emission[][] => {
  const { alice, vault, keeper, usd } = addresses;
  const [id, shares] = [BigInt(index - seeds - 1), 1_000_000n];
  const request = [emit.exitRequested(id, alice, shares), emit.transfer(alice, vault, shares)];
  const fees = [
    emit.feesAccrued(BigInt(index), 1n, 10n ** 18n + id),
    ...(index % 2 === 0 ? [emit.feesMinted(keeper, 7n), emit.transfer(zero, keeper, 7n)] : []),
  ];
  const limit = [emit.limitChanged(index % 7, 1_000 - (index % 900))];
  if (id < 2n) return [request, fees, limit];

  const settled = id - 2n;
  const half = shares / 2n;
  if (index % 4 === 0)
    return [request, [emit.exitCancelled(settled, alice, shares), emit.transfer(vault, alice, shares)], fees];
  const settle = [
    emit.exitSettled(settled, alice, half, 1n),
    emit.claimAdded(alice, usd, 1n),
    emit.transfer(vault, zero, half),
  ];
  return [request, [...fees, ...settle], settle, limit];
};

/** The blocks of period `index`, from `seeds` + 1 on. */
export const period = (index: number): Emission[][] => [
  [],
  [emit.priceReported(priceAt(index), index * day), emit.priceUpdated(priceAt(index), index * day)],
  [emit.candleClosed(candleOf(index)), emit.signalPublished(index, BigInt(index) << 28n, index * day)],
  ...(index % 3 === 0 ? buyOrSell(index, index % 2 === 1) : []),
  ...holders(index),
  ...exitsAndFees(index),
];
