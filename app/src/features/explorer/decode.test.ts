import assert from "node:assert/strict";
import { test } from "node:test";
import { signedSourceAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { type Hex, parseAbi } from "viem";
import { encodeAbiParameters, encodeErrorResult, encodeFunctionData, stringToHex } from "viem/utils";
import type { ChainConfig } from "../../config.ts";
import { createFormat } from "../../format.ts";
import { de } from "../../messages/de.ts";
import { en } from "../../messages/en.ts";
import { callName } from "./call-name.ts";
import { decodeCall, decodeEvent, decodeRefusal } from "./decode.ts";
import { eventWords } from "./event-words.ts";
import { refusalText } from "./refusal-text.ts";

const address = (digit: string): Hex => `0x${digit.repeat(40)}`;
const padded = (value: Hex): Hex => `0x${value.slice(2).padStart(64, "0")}`;
const SPX = stringToHex("SPX/USD", { size: 32 });
const FEED = stringToHex("SPX/USD vol", { size: 32 });

const CHAIN = {
  id: 31_337,
  deployment: {
    vaults: [
      {
        address: address("a"),
        name: "Volatility-target SPX",
        base: { token: address("7"), symbol: "USD", decimals: 6 },
        positions: [{ token: address("8"), symbol: "SPX", decimals: 18, market: "SPX/USD", feed: "SPX/USD vol" }],
      },
    ],
    uniswap: { pools: [{ token: address("8"), base: address("7"), market: "SPX/USD", pool: address("e") }] },
  },
} as unknown as ChainConfig;

const plain = (text: string | undefined) => text?.replace(/\u00a0/g, " ");

/** The first word of a topic: keccak256 of the signature, from the contracts' build artefacts. */
const TOPIC = {
  Transfer: "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
  Approval: "0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925",
  Deposit: "0xdcbc1c05240f31ff3ad067ef1ee35ce4997762752e3a095284754544f4c709d7",
} as const;

const uint = (...values: bigint[]): Hex =>
  encodeAbiParameters(
    values.map(() => ({ type: "uint256" })),
    values,
  );

const say = (log: { address: Hex; topics: Hex[]; data: Hex }, locale: "en" | "de" = "en") => {
  const event = decodeEvent(log);
  const t = (locale === "en" ? en : de).explorer;
  const words = event && eventWords(event, { chain: CHAIN, t, f: createFormat(locale) });
  return { text: plain(words?.text), addresses: words?.addresses, path: words?.page?.path };
};

test("a call is decoded with its arguments; a market is named and an address is one to link to", () => {
  const input = encodeFunctionData({ abi: signedSourceAbi, functionName: "submitPrice", args: [SPX, 5n, 9, "0x01"] });

  assert.deepEqual(decodeCall(input), {
    name: "submitPrice",
    args: [
      { name: "market", text: "SPX/USD", isAddress: false },
      { name: "price", text: "5", isAddress: false },
      { name: "observedAt", text: "9", isAddress: false },
      { name: "signatures", text: "0x01", isAddress: false },
    ],
    inner: [],
  });
  const deposit = encodeFunctionData({ abi: vaultAbi, functionName: "deposit", args: [1n, address("b")] });
  assert.deepEqual(decodeCall(deposit)?.args[1], { name: "receiver", text: address("b"), isAddress: true });
});

test("a multicall says what is inside, structs included", () => {
  const candle = { start: 1, end: 2, open: 3n, high: 4n, low: 5n, close: 6n };
  const inner = encodeFunctionData({ abi: signedSourceAbi, functionName: "submitCandle", args: [SPX, candle, "0x"] });
  const call = decodeCall(encodeFunctionData({ abi: signedSourceAbi, functionName: "multicall", args: [[inner]] }));

  assert.deepEqual([call?.name, call?.args, call?.inner.map(({ name }) => name)], ["multicall", [], ["submitCandle"]]);
  assert.equal(call?.inner[0]?.args[1]?.text, "{ start: 1, end: 2, open: 3, high: 4, low: 5, close: 6 }");
});

test("what is no call of the protocol is told by what it is", () => {
  const t = en.explorer.call;

  assert.equal(decodeCall("0xdeadbeef"), undefined);
  assert.equal(decodeCall("0x"), undefined);
  assert.equal(decodeCall("0x6e553f65ff"), undefined); // deposit(uint256,address), cut short
  assert.equal(callName({ to: address("1"), input: "0xdeadbeef01" }, undefined, t), "unknown function 0xdeadbeef");
  assert.equal(callName({ to: address("1"), input: "0x" }, undefined, t), "Transfer of coin");
  assert.equal(callName({ to: null, input: "0x60" }, undefined, t), "Creates a contract");
});

test("a deposit is said with amounts in the vault's own units, in both languages, and leads to the vault", () => {
  const log = {
    address: address("a"),
    topics: [TOPIC.Deposit, padded(address("b")), padded(address("c"))],
    data: uint(1_234_500_000n, 1_230_000_000_000_000n),
  };

  assert.deepEqual(say(log), {
    text: "1,234.50 USD deposited for 1,230.00 shares, which belong to {owner}",
    addresses: { owner: address("c") },
    path: `/vault/${address("a")}?chain=31337`,
  });
  assert.equal(say(log, "de").text, "1.234,50 USD eingezahlt für 1.230,00 Anteile, Eigentümer {owner}");
});

test("a transfer is of the token that told it: shares of a vault, a base asset, or nothing known", () => {
  const transfer = (token: Hex, from: Hex, to: Hex) =>
    say({ address: token, topics: [TOPIC.Transfer, padded(from), padded(to)], data: uint(2_500_000n) });

  assert.equal(transfer(address("7"), address("b"), address("c")).text, "2.5000 USD from {from} to {to}");
  assert.equal(transfer(address("a"), address("b"), address("c")).text, "0.000003 shares from {from} to {to}");
  assert.equal(transfer(address("7"), address("0"), address("c")).text, "2.5000 USD minted to {to}");
  assert.equal(transfer(address("9"), address("b"), address("c")).text, undefined);
});

test("an approval without bound is said as such", () => {
  const approval = (amount: bigint) =>
    say({
      address: address("7"),
      topics: [TOPIC.Approval, padded(address("b")), padded(address("c"))],
      data: uint(amount),
    }).text;

  assert.equal(approval(1_000_000n), "{owner} lets {spender} take up to 1.0000 USD");
  assert.equal(approval(2n ** 256n - 1n), "{owner} lets {spender} take any amount");
});

test("a fill says which way it went and leads to its round", () => {
  const abi = parseAbi([
    "event AuctionFilled(uint256 indexed position, uint32 indexed round, address indexed filler, int256 tokenDelta, int256 baseDelta, uint128 price, int16 offBps)",
  ]);
  const item = vaultAbi.find((one) => one.type === "event" && one.name === "AuctionFilled");
  assert.deepEqual(
    item?.inputs.map(({ name }) => name),
    abi[0].inputs.map(({ name }) => name),
  );
  const fill = (tokenDelta: bigint, baseDelta: bigint) =>
    eventWords(
      {
        address: address("a"),
        name: "AuctionFilled",
        args: [],
        values: {
          position: 0n,
          round: 412,
          filler: address("b"),
          tokenDelta,
          baseDelta,
          price: 421_150_000_000n,
          offBps: -3,
        },
      },
      { chain: CHAIN, t: en.explorer, f: createFormat("en") },
    );

  const bought = fill(12n * 10n ** 16n, -505_000_000n);
  assert.equal(
    plain(bought?.text),
    "The vault bought 0.1200 SPX for 505.00 USD at an oracle price of 4,211.50, from {filler}",
  );
  assert.equal(bought?.page?.path, "/signal/spx-usd-vol/412?chain=31337");
  assert.match(
    plain(fill(-(10n ** 18n), 1n)?.text) ?? "",
    /^The vault sold 1\.0000 SPX for 0\.00 USD .* to \{filler\}$/,
  );
});

test("a swap says what the pool took and gave, by the order of its tokens", () => {
  const topic = "0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67"; // as Uniswap's pools emit it
  const swap = (amount0: bigint, amount1: bigint) =>
    say({
      address: address("e"),
      topics: [topic, padded(address("d")), padded(address("d"))],
      data: encodeAbiParameters(
        ["int256", "int256", "uint160", "uint128", "int24"].map((type) => ({ type })),
        [amount0, amount1, 1n, 1n, 1],
      ),
    });

  // USD, 0x77…, comes before SPX, 0x88….
  assert.deepEqual(swap(1_000_000_000n, -(10n ** 18n)), {
    text: "The pool takes 1,000.00 USD and gives 1.0000 SPX, asked by {sender}",
    addresses: { sender: address("d") },
    path: undefined,
  });
  assert.equal(swap(-500_000n, 10n ** 15n).text, "The pool takes 0.001000 SPX and gives 0.5000 USD, asked by {sender}");
});

test("a published round is said in volatility a year", () => {
  const words = eventWords(
    { address: address("5"), name: "SignalPublished", args: [], values: { feed: FEED, round: 7, value: -(1n << 33n) } },
    { chain: CHAIN, t: en.explorer, f: createFormat("en") },
  );

  assert.equal(plain(words?.text), "Round 7 of SPX/USD vol: 25.0 % a year expected"); // log2 = −2
});

test("logs of strangers are left as they are", () => {
  assert.equal(decodeEvent({ address: address("1"), topics: [padded("0x01")], data: "0x" }), undefined);
  assert.equal(decodeEvent({ address: address("1"), topics: [], data: "0x" }), undefined);
  assert.equal(decodeEvent({ address: address("1"), topics: [TOPIC.Transfer], data: "0x" }), undefined);
});

test("a refusal is named with its arguments, and where there is no name that is said", () => {
  const t = en.explorer.transaction;
  const halted = encodeErrorResult({ abi: vaultAbi, errorName: "MarketIsHalted", args: [SPX, 2] });
  const required = `0x08c379a0${encodeAbiParameters([{ type: "string" }], ["too early"]).slice(2)}`;

  assert.equal(refusalText({ data: halted }, decodeRefusal, t), "MarketIsHalted(market: SPX/USD, reason: 2)");
  assert.equal(refusalText({ data: required }, decodeRefusal, t), "too early");
  assert.equal(
    refusalText({ data: "0x12345678" }, decodeRefusal, t),
    "an error no contract of the protocol has (0x12345678)",
  );
  assert.equal(refusalText({ data: undefined }, decodeRefusal, t), "no reason given");
  assert.match(refusalText(null, decodeRefusal, t), /goes through/);
});
