import assert from "node:assert/strict";
import { test } from "node:test";
import type { Config } from "./config.ts";
import { findFeed, findVault, signalPath, vaultPath } from "./links.ts";

const VAULT = `0x${"Ab".repeat(20)}` as const;
const chain = (id: number) =>
  ({
    id,
    rpc: "http://127.0.0.1:1",
    deployment: { vaults: [{ address: VAULT }], markets: [{ feed: "SPX/USD vol" }] },
  }) as unknown;
const config = { chains: [chain(31337), chain(31338)], graphql: "http://127.0.0.1:2" } as Config;

const partsOf = (path: string) => {
  const url = new URL(path, "http://app");
  return { parts: url.pathname.split("/").slice(2), chain: url.searchParams.get("chain") };
};

test("a vault's link leads back to the vault on its chain", () => {
  const { parts, chain: id } = partsOf(vaultPath(31338, VAULT));

  const found = findVault(config, parts[0] ?? "", id);

  assert.equal(found?.chain.id, 31338);
  assert.equal(found?.vault.address, VAULT);
});

test("a signal's link leads back to the feed, and its full name works too", () => {
  const { parts, chain: id } = partsOf(signalPath(31337, "SPX/USD vol", 412));

  assert.deepEqual(parts, ["spx-usd-vol", "412"]);
  assert.equal(findFeed(config, parts[0] ?? "", id)?.market.feed, "SPX/USD vol");
  assert.equal(findFeed(config, "SPX/USD vol", null)?.chain.id, 31337);
});

test("an unknown vault, feed or chain is not found", () => {
  assert.equal(findVault(config, "0x00", null), undefined);
  assert.equal(findVault(config, VAULT, "1"), undefined);
  assert.equal(findFeed(config, "btc-usd-vol", null), undefined);
});
