import assert from "node:assert/strict";
import { test } from "node:test";
import type { Limits } from "../../data/chain-reads.ts";
import type { Vault } from "../../data/vaults.ts";
import { createFormat } from "../../format.ts";
import type { FoundVault } from "../../links.ts";
import { de } from "../../messages/de.ts";
import { en } from "../../messages/en.ts";
import { describeGauge } from "./gauge-text.ts";
import { filledBps, type Gauge, gaugesOf } from "./gauges.ts";
import { NO_CAP } from "./model.ts";

const LIMITS = {
  cashFloorBps: 500,
  maxSignalAge: 518_400,
  maxDrawdownBps: 1_500,
  lossBudgetBps: 200,
  turnoverBudgetBps: 2_000,
  budgetWindow: 432_000,
  capsBps: [9_500],
  depositCap: 5_000_000_000n,
} as unknown as Limits;

const VAULT = {
  nav: 970_000_000n,
  idle: 407_400_000n,
  totalSupply: 10n ** 15n,
  feeShares: 0n,
  mark: 10n ** 18n,
  accruedAt: 0n,
  managementFeeBps: 0,
  performanceFeeBps: 0,
  mandate: { managementFeeBps: 0, performanceFeeBps: 0, entryPausedUntil: 0n },
  positions: [{ index: 0, weightBps: 5_800, feed: { latest: { closedAt: 1_000n } } }],
} as unknown as Vault;

const LEFT = { turnoverE7: 1_688_000n, lossE7: 180_000n }; // of 20 % and 2 %
const FOUND = {
  vault: { base: { symbol: "USD", decimals: 6 }, positions: [{ symbol: "SPX", feed: "SPX/USD vol" }] },
} as unknown as FoundVault;

const find = (gauges: readonly Gauge[], kind: Gauge["kind"]): Gauge => {
  const found = gauges.find((gauge) => gauge.kind === kind);
  assert.ok(found, kind);
  return found;
};

const sentence = (gauge: Gauge, locale: "en" | "de" = "en"): string =>
  describeGauge(gauge, {
    m: locale === "en" ? en : de,
    f: createFormat(locale),
    found: FOUND,
    window: 432_000,
  }).words.replaceAll("\u00a0", " ");

test("each gauge tells its used part and its limit", () => {
  const gauges = gaugesOf(VAULT, LIMITS, LEFT, 8_200n);

  assert.equal(sentence(find(gauges, "turnover")), "3.12 % of 20.0 %");
  assert.equal(sentence(find(gauges, "loss")), "0.20 % of 2.0 %");
  assert.equal(sentence(find(gauges, "drawdown")), "3.0 % of 15.0 %");
  assert.equal(sentence(find(gauges, "weight")), "58.0 % of 95.0 %");
  assert.equal(sentence(find(gauges, "age")), "2 h of 6 d");
  assert.equal(sentence(find(gauges, "cash")), "42.0 %, at least 5.0 %");
  assert.equal(sentence(find(gauges, "deposits")), "970 USD of 5,000 USD");
  assert.equal(sentence(find(gauges, "deposits"), "de"), "970 USD von 5.000 USD");
});

test("a bar is filled by the used part of its limit, a floor by the part of all there is", () => {
  const gauges = gaugesOf(VAULT, LIMITS, LEFT, 8_200n);

  assert.equal(filledBps(find(gauges, "turnover")), 1_560n);
  assert.equal(filledBps(find(gauges, "cash")), 4_200n);
  assert.equal(filledBps({ used: 30n, limit: 20n, isFloor: false }), 10_000n);
  assert.equal(filledBps({ used: undefined, limit: 20n, isFloor: false }), 0n);
  assert.equal(filledBps({ used: 1n, limit: 0n, isFloor: false }), 10_000n);
});

test("close to a limit and at it are said in words", () => {
  const gauges = gaugesOf(
    { ...VAULT, idle: 48_000_000n, positions: VAULT.positions.map((one) => ({ ...one, weightBps: 8_000 })) } as Vault,
    LIMITS,
    { turnoverE7: 0n, lossE7: 180_000n },
    600_000n,
  );

  assert.equal(sentence(find(gauges, "turnover")), "20.00 % of 20.0 %, used up: only requested exits trade");
  assert.equal(sentence(find(gauges, "weight")), "80.0 % of 95.0 %, close to the limit");
  assert.equal(sentence(find(gauges, "age")), "6 d of 6 d, too old: buys nothing");
  assert.equal(sentence(find(gauges, "cash")), "4.9 %, at least 5.0 %, at the floor: buys no more");
  assert.equal(sentence(find(gauges, "loss")), "0.20 % of 2.0 %");
});

test("only a share below the contract's bound makes the vault sell only", () => {
  const at = (nav: bigint) => find(gaugesOf({ ...VAULT, nav, idle: nav }, LIMITS, LEFT, 8_200n), "drawdown").state;
  assert.equal(at(850_000_000n), "near"); // 15 % down to the unit is still allowed
  assert.equal(at(849_000_000n), "reached");
});

test("without a forecast, a value or a cap there is nothing to measure", () => {
  const bare = {
    ...VAULT,
    nav: 0n,
    idle: 0n,
    totalSupply: 0n,
    positions: [{ index: 0, weightBps: 0, feed: { latest: null } }],
  } as unknown as Vault;
  const gauges = gaugesOf(bare, { ...LIMITS, depositCap: NO_CAP }, LEFT, 8_200n);

  assert.equal(sentence(find(gauges, "age")), "nothing to measure yet");
  assert.equal(sentence(find(gauges, "cash")), "nothing to measure yet");
  assert.equal(
    gauges.some(({ kind }) => kind === "deposits"),
    false,
  );
});
