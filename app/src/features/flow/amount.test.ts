import assert from "node:assert/strict";
import { test } from "node:test";
import { createFormat } from "../../format.ts";
import { parseRequest } from "./amount.ts";
import type { Field } from "./flow.ts";

const field: Field = {
  name: "cash",
  unit: "USD",
  label: "Amount",
  decimals: 6,
  most: undefined,
  check: (amount) => (amount > 2_000_000_000n ? "Too much." : undefined),
};
const [en, de] = [createFormat("en"), createFormat("de")];
const amountOf = (text: string, f = en) => {
  const parsed = parseRequest(f, field, text);
  return parsed.kind === "request" ? parsed.request.amount : parsed.reason;
};

test("an amount is read as it is written in the language of the page", () => {
  assert.equal(amountOf("1,250.50"), 1_250_500_000n);
  assert.equal(amountOf("1.250,50", de), 1_250_500_000n);
  assert.equal(amountOf("  1 250.5\u00a0 "), 1_250_500_000n); // pasted
  assert.equal(amountOf("0.000001"), 1n);
});

test("each way to get it wrong has its sentence", () => {
  for (const [text, expected] of [
    ["", /^Enter an amount\./],
    ["0", /above zero/],
    ["0.000000", /above zero/],
    ["-5", /minus sign/],
    ["\u22125", /minus sign/],
    ["1e3", /without an exponent/],
    ["1.5E-2", /without an exponent/],
    ["1.0000001", /^At most 6 decimals; “1.0000001” has 7\./],
    ["1250,50", /write it like 1,250\.50/], // the other language's decimal mark
    ["1.250,50", /write it like 1,250\.50/],
    ["five", /“five” is not an amount/],
    ["0x10", /is not an amount/],
    ["2001", /^Too much\.$/],
  ] as const)
    assert.match(String(amountOf(text)), expected, text);
  assert.match(String(amountOf("1,250.50", de)), /schreibe ihn wie 1\.250,50/);
});
