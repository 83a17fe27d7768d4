// The app as people meet it: a real browser against the running protocol, one session a second.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { demoTokenAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { type Chain, loadChains } from "@aibot/kit/node/chain";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "../../app/test/browser.ts";
import { installWallet } from "../../app/test/fixture-wallet.ts";
import { until } from "../../app/test/wallet-actions.ts";
import { connect, transact } from "../../deploy/connection.ts";
import { localAccounts } from "../../deploy/local-accounts.ts";
import { type Ports, portsFrom } from "../../scripts/start/ports.ts";
import { freePorts, graphql, type Protocol, startProtocol, stateFolder } from "./protocol.ts";

const PATIENCE_MS = 60_000;
const GWEI = 10n ** 9n;
const DAY = 86_400;
const SILENT = /does not answer|did not answer in time/;
const HALTED = /SPX\/USD was halted .*in kind still work/;
const RECEIVED_SHARES = /You received .*\sshares/;
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

/** Says what the pages of a story that failed showed last; every story begins without pages. */
afterEach(async (story) => {
  const { passed } = story as unknown as { passed: boolean }; // @types/node does not know it yet
  for (const page of browser.contexts().flatMap((one) => one.pages())) {
    if (!passed) console.error(`${page.url()}\n${await page.locator("main").innerText()}`);
    await page.unrouteAll({ behavior: "ignoreErrors" }); // an answer may still be on its way
    await page.close();
  }
});

const vault = () => chain.deployment.vaults[0] ?? assert.fail("the chain has no vault");
const appUrl = () => `http://127.0.0.1:${ports.app}`;
const api = () => `http://127.0.0.1:${ports.graphql}/graphql`;
const vaultUrl = () => `${appUrl()}/vault/${vault().address}?chain=31337`;
const owner = localAccounts().wallet.address;
const sharesOf = (address: `0x${string}`) =>
  chain.client.readContract({ address: vault().address, abi: vaultAbi, functionName: "balanceOf", args: [address] });

/** The replay waits at the session that it has just played; ends by itself after a minute. */
const holdTime = async (): Promise<() => Promise<unknown>> => {
  const replay = `http://127.0.0.1:${ports.replay}/hold`;
  await fetch(replay, { method: "POST", body: JSON.stringify({ id: "story", seconds: 60 }) });
  return () => fetch(`${replay}?id=story`, { method: "DELETE" });
};

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
    await page.getByText(RECEIVED_SHARES).waitFor();
    const deposited = clicks();
    await click("Done");

    assert.ok(deposited - connected <= 4, `${deposited - connected} clicks`);
    assert.ok((await sharesOf(owner)) > 0n);
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
  });

  it("finds every part of every page", async () => {
    const query = "{ fills(where: { chain_eq: 31337 }, orderBy: id_DESC, limit: 1) { tx block filler } }";
    const { fills } = await graphql<{ fills: { tx: string; block: number; filler: string }[] }>(api(), query);
    const { tx, block, filler } = fills[0] ?? assert.fail("no fill yet");
    const facts = [`tx/${tx}`, `block/${block}`, `address/${filler}`, `address/${vault().address}`];
    const paths = ["", `vault/${vault().address}`, "signal/spx-usd-vol", "network"];
    const page = await context.newPage();
    for (const path of [...paths, ...facts.map((fact) => `chain/31337/${fact}`)]) {
      await page.goto(`${appUrl()}/${path}`);
      await page.getByRole("contentinfo").waitFor();
      await page.waitForTimeout(1_500); // its parts come one after the other
      assert.deepEqual(await page.getByText(/This part failed/).allInnerTexts(), [], path);
    }
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
    await button(page, "Disconnect").waitFor();
    return { page, wallet, own };
  };
  /** The wallet shows its question until somebody answers it. */
  const leaveOpen = ({ state }: Awaited<ReturnType<typeof visit>>["wallet"]): (() => void) => {
    let answer = () => {};
    state.waitsFor.eth_sendTransaction = new Promise((resolve) => {
      answer = resolve;
    });
    return answer;
  };
  const sends = ({ state }: Awaited<ReturnType<typeof visit>>["wallet"]) =>
    state.asked.filter((method) => method === "eth_sendTransaction").length;
  const review = async (page: Page, amount: string) => {
    await button(page, "Deposit").click();
    await page.getByLabel("Amount to deposit").fill(amount);
    await button(page, "Review deposit").click();
  };

  it("that is on another chain is switched by one button", async () => {
    const { page, wallet } = await visit();
    await wallet.emit(page, "chainChanged", "0x7a6a");
    wallet.state.chainId = 31_338;
    await button(page, "Switch network").click();

    await button(page, "Deposit").waitFor();
    assert.equal(wallet.state.chainId, 31_337);
  });

  it("that says no leaves the form as it was", async () => {
    const { page, wallet } = await visit();
    const before = await sharesOf(account.address);
    wallet.state.rejects.add("eth_signTypedData_v4");
    await review(page, "1,234.5");
    await button(page, "Confirm deposit").click();

    await page.getByText("Rejected in the wallet; nothing was sent.").waitFor();
    assert.equal(await page.getByLabel("Amount to deposit").inputValue(), "1,234.5");
    assert.equal(await sharesOf(account.address), before);
  });

  it("that is still asked while the page is loaded anew sends once, and the page comes to the result", async () => {
    const { page, wallet } = await visit();
    const before = await sharesOf(account.address);
    await review(page, "1,000");
    const goOn = await holdTime(); // the page that is left lets go of it
    const answer = leaveOpen(wallet);
    await button(page, "Confirm deposit").click();
    await until("the wallet's question", () => sends(wallet) > 0);
    await page.reload();
    await page.getByText(/The wallet was asked before this page was loaded/).waitFor();
    answer();

    await page.getByText(RECEIVED_SHARES).waitFor();
    await goOn();
    assert.equal(sends(wallet), 1);
    assert.ok((await sharesOf(account.address)) > before);
  });

  it("is asked by one of two tabs, and both see the end", async () => {
    const { page, wallet, own } = await visit();
    const other = await own.newPage();
    await other.goto(vaultUrl());
    await review(page, "1,000");
    await review(other, "1,000");
    const before = await sharesOf(account.address);
    await button(other, "Confirm deposit").waitFor();
    await button(page, "Confirm deposit").click();

    await Promise.all([page, other].map((tab) => tab.getByText(RECEIVED_SHARES).waitFor()));
    assert.equal(sends(wallet), 1);
    assert.ok((await sharesOf(account.address)) > before);
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
  });

  it("says that the index does not answer, keeps what was known, and goes on by itself", async () => {
    const { page } = await open(vaultUrl());
    await page
      .getByText(/^(Bought|Sold)$/)
      .first()
      .waitFor();
    const server = pidOf("graphql");
    process.kill(server, "SIGSTOP");
    try {
      await page.getByText(SILENT).first().waitFor();
      assert.ok((await page.getByText(/^(Bought|Sold)$/).count()) > 0);
    } finally {
      process.kill(server, "SIGCONT");
    }
    await page.getByText(SILENT).first().waitFor({ state: "detached" });
  });

  it("leaves in kind while nobody reports a price, and the market goes on by itself when somebody does", async () => {
    const { page, click } = await open(vaultUrl());
    await button(page, "Disconnect").waitFor(); // the wallet of the first story
    const before = await sharesOf(owner);
    const goOn = await holdTime();
    const { timestamp } = await chain.client.getBlock();
    const silence = { timestamp: Number(timestamp) + 8 * DAY, blocks: 1 };
    await chain.client.request({ method: "evm_mine", params: [silence] } as never);
    await page.getByText(HALTED).waitFor();
    await click("Leave in kind");
    await page.getByLabel("Shares to leave in kind with").fill("100");
    await click("Review exit in kind");
    await click("Confirm exit in kind");
    await page.getByText(/You received .*\sUSD/).waitFor();
    assert.equal(before - (await sharesOf(owner)), 100n * 10n ** 12n);

    await goOn();
    await page.getByText(HALTED).waitFor({ state: "detached" });
  });
});
