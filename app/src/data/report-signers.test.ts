import assert from "node:assert/strict";
import { test } from "node:test";
import { signedSourceAbi } from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
import { candleReportTypes, packSignatures, priceReportTypes, signedSourceDomain } from "@aibot/kit/typed-data";
import { encodeFunctionData, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { signersIn } from "./report-signers.ts";

const SOURCE = `0x${"3".repeat(40)}` as const;
const CHAIN = 31_337;
const domain = signedSourceDomain(CHAIN, SOURCE);
const market = marketId("SPX/USD");
const accounts = ["11", "22", "33"].map((byte) => privateKeyToAccount(`0x${byte.repeat(32)}`));
const [alice, bob, carol] = accounts.map(({ address }) => address.toLowerCase()) as [string, string, string];

const sign = (types: object, primaryType: string, message: object, by: typeof accounts) =>
  Promise.all(
    by.map(async (account) => ({
      signer: account.address,
      signature: await account.signTypedData({ domain, types, primaryType, message } as never),
    })),
  ).then(packSignatures);

const price = async (by: typeof accounts): Promise<Hex> => {
  const message = { market, price: 5n, observedAt: 9 };
  const signatures = await sign(priceReportTypes, "PriceReport", message, by);
  return encodeFunctionData({ abi: signedSourceAbi, functionName: "submitPrice", args: [market, 5n, 9, signatures] });
};

const candle = async (by: typeof accounts): Promise<Hex> => {
  const report = { start: 1, end: 9, open: 5n, high: 6n, low: 4n, close: 5n };
  const signatures = await sign(candleReportTypes, "CandleReport", { market, ...report }, by);
  return encodeFunctionData({ abi: signedSourceAbi, functionName: "submitCandle", args: [market, report, signatures] });
};

const multicall = (calls: Hex[]): Hex =>
  encodeFunctionData({ abi: signedSourceAbi, functionName: "multicall", args: [calls] });

const read = async (input: Hex) => (await signersIn({ chainId: CHAIN, source: SOURCE }, input)).toSorted();

test("the signers of a price and of a candle are recovered, alone and inside a multicall", async () => {
  assert.deepEqual(await read(await price(accounts.slice(0, 2))), [alice, bob].toSorted());
  assert.deepEqual(await read(await candle(accounts.slice(1))), [bob, carol].toSorted());
  assert.deepEqual(await read(multicall([await candle(accounts.slice(2))])), [carol]);
});

test("signatures for another chain are not those of the signers", async () => {
  const others = await signersIn({ chainId: 1, source: SOURCE }, await price(accounts));

  assert.equal(others.length, 3);
  assert.ok(others.every((signer) => ![alice, bob, carol].includes(signer)));
});

test("calldata without a report has no signers", async () => {
  assert.deepEqual(await read("0x12345678"), []);
  assert.deepEqual(await read("0x"), []);
  assert.deepEqual(await read(multicall([])), []);
});
