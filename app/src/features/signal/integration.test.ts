import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { castCommand, soliditySnippet } from "./integration.ts";

const EXAMPLE = readFileSync(new URL("../../../../examples/read-signal/ReadSignal.sol", import.meta.url), "utf8");

test("the call is the one of the example that is compiled and run", () => {
  const [call] = soliditySnippet(6n * 86_400n).split("\n");

  assert.ok(EXAMPLE.includes(call ?? "nothing"), call);
  assert.ok(EXAMPLE.includes("FixedMath.exp2Wad(signal.value)"));
  assert.match(soliditySnippet(6n * 86_400n), /FixedMath\.exp2Wad\(signal\.value\)/);
});

test("an age that is no whole number of days is written in seconds", () => {
  assert.match(soliditySnippet(7_200n), /latest\(feed, 7200 seconds, Level\.EXECUTED\)/);
});

test("the command asks the same of the same contract", () => {
  const command = castCommand({ rpc: "http://127.0.0.1:8545", signalFeed: "0xfeed", feed: "0x5350", maxAge: 518_400n });

  assert.equal(
    command,
    'cast call 0xfeed "latest(bytes32,uint256,uint8)(int64,uint48,uint32,uint8)" 0x5350 518400 1 --rpc-url http://127.0.0.1:8545',
  );
});
