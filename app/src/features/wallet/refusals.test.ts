import assert from "node:assert/strict";
import { test } from "node:test";
import { demoTokenAbi, mandateAbi, priceBookAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
import { type Abi, BaseError, encodeErrorResult, UserRejectedRequestError } from "viem";
import { refusalSentence, sentenceOf, sentences } from "./refusals.ts";

// Errors of what no flow of this page calls: permits, constructors, a manager that is no contract.
const ELSEWHERE =
  /^(ERC2612|ECDSA|InvalidAccountNonce|InvalidShortString|StringTooLong|Ownable|ERC20Invalid|MathOverflow|SafeCast|PositionCountInvalid|TooManyDecimals|VaultParamInvalid|AccessManagedInvalidAuthority|ExponentTooLarge)/;

const errorNames = (abi: Abi): string[] => abi.flatMap((item) => (item.type === "error" ? [item.name] : []));

test("every error of the vault, its mandate and the demo token has a sentence", () => {
  const missing = [...errorNames(vaultAbi), ...errorNames(mandateAbi), ...errorNames(demoTokenAbi)].filter(
    (name) => !ELSEWHERE.test(name) && sentences[name] === undefined,
  );

  assert.deepEqual(missing, []);
});

test("an error from behind the vault names the market and its bound", () => {
  const data = encodeErrorResult({
    abi: priceBookAbi,
    errorName: "PriceTooOld",
    args: [marketId("SPX/USD"), 1_167_782_400n, 600n],
  });

  assert.equal(
    refusalSentence(data).replace(/\u00a0/g, " "),
    "The price of SPX/USD is older than 10 min. Wait for the next price and review again.",
  );
});

test("a deposit above the cap says so, a closed vault why it may be closed", () => {
  const owner = "0x0000000000000000000000000000000000000001";
  const refused = (most: bigint) =>
    refusalSentence(
      encodeErrorResult({ abi: vaultAbi, errorName: "ERC4626ExceededMaxDeposit", args: [owner, 7n, most] }),
    );

  assert.match(refused(0n), /^Deposits are closed: paused, full, the price too old or the market halted\./);
  assert.match(refused(5n), /deposit cap\. Enter less\.$/);
});

test("a binding exit request says when it can be taken back", () => {
  const data = encodeErrorResult({ abi: vaultAbi, errorName: "ExitNotCancellable", args: [3n, 1_167_782_400n] });

  assert.match(refusalSentence(data), /binding: it can be taken back from 2007-01-03 00:00 UTC on/);
});

test("a passed deadline is told in the chain's time", () => {
  const data = encodeErrorResult({
    abi: vaultAbi,
    errorName: "DeadlinePassed",
    args: [1_167_782_400n, 1_167_782_401n],
  });

  assert.match(refusalSentence(data), /2007-01-03 00:00 UTC has passed in the chain's time/);
});

test("an unknown refusal still says something true", () => {
  assert.match(refusalSentence("0xdeadbeef"), /0xdeadbeef/);
});

test("a rejection in the wallet is not a failure of the chain", () => {
  const error = new BaseError("failed", { cause: new UserRejectedRequestError(new Error("User rejected")) });

  assert.equal(sentenceOf(error), "Rejected in the wallet; nothing was sent.");
});
