// The story of the protocol, once, on real data: thirty periods, a person who deposits and redeems, a clean stop.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { mandateAbi, modelRegistryAbi, priceBookAbi, signalFeedAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { idText } from "@aibot/kit/ids";
import { type Chain, loadChains } from "@aibot/kit/node/chain";
import { launchBrowser } from "../../app/test/browser.ts";
import { connect, transact } from "../../deploy/connection.ts";
import { localAccounts } from "../../deploy/local-accounts.ts";
import { freePorts, graphql, leftRunning, type Protocol, startProtocol, stateFolder } from "./protocol.ts";

const rounds = 30;
const { dir, forget } = stateFolder();

let protocol: Protocol;
let app: string;
let api: string;
let chain: Chain;

before(async () => {
  protocol = startProtocol(dir, ["--port", await freePorts(), "--rounds", String(rounds), "--speed", "50", "--json"]);
  const [, appUrl = ""] = await protocol.said(/^app: (\S+)$/m, 240);
  const [, graphqlUrl = ""] = await protocol.said(/^graphql: (\S+)$/m);
  [app, api] = [appUrl, graphqlUrl];
  await protocol.said(/paused/, 240);
  const rpc = `http://127.0.0.1:${Number(new URL(app).port) + 4}`;
  const deployment = join(dir, "chain-31337/deployment.json");
  [chain] = (await loadChains([{ id: 31_337, rpc, deployment }])) as [Chain];
});

after(async () => {
  if (protocol.process.exitCode === null) protocol.process.kill("SIGKILL");
  await protocol.exit;
  forget();
});

/** Blocks are final for this comparison once GraphQL has the head. */
const untilIndexed = async () => {
  for (;;) {
    const { heads } = await graphql<{ heads: { height: number }[] }>(api, "{ heads { height } }");
    if (BigInt(heads[0]?.height ?? 0) === (await chain.client.getBlockNumber())) return;
    await sleep(50);
  }
};

const vaultAddress = () => chain.deployment.vaults[0]?.address ?? "0x";

describe("thirty periods of the S&P 500", () => {
  it("prints one JSON line a period, rounds in order", () => {
    const lines = protocol
      .output()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { round: number });

    assert.deepEqual(
      lines.map(({ round }) => round),
      Array.from({ length: rounds }, (_, index) => 161 + index), // 160 candles seed the market
    );
  });

  it("serves candles, rounds, models, auctions and fills row by row as the chain has them", async () => {
    await untilIndexed();
    const events = async (
      address: `0x${string}`,
      abi: typeof priceBookAbi | typeof signalFeedAbi | typeof vaultAbi | typeof modelRegistryAbi,
      eventName: string,
    ) =>
      (await chain.client.getContractEvents({
        address,
        abi,
        eventName: eventName as never,
        fromBlock: 0n,
        strict: true,
      })) as unknown as {
        args: Record<string, unknown>;
        transactionHash: string;
        blockNumber: bigint;
      }[];
    const { priceBook, signalFeed, modelRegistry } = chain.deployment.contracts;
    const text = (row: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value)]));

    const candles = await graphql<{ candles: Record<string, unknown>[] }>(
      api,
      "{ candles(orderBy: index_ASC, limit: 1000) { index start end open high low close tx } }",
    );
    const onChain = [
      ...(await events(priceBook, priceBookAbi, "CandleSeeded")),
      ...(await events(priceBook, priceBookAbi, "CandleClosed")),
    ];
    assert.deepEqual(
      candles.candles.map(text),
      onChain.map(({ args: { index, start, end, open, high, low, close }, transactionHash: tx }) =>
        text({ index, start, end, open, high, low, close, tx }),
      ),
    );

    const published = await events(signalFeed, signalFeedAbi, "SignalPublished");
    const served = await graphql<{ rounds: Record<string, unknown>[] }>(
      api,
      "{ rounds(orderBy: round_ASC, limit: 1000) { round value level closedAt features tx } }",
    );
    assert.ok(published.length >= rounds);
    assert.deepEqual(
      served.rounds.map(text),
      published.map(({ args: { round, value, level, closedAt, features }, transactionHash: tx }) =>
        text({ round, value, level, closedAt, features, tx }),
      ),
    );

    const fills = await events(vaultAddress(), vaultAbi, "AuctionFilled");
    const servedFills = await graphql<{ fills: Record<string, unknown>[] }>(
      api,
      "{ fills(orderBy: [block_ASC, id_ASC], limit: 1000) { tokenDelta baseDelta price offBps tx } }",
    );
    assert.ok(fills.length >= 1);
    assert.deepEqual(
      servedFills.fills.map(text),
      fills.map(({ args: { tokenDelta, baseDelta, price, offBps }, transactionHash: tx }) =>
        text({ tokenDelta, baseDelta, price, offBps, tx }),
      ),
    );

    const auctions = await events(vaultAddress(), vaultAbi, "AuctionOpened");
    const servedAuctions = await graphql<{ auctions: Record<string, unknown>[] }>(
      api,
      "{ auctions(orderBy: round_ASC, limit: 1000) { round amount targetWeightBps weightBps price } }",
    );
    assert.deepEqual(
      servedAuctions.auctions.map(text),
      auctions.map(({ args: { round, amount, targetWeightBps, weightBps, price } }) =>
        text({ round, amount, targetWeightBps, weightBps, price }),
      ),
    );

    const models = await events(modelRegistry, modelRegistryAbi, "ModelRegistered");
    const servedModels = await graphql<{ models: { modelId: string }[] }>(api, "{ models { modelId } }");
    assert.deepEqual(
      servedModels.models.map(({ modelId }) => modelId),
      models.map(({ args }) => args.modelId),
    );
    assert.ok(published.every(({ args }) => idText(args.feed as `0x${string}`) === "SPX/USD vol"));
  });

  it("VLT-1 serves the NAV, supply and holdings that the vault answers, from events alone", async () => {
    await untilIndexed();
    const { vaults } = await graphql<{
      vaults: { nav: string; idle: string; totalSupply: string; positions: { holding: string; weightBps: number }[] }[];
    }>(api, "{ vaults { nav idle totalSupply positions { holding weightBps } } }");
    const vault = { address: vaultAddress(), abi: vaultAbi } as const;
    const [nav, idle, supply, holding, weight] = await Promise.all([
      chain.client.readContract({ ...vault, functionName: "totalAssets" }),
      chain.client.readContract({ ...vault, functionName: "idle" }),
      chain.client.readContract({ ...vault, functionName: "totalSupply" }),
      chain.client.readContract({ ...vault, functionName: "holding", args: [0n] }),
      chain.client.readContract({ ...vault, functionName: "weightBps", args: [0n] }),
    ]);

    assert.deepEqual(vaults, [
      {
        nav: nav.toString(),
        idle: idle.toString(),
        totalSupply: supply.toString(),
        positions: [{ holding: holding.toString(), weightBps: weight }],
      },
    ]);
  });

  it("serves fees due, high-water mark and NAV per share as the vault counts them", async () => {
    await untilIndexed();
    const { vaults } = await graphql<{ vaults: Record<string, string>[] }>(
      api,
      "{ vaults { navPerShare shareDecimals mark feeShares accruedAt managementFeeBps performanceFeeBps pendingExitShares } }",
    );
    const vault = { address: vaultAddress(), abi: vaultAbi } as const;
    const events = await Promise.all([
      chain.client.getContractEvents({ ...vault, fromBlock: 0n }),
      chain.client.getContractEvents({
        address: chain.deployment.contracts.priceBook,
        abi: priceBookAbi,
        eventName: "PriceUpdated",
        fromBlock: 0n,
      }),
    ]);
    const lastBlock = events.flat().reduce((last, { blockNumber }) => (blockNumber > last ? blockNumber : last), 0n);
    const share = 10n ** BigInt(vaults[0]?.shareDecimals ?? 0);
    const [state, [, , pending], worth] = await Promise.all([
      chain.client.readContract({ ...vault, functionName: "feeState" }),
      chain.client.readContract({ ...vault, functionName: "exitQueue" }),
      // A row is of the moment of the last event that moved it; the chain's answer goes on with the time.
      chain.client.readContract({ ...vault, functionName: "convertToAssets", args: [share], blockNumber: lastBlock }),
    ]);

    // The keeper mints what has waited for a week, so what waits may be nothing; there were fees all the same.
    const mandate = { address: chain.deployment.vaults[0]?.mandate ?? "0x", abi: mandateAbi } as const;
    const recipient = await chain.client.readContract({ ...mandate, functionName: "feeRecipient" });
    const minted = await chain.client.readContract({ ...vault, functionName: "balanceOf", args: [recipient] });
    assert.ok(state.feeShares + minted > 0n);
    assert.deepEqual(vaults, [
      {
        navPerShare: worth.toString(),
        shareDecimals: 12,
        mark: state.mark.toString(),
        feeShares: state.feeShares.toString(),
        accruedAt: state.accruedAt.toString(),
        managementFeeBps: state.managementFeeBps,
        performanceFeeBps: state.performanceFeeBps,
        pendingExitShares: pending.toString(),
      },
    ]);
  });

  it("moves fee shares into the supply once anyone has had them minted", async () => {
    const key = localAccounts().wallet.privateKey;
    const client = await connect({ rpc: chain.rpc, key, chainId: chain.id });
    const vault = { address: vaultAddress(), abi: vaultAbi } as const;
    await transact(client, { ...vault, functionName: "accrue", args: [] });
    await untilIndexed();

    const { vaults } = await graphql<{ vaults: Record<string, string>[] }>(
      api,
      "{ vaults { totalSupply feeShares nav } }",
    );
    const [supply, nav] = await Promise.all([
      chain.client.readContract({ ...vault, functionName: "totalSupply" }),
      chain.client.readContract({ ...vault, functionName: "totalAssets" }),
    ]);
    assert.deepEqual(vaults, [{ totalSupply: supply.toString(), feeShares: "0", nav: nav.toString() }]);
  });

  it("serves the limits that the mandate answers", async () => {
    await untilIndexed();
    const { mandates } = await graphql<{ mandates: Record<string, unknown>[] }>(
      api,
      `{ mandates {
        targetVolBps bandBps maxSignalAge maxDrawdownBps lossBudgetBps turnoverBudgetBps capsBps
        managementFeeBps performanceFeeBps feeRecipient depositCap entryPausedUntil
      } }`,
    );
    const mandate = { address: chain.deployment.vaults[0]?.mandate ?? "0x", abi: mandateAbi } as const;
    const [limits, terms, feeRecipient, cap] = await Promise.all([
      chain.client.readContract({ ...mandate, functionName: "params" }),
      chain.client.readContract({ ...mandate, functionName: "terms" }),
      chain.client.readContract({ ...mandate, functionName: "feeRecipient" }),
      chain.client.readContract({ ...mandate, functionName: "capBps", args: [0n] }),
    ]);

    const { targetVolBps, bandBps, maxSignalAge, maxDrawdownBps, lossBudgetBps, turnoverBudgetBps } = limits;
    assert.deepEqual(mandates, [
      {
        ...{ targetVolBps, bandBps, maxDrawdownBps, lossBudgetBps, turnoverBudgetBps },
        maxSignalAge: maxSignalAge.toString(),
        capsBps: [cap],
        managementFeeBps: terms.managementFeeBps,
        performanceFeeBps: terms.performanceFeeBps,
        feeRecipient: feeRecipient.toLowerCase(),
        depositCap: terms.depositCap.toString(),
        entryPausedUntil: terms.entryPausedUntil.toString(),
      },
    ]);
  });
});

describe("a person with the demo wallet", () => {
  it("deposits and redeems in a browser, and the chain and GraphQL agree on it", async () => {
    const browser = await launchBrowser();
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    const owner = localAccounts().wallet.address;
    const shares = () =>
      chain.client.readContract({ address: vaultAddress(), abi: vaultAbi, functionName: "balanceOf", args: [owner] });
    try {
      await page.goto(`${app}/vault/${vaultAddress()}`);
      await page.getByRole("button", { name: "Connect wallet" }).click();
      await page.getByRole("button", { name: "Demo wallet" }).click();
      await page.getByRole("button", { name: "Deposit", exact: true }).click();
      await page.getByLabel("Amount to deposit").fill("500");
      await page.getByRole("button", { name: "Review deposit" }).click();
      await page.getByText(/Market time is held/).waitFor();
      await page.getByRole("button", { name: "Confirm deposit" }).click();
      await page.getByText(/You received .*\sshares/).waitFor();
      const bought = await shares();
      assert.ok(bought > 0n);

      await page.getByRole("button", { name: "Done" }).click();
      await page.getByRole("button", { name: "Redeem", exact: true }).click();
      await page.getByRole("button", { name: /use all/ }).click();
      await page.getByRole("button", { name: "Review redeem" }).click();
      await page.getByRole("button", { name: "Confirm redeem" }).click();
      await page.getByText(/You received .*\sUSD/).waitFor();
      assert.equal(await shares(), 0n);

      await untilIndexed();
      const { deposits, withdrawals } = await graphql<{
        deposits: { assets: string; shares: string }[];
        withdrawals: { shares: string; assets: string }[];
      }>(
        api,
        `{ deposits(limit: 9, where: { owner_eq: "${owner.toLowerCase()}" }) { assets shares } withdrawals(limit: 9, where: { owner_eq: "${owner.toLowerCase()}" }) { assets shares } }`,
      );
      assert.deepEqual(deposits, [{ assets: "500000000", shares: bought.toString() }]);
      assert.equal(withdrawals[0]?.shares, bought.toString());
      assert.ok(BigInt(withdrawals[0]?.assets ?? 0) <= 500_000_000n);
    } finally {
      await browser.close();
    }
  });
});

describe("the end of a run", () => {
  it("leaves no process after Ctrl-C", async () => {
    process.kill(-(protocol.process.pid ?? 0), "SIGINT");

    assert.equal(await protocol.exit, 0);
    assert.deepEqual(leftRunning(dir), []);
  });
});
