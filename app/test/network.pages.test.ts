// The pages about the network and about a chain's facts in a real browser.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { buildApp } from "../server/build.ts";
import { serveApp } from "../server/serve.ts";
import type { Service } from "../src/data/services.ts";
import { startFixture } from "./fixture.ts";
import { CHAIN, OWNER, VAULT } from "./fixture-graphql.ts";
import { CHAINLINK, hashOf, KEEPER, type NetworkWorld, PRICE_BOOK, SIGNERS, STRANGER } from "./fixture-network.ts";
import { createStage } from "./stage.ts";

const stage = createStage();
const HEAD = 5141;

let calm: NetworkWorld | undefined;

beforeEach(() => {
  calm ??= structuredClone(stage.fixture.network);
});

afterEach(() => {
  Object.assign(stage.fixture.network, structuredClone(calm));
  stage.fixture.world.halted = "None";
});

const fact = (name: string): string => `/chain/${CHAIN}/tx/${hashOf(name)}`;

/** A visit to the network page, which hears the services of the fixture. */
const visitNetwork = async (options: BrowserContextOptions = {}) => {
  const { page, context, complaints } = await stage.visit("/", options);
  await context.route("**/services.json", (route) =>
    route.fulfill({ json: { services: stage.fixture.network.services } }),
  );
  await page.goto(`http://127.0.0.1:${stage.server.port}/network`);
  return { page, context, complaints };
};

const plain = (text: string | null): string => (text ?? "").replace(/[\u00a0\s]+/g, " ").trim();
const textOf = async (locator: Locator): Promise<string> => plain(await locator.innerText());
const panel = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });
const row = (page: Page, table: string, name: string | RegExp): Locator =>
  page.getByRole("table", { name: table }).getByRole("row", { name });

test("an operator reads at one glance that all is well, and what it rests on", async () => {
  const { page, context, complaints } = await visitNetwork();
  await page.getByText("All well: 1 market has an agreed price, 8 services are healthy.").waitFor();
  await page.getByText("4 of 4 reports").waitFor();

  assert.match(await textOf(panel(page, "Market SPX/USD")), /agreed .*nothing outside their quorum confirms them/);
  assert.match(await textOf(row(page, "Chains", /Chain 31337/)), /answers 5,141 5,141 not at all 5,077 /);
  assert.match(
    await textOf(row(page, "Services", /ai-node/)),
    /620 rounds equal to the reference .* runs on wasm-simd/,
  );
  assert.match(await textOf(panel(page, "Nodes")), /3 of 4 sign a report/);
  const signed = await page
    .getByRole("table", { name: /^Nodes/ })
    .getByRole("cell")
    .allInnerTexts();
  assert.deepEqual(signed.map(plain), ["4 of 4 reports", "3 of 4 reports", "3 of 4 reports", "2 of 4 reports"]);
  assert.match(await textOf(row(page, "Fillers", /0x976e/)), /132 1,298,700\.00 USD 1,299\.00 USD 10 bps/);
  assert.match(await textOf(row(page, "Fillers", /^Node 1/)), / 3 12\.00 USD/);
  assert.match(await textOf(row(page, "Who sent lately", /0x976e/)), /1 1 0\.000600 ETH/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("each address of the page leads to what explains it", async () => {
  const { page, context } = await visitNetwork();

  await page.getByRole("link", { name: `Open address ${SIGNERS[1]}` }).click();

  await page.getByText("Node 2", { exact: true }).waitFor();
  assert.ok(page.url().endsWith(`/chain/${CHAIN}/address/${SIGNERS[1]}`));
  await context.close();
});

test("a halted market says since when and why, beside the source that deviates and what to do", async () => {
  stage.fixture.world.halted = "Disagreement";
  stage.fixture.network.chainlinkPrice = 10n ** 11n;
  const { page, context } = await visitNetwork();
  await page.getByText("2 things need you").waitFor();

  const deviating = row(page, "SPX/USD: Source", /Chainlink/);
  assert.match(await textOf(deviating), /1,000\.00 .* bps deviates/);
  await page.getByText("Chainlink must be fresh and confirm each close within the band.").waitFor();
  const halted = page.getByRole("link", { name: /halted since 1 h ago/ });
  const todo = page.locator((await halted.getAttribute("href")) ?? "");
  assert.match(await textOf(todo), /sources disagree by more than the band.*never widen the band/);
  const source = page.locator((await deviating.getByRole("link", { name: "deviates" }).getAttribute("href")) ?? "");
  assert.match(await textOf(source), /^Chainlink is [\d,]+ bps off the median of SPX\/USD/);
  assert.ok(await page.getByRole("link", { name: `Open address ${CHAINLINK}` }).isVisible());
  await context.close();
});

test("services that are down, not well or talk nonsense each lead to a sentence, and recover by themselves", async () => {
  const { services } = stage.fixture.network;
  const bend = (index: number, over: Partial<Service>) => {
    services[index] = { ...(services[index] as Service), ...over };
  };
  bend(1, { status: "unreachable", figures: {} });
  bend(2, { status: "unhealthy", reasons: ["2 of 3 nodes of a quorum are there: 0x01 is silent since noon"] });
  bend(5, { status: "unreadable", figures: {} });
  const { page, context } = await visitNetwork();
  await page.getByText("3 things need you").waitFor();

  const todoOf = async (name: string, state: string) => {
    const link = row(page, "Services", new RegExp(name)).getByRole("link", { name: state });
    return textOf(page.locator((await link.getAttribute("href")) ?? ""));
  };
  assert.match(await todoOf("oracle-1", "down"), /^oracle-1 · down\. Nothing listens where it should\. Start it/);
  assert.match(
    await todoOf("oracle-2", "not healthy"),
    /Too few oracle nodes .* “?"?2 of 3 nodes of a quorum are there/,
  );
  assert.match(await todoOf("keeper", "no health report"), /Correct the address in SERVICES/);

  stage.fixture.network.services = structuredClone(calm?.services ?? []);
  await page.getByText(/All well/).waitFor();
  await context.close();
});

test("a page whose server names no services has no place for them", async () => {
  const { page, context } = await stage.visit("/network");
  await page.getByText("All well: 1 market has an agreed price.").waitFor();

  assert.equal(await panel(page, "Services").count(), 0);
  await context.close();
});

test("an indexer that is behind and a node of another chain are told with what to do", async () => {
  stage.fixture.network.indexedBehind = 30;
  const { page, context } = await visitNetwork();

  await page.getByText(/The index of chain 31337 is behind/).waitFor();
  assert.match(await textOf(row(page, "Chains", /Chain 31337/)), /5,171 5,141 30 blocks, 6 min/);

  stage.fixture.network.chainId = 5;
  await page.getByText(/configured for chain 31337 is of another chain/).waitFor();
  await context.close();
});

test("a node that does not answer is said once, and what it would have told is unknown", async () => {
  stage.fixture.network.isNodeDown = true;
  const { page, context } = await visitNetwork();

  await page.getByText(/The node of chain 31337 does not answer this browser/).waitFor();
  await page.getByText("who signed lately is unknown").waitFor();
  await page.getByText("the senders are unknown").waitFor();
  assert.match(await textOf(row(page, "Chains", /Chain 31337/)), /unreachable – 5,141 unknown – /);
  await context.close();
});

test("before anything is indexed each part says what will appear", async () => {
  stage.fixture.network.isIndexerEmpty = true;
  const { page, context } = await visitNetwork();

  await page.getByText(/No market yet: markets appear here/).waitFor();
  await page.getByText(/No signer set yet/).waitFor();
  await page.getByText(/No fill yet: whoever fills an auction/).waitFor();
  await page.getByText(/Nothing was published or filled yet/).waitFor();
  await context.close();
});

test("an indexer that does not answer is said, and chains and services are told all the same", async () => {
  const lonely = await startFixture();
  const config = { ...lonely.config, graphql: "http://127.0.0.1:9/graphql" };
  const own = await serveApp({ dist: (await buildApp()).dist, config, port: 0 });
  const page = await (await stage.browser.newContext()).newPage();
  await page.goto(`http://127.0.0.1:${own.port}/network`);

  await page.getByText(/The indexer does not answer, so markets, signers and fills are unknown/).waitFor();
  assert.match(await textOf(row(page, "Chains", /Chain 31337/)), /not indexed 5,141 – unknown/);
  await page.context().close();
  await own.close();
  await lonely.close();
});

test("the numbers move with the chain", async () => {
  const { page, context } = await visitNetwork();
  await page
    .getByRole("link", { name: `Open block ${HEAD}` })
    .first()
    .waitFor();
  stage.fixture.world.head += 2;

  await row(page, "Chains", /Chain 31337/)
    .getByRole("link", { name: `Open block ${HEAD + 2}` })
    .first()
    .waitFor();
  stage.fixture.world.head = HEAD;
  await context.close();
});

test("a transaction tells its call, its cost and its events in words, and leads on", async () => {
  const { page, context, complaints } = await stage.visit(fact("fill"));
  await page
    .getByText(/The vault bought 1\.0000\u00a0SPX for 1,298\.70\u00a0USD at an oracle price of 1,300\.00/)
    .waitFor();

  const facts = await textOf(panel(page, "Transaction"));
  assert.match(facts, /succeeded .*5,133.*0x976e…0aa9.*Volatility-target SPX.*100,000 of 200,000.*0\.000300 ETH/);
  assert.match(await textOf(panel(page, "Call")), /^Call fill position 0 amount 1000000000000000000/);
  await page.getByText("AuctionFilled by").click();
  await page.getByText("offBps").waitFor();
  await page.getByRole("link", { name: "Round 620" }).click();
  await page.getByRole("heading", { level: 1, name: "round 620" }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a transaction that was refused says with what", async () => {
  const { page, context } = await stage.visit(fact("reverted"));

  await page.getByText("MarketIsHalted(market: SPX/USD, reason: 2)").waitFor();
  assert.match(await textOf(panel(page, "Transaction")), /reverted/);
  await page.getByText(/No event/).waitFor();
  await context.close();
});

test("a pending transaction is followed until it is mined", async () => {
  const { page, context } = await stage.visit(fact("pending"));
  await page.getByText("Waiting to be mined; this page follows it.").waitFor();
  await panel(page, "Call").getByText("update", { exact: true }).waitFor(); // the ABIs come later than the page
  assert.match(await textOf(panel(page, "Call")), /update market SPX\/USD/);

  const pending = stage.fixture.network.transactions.find(({ name }) => name === "pending");
  if (pending !== undefined) pending.block = HEAD;

  await page.getByText("succeeded").waitFor();
  await context.close();
});

test("what is strange is shown as it is, and what is unknown is said", async () => {
  const { page, context } = await stage.visit(fact("unknown call"));
  await page.getByText("unknown function 0xdeadbeef").waitFor();
  await page.getByText("An event of a contract outside the protocol").waitFor();

  await page.goto(`http://127.0.0.1:${stage.server.port}${fact("never sent")}`);
  await page.getByText(/knows no such transaction/).waitFor();
  await context.close();
});

test("a block tells what was asked for in it, and leads to its neighbours", async () => {
  const { page, context } = await stage.visit(`/chain/${CHAIN}/block/${HEAD - 7}`);
  await page.getByRole("row", { name: /deposit/ }).waitFor();
  await page.getByRole("row", { name: /redeem/ }).waitFor();

  await page.getByRole("link", { name: "Block after 5,135" }).click();
  await page.getByRole("row", { name: /Transfer of coin/ }).waitFor();
  await page.getByRole("link", { name: "Block before 5,134" }).click();
  await page.getByRole("heading", { level: 1, name: "Block 5,134" }).waitFor();
  await context.close();
});

test("the newest block gets its successor when there is one, and a block ahead is waited for", async () => {
  const { page, context } = await stage.visit(`/chain/${CHAIN}/block/${HEAD}`);
  await page.getByText("This is the newest block.").waitFor();
  stage.fixture.world.head += 1;
  await page.getByRole("link", { name: "Block after 5,142" }).waitFor();

  await page.goto(`http://127.0.0.1:${stage.server.port}/chain/${CHAIN}/block/${HEAD + 2}`);
  await page.getByText("This chain has no such block yet.").waitFor();
  stage.fixture.world.head += 1;
  await page.getByText("No transaction in this block.").waitFor();
  stage.fixture.world.head = HEAD;
  await context.close();
});

test("an address tells what it is, what it holds and what it did", async () => {
  const { page, context } = await stage.visit(`/chain/${CHAIN}/address/${OWNER}`);
  await page.getByText(/deposited 1,000\.00\u00a0USD for 998\.0000\u00a0?\s?shares/).waitFor();
  await page.getByText("An account: somebody with a key.").waitFor();
  assert.match(await textOf(panel(page, "Holds")), /vtSPX 998\.0000 shares/);

  await page.goto(`http://127.0.0.1:${stage.server.port}/chain/${CHAIN}/address/${KEEPER}`);
  await page.getByText(/sold 1\.0000\u00a0SPX to it for 1,298\.70\u00a0USD/).waitFor();
  await page.goto(`http://127.0.0.1:${stage.server.port}/chain/${CHAIN}/address/${PRICE_BOOK}`);
  await page.getByText("PriceBook", { exact: true }).waitFor();
  await page.goto(`http://127.0.0.1:${stage.server.port}/chain/${CHAIN}/address/${VAULT}`);
  await page.getByRole("link", { name: "Open Volatility-target SPX" }).waitFor();
  await page.goto(`http://127.0.0.1:${stage.server.port}/chain/${CHAIN}/address/${STRANGER}`);
  await page.getByText(/knows of nothing this address did/).waitFor();
  await context.close();
});

test("names that mean nothing, a strange chain and a silent node are a sentence each", async () => {
  const { page, context } = await stage.visit(`/chain/${CHAIN}/tx/0x12`);
  await page.getByText("A transaction is named by 0x and 64 hexadecimal digits.").waitFor();
  const open = (path: string) => page.goto(`http://127.0.0.1:${stage.server.port}${path}`);
  await open(`/chain/${CHAIN}/block/x`);
  await page.getByText(/A block is named by its height/).waitFor();
  await open(`/chain/${CHAIN}/address/0x1`);
  await page.getByText("An address is 0x and 40 hexadecimal digits.").waitFor();
  await open(`/chain/5/block/1`);
  await page.getByText("This app does not know that chain.").waitFor();

  stage.fixture.network.isNodeDown = true;
  await open(fact("fill"));
  await page.getByText("The node of chain 31337 does not answer. Check that it runs, then try again.").waitFor();
  stage.fixture.network.isNodeDown = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("succeeded").waitFor();
  await context.close();
});

test("German says the same", async () => {
  stage.fixture.world.halted = "TooFewSources";
  const { page, context } = await visitNetwork({ locale: "de-DE" });
  await page.getByText("1 Sache braucht dich").waitFor();
  await page.getByText(/SPX\/USD ist angehalten: Zu wenige seiner Quellen sind frisch/).waitFor();
  await page.getByText("4 von 4 Berichten").waitFor();

  await page.goto(`http://127.0.0.1:${stage.server.port}${fact("deposit")}`);
  await page.getByText(/1\.000,00\u00a0USD eingezahlt für 998,0000\u00a0?\s?Anteile/).waitFor();
  await context.close();
});

test("no page about the network scrolls sideways on a phone", async () => {
  stage.fixture.network.chainlinkPrice = 10n ** 11n;
  const viewport = { width: 360, height: 900 };
  const { page, context } = await visitNetwork({ viewport });
  await page.getByText("4 of 4 reports").waitFor();
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(await overflow(), 0);

  for (const path of [fact("report 0"), `/chain/${CHAIN}/block/${HEAD - 7}`, `/chain/${CHAIN}/address/${OWNER}`]) {
    await page.goto(`http://127.0.0.1:${stage.server.port}${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForTimeout(500);
    assert.equal(await overflow(), 0, path);
  }
  await context.close();
});
