// The app as people meet it: a real browser against the running protocol, one session a second.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { demoTokenAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { type Chain, loadChains } from "@aibot/kit/node/chain";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "../../app/test/browser.ts";
import { installWallet } from "../../app/test/fixture-wallet.ts";
import { connect, transact } from "../../deploy/connection.ts";
import { localAccounts } from "../../deploy/local-accounts.ts";
import { type Ports, portsFrom } from "../../scripts/start/ports.ts";
import { freePorts, graphql, type Protocol, startProtocol, stateFolder } from "./protocol.ts";

const PATIENCE_MS = 60_000;
const GWEI = 10n ** 9n;
const { dir, forget } = stateFolder();

let protocol: Protocol;
let ports: Ports;
let chain: Chain;
let browser: Browser;
let context: BrowserContext;

before(async () => {
  const first = await freePorts();
  ports = portsFrom(Number(first), 1);
  protocol = startProtocol(dir, ["--port", first]);
  await protocol.said(/^app: (\S+)$/m, 300);
  const rpc = `http://127.0.0.1:${ports.chains[0]}`;
  [chain] = (await loadChains([{ id: 31_337, rpc, deployment: join(dir, "chain-31337/deployment.json") }])) as [Chain];
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(PATIENCE_MS);
});

after(async () => {
  await browser?.close();
  if (protocol.process.exitCode === null) process.kill(-(protocol.process.pid ?? 0), "SIGINT");
  await protocol.exit;
  forget();
});

const vault = () => chain.deployment.vaults[0] ?? assert.fail("the chain has no vault");
const appUrl = () => `http://127.0.0.1:${ports.app}`;
const api = () => `http://127.0.0.1:${ports.graphql}/graphql`;
const vaultUrl = () => `${appUrl()}/vault/${vault().address}?chain=31337`;
const owner = localAccounts().wallet.address;
const sharesOf = (address: `0x${string}`) =>
  chain.client.readContract({ address: vault().address, abi: vaultAbi, functionName: "balanceOf", args: [address] });

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });

/** Opens a page and counts the clicks made on it. */
const open = async (
  url: string,
): Promise<{ page: Page; click: (name: string | RegExp) => Promise<void>; clicks: () => number }> => {
  const page = await context.newPage();
  let clicks = 0;
  await page.goto(url);
  const click = async (name: string | RegExp) => {
    clicks += 1;
    await button(page, name).first().click();
  };
  return { page, click, clicks: () => clicks };
};

const pidOf = (name: string): number => {
  const pid = (JSON.parse(readFileSync(join(dir, "pids.json"), "utf8")) as Record<string, number>)[name];
  assert.ok(pid !== undefined && pid > 0, `${name} is not running`);
  return pid;
};

describe("a newcomer", () => {
  it("deposits in at most four clicks after connecting", async () => {
    const { page, click, clicks } = await open(vaultUrl());
    await click("Connect wallet");
    await click(/^Demo wallet/);
    await button(page, "Deposit").waitFor();
    const connected = clicks();

    await click("Deposit");
    await page.getByLabel("Amount to deposit").fill("50,000");
    await click("Review deposit");
    await click("Confirm deposit");
    await page.getByText(/You received .*\sshares/).waitFor();
    const deposited = clicks();
    await click("Done");

    assert.ok(deposited - connected <= 4, `${deposited - connected} clicks`);
    assert.ok((await sharesOf(owner)) > 0n);
    await page.close();
  });

  it("watches a trade arrive, three clicks from its proof, which is equal", async () => {
    const { page } = await open(`${appUrl()}/`);
    await page.getByRole("link", { name: vault().name }).first().click();
    const fills = page.getByText(/^(Bought|Sold)$/);
    await fills.first().waitFor();
    await page
      .getByRole("link", { name: /^round \d+$/ })
      .first()
      .click();

    await page.getByText("Equal, bit for bit").waitFor();
    await page.close();
  });

  it("is warned by a feature that was tampered with on the way", async () => {
    const query = "{ rounds(where: { chain_eq: 31337 }, orderBy: round_DESC, limit: 1) { round features } }";
    const { rounds } = await graphql<{ rounds: { round: number; features: string }[] }>(api(), query);
    const { round, features } = rounds[0] ?? assert.fail("no round yet");
    const told = features.slice(2);
    const tampered = `${told.startsWith("00") ? "01" : "00"}${told.slice(2)}`;
    const page = await context.newPage();
    await page.route(/\/\/127\.0\.0\.1/, async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replaceAll(told, tampered) });
    });
    await page.goto(`${appUrl()}/signal/spx-usd-vol/${round}?chain=31337`);

    await page.getByRole("alert").filter({ hasText: "NOT EQUAL" }).waitFor();
    await page.close();
  });

  it("redeems at once what the cash pays", async () => {
    const { page, click } = await open(vaultUrl());
    const before = await sharesOf(owner);
    await click("Redeem");
    await page.getByLabel("Shares to redeem").fill("100");
    await click("Review redeem");
    await click("Confirm redeem");
    await page.getByText(/You received .*\sUSD/).waitFor();
    await click("Done");

    assert.equal(before - (await sharesOf(owner)), 100n * 10n ** 12n);
    await page.close();
  });
});

describe("a wallet of the browser", () => {
  const account = localAccounts().aiNode;

  before(async () => {
    const client = await connect({ rpc: chain.rpc, key: account.privateKey, chainId: chain.id });
    const { token } = vault().base;
    await transact(client, { address: token, abi: demoTokenAbi, functionName: "faucet", args: [10_000n * 10n ** 6n] });
  });

  const visit = async () => {
    const own = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    own.setDefaultTimeout(PATIENCE_MS);
    const answer = (method: string, params: readonly unknown[]) =>
      chain.client.request({ method, params } as never) as Promise<unknown>;
    const wallet = await installWallet({
      context: own,
      answer,
      name: "Paper Wallet",
      key: account.privateKey,
      fee: GWEI,
    });
    const page = await own.newPage();
    await page.goto(vaultUrl());
    await button(page, "Connect wallet").click();
    await button(page, "Paper Wallet").click();
    return { page, wallet, own };
  };
  const review = async (page: Page, amount: string) => {
    await button(page, "Deposit").click();
    await page.getByLabel("Amount to deposit").fill(amount);
    await button(page, "Review deposit").click();
  };

  it("that is on another chain is switched by one button", async () => {
    const { page, wallet, own } = await visit();
    await wallet.emit(page, "chainChanged", "0x7a6a");
    wallet.state.chainId = 31_338;
    await button(page, "Switch network").click();

    await button(page, "Deposit").waitFor();
    assert.equal(wallet.state.chainId, 31_337);
    await own.close();
  });

  it("that says no leaves the form as it was", async () => {
    const { page, wallet, own } = await visit();
    const before = await sharesOf(account.address);
    wallet.state.rejects.add("eth_signTypedData_v4");
    await review(page, "1,234.5");
    await button(page, "Confirm deposit").click();

    await page.getByText("Rejected in the wallet; nothing was sent.").waitFor();
    assert.equal(await page.getByLabel("Amount to deposit").inputValue(), "1,234.5");
    assert.equal(await sharesOf(account.address), before);
    await own.close();
  });
});

describe("while something is away", () => {
  it("says how far an indexer that stands still is behind, and when it goes on", async () => {
    const { page } = await open(vaultUrl());
    const indexer = pidOf("indexer-31337");
    process.kill(indexer, "SIGSTOP");
    try {
      await page.getByText(/The indexer is \d+ blocks? behind chain 31337/).waitFor();
    } finally {
      process.kill(indexer, "SIGCONT");
    }
    await page.getByText(/behind chain 31337/).waitFor({ state: "detached" });
    await page.close();
  });
});
