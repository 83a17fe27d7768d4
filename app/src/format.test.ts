import assert from "node:assert/strict";
import { test } from "node:test";
import { change, createFormat, exact, shortHex, utcTime } from "./format.ts";

const { duration, fixed, money, parseAmount, percent, price, quantity, relative, signed } = createFormat("en");
const german = createFormat("de");

const plain = (text: string): string => text.replace(/\u00a0/g, " ").replace(/\u2212/g, "-");

test("an amount keeps every digit beyond the precision of a double", () => {
  assert.equal(exact(123456789012345678901234567n, 18), "123456789.012345678901234567");
  assert.equal(fixed(123456789012345678901234567n, 18, 2), "123,456,789.01");
  assert.equal(exact(-1500000n, 6), "-1.5");
});

test("display rounds half away from zero on both sides", () => {
  assert.equal(plain(fixed(1005000n, 6, 2)), "1.01");
  assert.equal(plain(fixed(-1005000n, 6, 2)), "-1.01");
  assert.equal(plain(fixed(-4n, 3, 2)), "0.00");
});

test("a quantity shows more decimals the smaller it is", () => {
  assert.equal(quantity(1256_000000n, 6), "1,256.00");
  assert.equal(quantity(1_043200n, 6), "1.0432");
  assert.equal(quantity(120_000000000000000n, 18), "0.1200");
  assert.equal(quantity(1_234000000000000n, 18), "0.001234");
  assert.equal(quantity(0n, 18), "0.00");
});

test("money, prices and percentages carry their unit", () => {
  assert.equal(plain(money(999_995_000n, 6, "USD")), "1,000.00 USD");
  assert.equal(price(141_660_000_000n), "1,416.60");
  assert.equal(plain(percent(1418)), "14.2 %");
});

test("a change says its direction without colour", () => {
  assert.deepEqual(change(1_000_000n, 1_043_200n), { direction: "up", bps: 432n });
  assert.equal(plain(signed(change(1_000_000n, 1_043_200n))), "+4.32 %");
  assert.equal(plain(signed(change(100n, 90n))), "-10.00 %");
  assert.equal(change(100n, 100n).direction, "flat");
  assert.equal(change(0n, 100n).direction, "flat");
});

test("durations use the unit a person would", () => {
  assert.deepEqual(
    [0n, 1n, 59n, 60n, 90n, 7200n, 86_400n, 518_400n].map((s) => plain(duration(s))),
    ["0 s", "1 s", "59 s", "1 min", "90 s", "2 h", "1 d", "6 d"],
  );
  assert.equal(plain(relative(100n, 220n)), "2 min ago");
  assert.equal(plain(relative(220n, 100n)), "in 2 min");
  assert.equal(relative(1n, 1n), "now");
});

test("times are the chain's, in UTC", () => {
  assert.equal(utcTime(1167782400n), "2007-01-03 00:00 UTC");
});

test("hashes keep both ends", () => {
  assert.equal(shortHex(`0x${"ab".repeat(32)}`), "0xabab…abab");
});

test("a typed amount becomes native units without rounding", () => {
  assert.deepEqual(parseAmount("1,250.5", 6), { kind: "amount", value: 1_250_500000n });
  assert.deepEqual(parseAmount(".000001", 6), { kind: "amount", value: 1n });
  assert.equal(parseAmount("0.0000001", 6).kind, "invalid");
});

test("a typed amount that is no amount is refused with a reason", () => {
  for (const text of [
    "",
    " ",
    "abc",
    "-5",
    "1e6",
    "1.2.3",
    ".",
    "0",
    "0.00",
    "0x10",
    "1,25",
    "1,2345",
    ",5",
    "12,34,567",
  ]) {
    const parsed = parseAmount(text, 6);
    assert.equal(parsed.kind, "invalid", text);
    assert.ok(parsed.kind === "invalid" && parsed.reason.endsWith("."), text);
  }
});

test("a pasted amount may carry spaces, of any kind", () => {
  assert.deepEqual(parseAmount(" 1\u00a0250.5\n", 6), { kind: "amount", value: 1_250_500000n });
});

test("German writes a comma where English writes a point, and reads it so", () => {
  assert.equal(plain(german.money(1_250_500000n, 6, "USD")), "1.250,50 USD");
  assert.equal(plain(german.relative(100n, 220n)), "vor 2 Min.");
  assert.deepEqual(german.parseAmount("1.250,5", 6), { kind: "amount", value: 1_250_500000n });
  assert.deepEqual(german.parseAmount(german.typed(1_250_500000n, 6), 6), { kind: "amount", value: 1_250_500000n });
  assert.equal(german.parseAmount("1250.50", 6).kind, "invalid"); // an English amount is not a hundredfold German one
});
