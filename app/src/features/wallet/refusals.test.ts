import assert from "node:assert/strict";
import { test } from "node:test";
import * as abis from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
import {
  type Abi,
  type AbiParameter,
  BaseError,
  ContractFunctionRevertedError,
  encodeErrorResult,
  HttpRequestError,
  UserRejectedRequestError,
} from "viem";
import { createFormat } from "../../format.ts";
import { wallet as german } from "../../messages/de/wallet.ts";
import { wallet as english } from "../../messages/en/wallet.ts";
import { Refusal } from "../flow/flow.ts";
import { refusalSentence, sentenceOf } from "./refusals.ts";

const languages = { en: { ...english, f: createFormat("en") }, de: { ...german, f: createFormat("de") } };
const { refusals, f } = languages.en;

/** Some value of a type that an error's argument may have. */
const sampleOf = ({ type }: AbiParameter): unknown => {
  if (type === "address") return "0x00000000000000000000000000000000000000a1";
  if (type === "bytes32") return marketId("SPX/USD");
  if (type === "bytes4") return "0x01020304";
  if (type === "string") return "a name";
  if (type === "uint8" || type === "uint32") return 1;
  return 7n;
};

const errors = (Object.entries(abis) as [string, Abi][]).flatMap(([contract, abi]) =>
  abi.flatMap((item) => (item.type === "error" ? [{ contract, item }] : [])),
);

test("every error of every contract has its own sentence and remedy, in every language", () => {
  assert.ok(errors.length > 100); // the walk finds the errors
  for (const { contract, item } of errors) {
    const data = encodeErrorResult({ abi: [item], errorName: item.name, args: item.inputs.map(sampleOf) } as never);
    for (const [locale, { refusals: own, f: format }] of Object.entries(languages)) {
      const sentence = refusalSentence(data, own, format);
      const where = `${locale} ${contract}.${item.name}: ${sentence}`;
      assert.ok(!sentence.includes("0x"), `${where} shows a code instead of a sentence`);
      assert.ok(!sentence.includes(item.name) && !/undefined|\[object/.test(sentence), where);
      const parts = sentence.split(/[.;:,] /).filter((part) => part.trim().length > 8);
      assert.ok(parts.length >= 2, `${where} says no remedy`);
      assert.match(sentence, /\.$/, where);
    }
  }
});

test("no sentence is kept for an error that no contract has", () => {
  const names = new Set([...errors.map(({ item }) => item.name), "Error", "Panic"]);
  assert.deepEqual(
    Object.keys(refusals.errors).filter((name) => !names.has(name)),
    [],
  );
});

test("an error from behind the vault names the market and its bound", () => {
  const data = encodeErrorResult({
    abi: abis.priceBookAbi,
    errorName: "PriceTooOld",
    args: [marketId("SPX/USD"), 1_167_782_400n, 600n],
  });

  assert.equal(
    refusalSentence(data, refusals, f).replace(/\u00a0/g, " "),
    "The price of SPX/USD is older than 10 min. Wait for the next price and review again.",
  );
  assert.equal(
    refusalSentence(data, german.refusals, languages.de.f).replace(/\u00a0/g, " "),
    "Der Preis von SPX/USD ist mehr als 10 Min. alt. Warte auf den nächsten Preis und prüfe es noch einmal.",
  );
});

test("a binding exit request says when it can be taken back", () => {
  const refused = (at: bigint) =>
    refusalSentence(
      encodeErrorResult({ abi: abis.vaultAbi, errorName: "ExitNotCancellable", args: [3n, at] }),
      refusals,
      f,
    );

  assert.match(refused(1_167_782_400n), /can be taken back from 2007-01-03 00:00 UTC on/);
  assert.match(refused(2n ** 255n), /can be taken back from 9999 on/); // no clock shows it
});

test("a passed deadline is told in the chain's time", () => {
  const data = encodeErrorResult({
    abi: abis.vaultAbi,
    errorName: "DeadlinePassed",
    args: [1_167_782_400n, 1_167_782_401n],
  });

  assert.match(refusalSentence(data, refusals, f), /2007-01-03 00:00 UTC has passed in the chain's time/);
});

test("what no contract of ours declares still says something true", () => {
  assert.match(refusalSentence("0xdeadbeef", refusals, f), /\(0xdeadbeef\)\. Nothing was moved/);
  assert.match(refusalSentence("0x", refusals, f), /Nothing was moved/);
  const reason = encodeErrorResult({
    abi: [{ type: "error", name: "Error", inputs: [{ type: "string", name: "message" }] }],
    errorName: "Error",
    args: ["paused"],
  });
  assert.match(refusalSentence(reason, refusals, f), /^The contract refused: “paused”\./);
});

test("a failure is told by its cause, however it is wrapped", () => {
  const wrap = (cause: Error) => new BaseError("failed", { cause });
  const coded = (code: number) => Object.assign(new Error("as the wallet says"), { code });
  const said = (error: unknown) => sentenceOf(error, refusals, f);

  assert.equal(said(wrap(new UserRejectedRequestError(new Error("User rejected")))), refusals.rejected);
  assert.equal(said(wrap(coded(4001))), refusals.rejected);
  assert.equal(said(coded(-32002)), refusals.walletBusy);
  assert.equal(said(wrap(coded(4200))), refusals.walletCannot);
  assert.equal(said(Object.assign(new Error("x"), { name: "ConnectorChainMismatchError" })), refusals.wrongChain);
  assert.equal(said(Object.assign(new Error("x"), { name: "InsufficientFundsError" })), refusals.noGas);
  assert.equal(said(wrap(new HttpRequestError({ url: "http://node" }))), refusals.unreachable);
  assert.equal(said(new Refusal("Enter less.")), "Enter less.");
  assert.equal(said(new Error("odd")), "It did not work: odd. Nothing was confirmed; try again.");

  const data = encodeErrorResult({ abi: abis.vaultAbi, errorName: "SharesZero" });
  const reverted = new ContractFunctionRevertedError({ abi: abis.vaultAbi, data, functionName: "requestExit" });
  assert.equal(said(wrap(reverted)), refusals.errors.SharesZero);
});
