// What a flow survives, in a real browser with a wallet of its own: refusal, reload, replacement, other tabs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { Hex } from "viem";
import { installWallet } from "./fixture-wallet.ts";
import { createStage, VAULT_PATH } from "./stage.ts";
import { button, connect, PATIENCE_MS, reset, reviewDeposit, until } from "./wallet-actions.ts";

const stage = createStage();
const NAME = "Paper Wallet";
type Wallet = Awaited<ReturnType<typeof installWallet>>;

let keys = 0;
/** A page, and a wallet with a fresh key: accounts of different tests must not share nonces. */
const visit = async (change: object = {}) => {
  reset(stage, change);
  const { page, context, complaints } = await stage.visit("/");
  context.setDefaultTimeout(PATIENCE_MS);
  keys += 1;
  const key = `0x${String(keys).padStart(64, "0")}` as Hex;
  const wallet = await installWallet({ context, answer: stage.fixture.chain.answer, name: NAME, key });
  const open = async (): Promise<Page> => {
    const tab = await context.newPage();
    await tab.goto(`http://127.0.0.1:${stage.server.port}${VAULT_PATH}`);
    return tab;
  };
  await page.goto(`http://127.0.0.1:${stage.server.port}${VAULT_PATH}`);
  return { page, context, complaints, wallet, open };
};

const { mempool, mine } = { mempool: () => stage.fixture.chain.mempool, mine: () => stage.fixture.chain.mine() };
const sent = () => stage.fixture.ledger.sent;
const countOf = (wallet: Wallet, method: string) => wallet.state.asked.filter((asked) => asked === method).length;

test("wallets are listed by name and picture; a refusal at any step returns to the form with its values", async () => {
  const { page, context, wallet, complaints } = await visit();
  await button(page, "Connect wallet").click();
  assert.match((await button(page, NAME).locator("img").getAttribute("src")) ?? "", /^data:image/);
  wallet.state.rejects.add("eth_requestAccounts");
  await button(page, NAME).click();
  await page.getByText("Rejected in the wallet; nothing was sent.").waitFor();
  wallet.state.rejects.clear();
  await button(page, NAME).click();

  await reviewDeposit(page, "250");
  wallet.state.rejects.add("eth_signTypedData_v4");
  await button(page, "Confirm deposit").click();
  await page.getByText("Rejected in the wallet; nothing was sent.").waitFor();
  assert.equal(await page.getByLabel("Amount to deposit").inputValue(), "250");

  wallet.state.rejects = new Set(["eth_sendTransaction"]);
  await button(page, "Review deposit").click();
  await button(page, "Confirm deposit").click();
  await page.getByText("Rejected in the wallet; nothing was sent.").waitFor();
  assert.equal(await page.getByLabel("Amount to deposit").inputValue(), "250");
  assert.deepEqual(sent(), []);

  wallet.state.rejects.clear();
  await button(page, "Review deposit").click();
  await button(page, "Confirm deposit").click();
  await page.getByText("You received 249.5000\u00a0shares.").waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a reload while the block is awaited comes back to the step and then to its result, once", async () => {
  const { page, context, wallet } = await visit();
  await connect(page, NAME);
  mempool().isHeld = true;
  await reviewDeposit(page, "250");
  await button(page, "Confirm deposit").click();
  await page.getByText("waiting for the block…").waitFor();

  await page.reload();
  await page.getByText("waiting for the block…").waitFor();
  await page.getByText("Deposit 250.00\u00a0USD").waitFor();
  await mine();
  await page.getByText("You received 249.5000\u00a0shares.").waitFor();
  await page.reload();
  await page.getByText("You received 249.5000\u00a0shares.").waitFor(); // nobody has said Done

  await button(page, "Done").click();
  await button(page, "Deposit").waitFor();
  await page.reload();
  await button(page, "Deposit").waitFor();
  assert.equal(countOf(wallet, "eth_sendTransaction"), 1);
  assert.deepEqual(sent(), ["depositWithPermit"]);
  await context.close();
});

test("a reload between approval and deposit goes on with the deposit, after a fresh review", async () => {
  const { page, context, wallet } = await visit({ hasPermit: false });
  await connect(page, NAME);
  mempool().isHeld = true;
  await reviewDeposit(page, "250");
  await button(page, "Confirm deposit").click();
  await page.getByText("waiting for the block…").waitFor();
  await page.reload();
  await page.getByText("waiting for the block…").waitFor();
  await mine();

  await page.getByText("An earlier step is on the chain already; review what is left.").waitFor();
  assert.equal(await page.getByText("Approve exactly").count(), 0);
  mempool().isHeld = false;
  await button(page, "Confirm deposit").click();
  await page.getByText("You received 249.5000\u00a0shares.").waitFor();
  assert.deepEqual(sent(), ["approve", "deposit"]);
  assert.equal(countOf(wallet, "eth_sendTransaction"), 2);
  await context.close();
});

const heldBy = (reviews: number) =>
  until(`${reviews} reviews that hold time`, () => stage.fixture.holds.size === reviews);

/** Confirms a deposit that needs one transaction, and reloads while the wallet still thinks about it. */
const leaveWhileAsked = async (page: Page, wallet: Wallet) => {
  let answer = () => {};
  await connect(page, NAME);
  await reviewDeposit(page, "250");
  wallet.state.waits = new Promise((resolve) => {
    answer = resolve;
  });
  await button(page, "Confirm deposit").click();
  await until("the wallet's question", () => countOf(wallet, "eth_sendTransaction") > 0); // lost with the page before
  await page.reload();
  await page.getByText(/The wallet was asked before this page was loaded/).waitFor();
  return answer;
};
const APPROVED = { hasPermit: false, allowance: 250_000_000n };

test("a page that went away while the wallet was asked finds the transaction by its nonce", async () => {
  const { page, context, wallet } = await visit(APPROVED);
  const answer = await leaveWhileAsked(page, wallet);

  answer();
  await page.getByText("You received 249.5000\u00a0shares.").waitFor();
  assert.deepEqual(sent(), ["deposit"]);
  await context.close();
});

test("a request that the wallet lost can be given up, and the form has its values", async () => {
  const { page, context, wallet } = await visit(APPROVED);
  await leaveWhileAsked(page, wallet);

  await button(page, "Start again").click();
  assert.equal(await page.getByLabel("Amount to deposit").inputValue(), "250");
  assert.deepEqual(sent(), []);
  await context.close();
});

test("a transaction that the wallet speeds up is followed; one that it cancels is told", async () => {
  const { page, context, wallet } = await visit(APPROVED);
  await connect(page, NAME);
  mempool().isHeld = true;
  await reviewDeposit(page, "250");
  await button(page, "Confirm deposit").click();
  await page.getByText("waiting for the block…").waitFor();
  await sleep(1_500); // until the page's own look at the pool
  await wallet.replace({ isSame: true });
  await mine();
  await page.getByText("You received 249.5000\u00a0shares.").waitFor();
  await button(page, "Done").click();

  stage.fixture.ledger.allowance = 250_000_000n;
  await reviewDeposit(page, "250");
  await button(page, "Confirm deposit").click();
  await page.getByText("waiting for the block…").waitFor();
  await sleep(1_500);
  await wallet.replace({ isSame: false });
  await mine();
  await page.getByText(/Your wallet replaced the transaction by another one/).waitFor();
  await button(page, "Back to the form").click();
  assert.equal(await page.getByLabel("Amount to deposit").inputValue(), "250");
  await context.close();
});

test("a transaction that reverts says so with its link, and leads back to the form", async () => {
  const { page, context } = await visit();
  await connect(page, NAME);
  mempool().isReverting = true;
  await reviewDeposit(page, "250");
  await button(page, "Confirm deposit").click();

  await page.getByText(/was mined and reverted; nothing was moved/).waitFor();
  await page
    .getByRole("link", { name: /^Open transaction 0x/ })
    .first()
    .waitFor();
  await button(page, "Back to the form").click();
  assert.equal(await page.getByLabel("Amount to deposit").inputValue(), "250");
  await context.close();
});

test("two tabs do not send twice, and both see the end", async () => {
  const { page, context, wallet, open } = await visit();
  await connect(page, NAME);
  const other = await open();
  await reviewDeposit(page, "250");
  await reviewDeposit(other, "250");
  mempool().isHeld = true;

  await Promise.all([button(page, "Confirm deposit").click(), button(other, "Confirm deposit").click()]);
  const waiting = (tab: Page) => tab.getByText("waiting for the block…").waitFor();
  await Promise.all([waiting(page), waiting(other)]);
  await heldBy(1); // the tab that follows has ended its own review
  assert.equal(countOf(wallet, "eth_sendTransaction"), 1);
  await mine();
  const ended = (tab: Page) => tab.getByText("You received 249.5000\u00a0shares.").waitFor();
  await Promise.all([ended(page), ended(other)]);
  await heldBy(0);

  await button(page, "Done").click();
  await button(page, "Deposit").waitFor();
  assert.deepEqual(sent(), ["depositWithPermit"]);
  await context.close();
});

test("a review that is left before market time is held does not hold it", async () => {
  const { page, context } = await visit();
  await connect(page, NAME);
  let settle = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let isGranted = false;
  await page.route("**/hold", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await settled;
    await route.continue();
    isGranted = true;
  });
  await button(page, "Deposit").click();
  await page.getByLabel("Amount to deposit").fill("250");
  await button(page, "Review deposit").click();
  await button(page, "Disconnect").click();
  await button(page, NAME).waitFor();

  settle();
  await until("the hold", () => isGranted);
  await sleep(500); // it is granted after the review has gone
  await heldBy(0);
  await context.close();
});

test("a wallet on another network, which may not know ours, is put right by one button", async () => {
  const { page, context, wallet } = await visit();
  wallet.state.chainId = 1;
  wallet.state.known = new Set([1]);
  await connect(page, NAME);
  await page.getByText("This vault is on chain 31337; your wallet is on another.").waitFor();

  wallet.state.rejects.add("wallet_switchEthereumChain");
  await button(page, "Switch network").click();
  await page.getByText("Rejected in the wallet; nothing was sent.").waitFor();
  wallet.state.rejects.clear();
  await button(page, "Switch network").click();
  await button(page, "Deposit").waitFor();
  assert.equal(wallet.state.chainId, 31_337);
  assert.equal(countOf(wallet, "wallet_addEthereumChain"), 1);

  await wallet.emit(page, "chainChanged", "0x1"); // chosen in the wallet
  await button(page, "Switch network").waitFor();
  await context.close();
});

test("another account or none, chosen in the wallet, is what the page shows", async () => {
  const { page, context, wallet } = await visit();
  await connect(page, NAME);
  await button(page, "Deposit").click();

  const other = "0x00000000000000000000000000000000000000c3";
  await wallet.emit(page, "accountsChanged", [other]);
  await page.getByRole("link", { name: new RegExp(`^Open address ${other},`, "i") }).waitFor();
  assert.equal(await page.getByLabel("Amount to deposit").count(), 0); // the form was the other account's
  await wallet.emit(page, "accountsChanged", []);
  await button(page, NAME).waitFor();
  await context.close();
});

test("a browser without a wallet is told how to get one", async () => {
  reset(stage);
  const { page, context } = await stage.visit(VAULT_PATH);
  await button(page, "Connect wallet").click();

  await page.getByText(/^No wallet found in this browser\./).waitFor();
  await context.close();
});

test("a node that goes away for a while ends nothing", async () => {
  const { page, context } = await visit();
  await connect(page, NAME);
  mempool().isHeld = true;
  await reviewDeposit(page, "250");
  await button(page, "Confirm deposit").click();
  await page.getByText("waiting for the block…").waitFor();

  await context.route("**/rpc", (route) => route.abort());
  await sleep(2_500);
  await mine();
  await context.unroute("**/rpc");
  await page.getByText("You received 249.5000\u00a0shares.").waitFor();
  await context.close();
});
