// The page of a signal in a real browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Page, Route } from "playwright-core";
import { keccak256 } from "viem";
import { createStage, NEWEST, SIGNAL_PATH } from "./stage.ts";
import { namedModel, type StoryRound } from "./story.ts";

const stage = createStage();

const title = (page: Page, round: number) => page.getByRole("heading", { level: 1, name: `round ${round}` });

/** Lets every question pass but those of one operation. */
const intercept = (page: Page, operation: string, handle: (route: Route) => Promise<void>) =>
  page.route("**/graphql", (route) =>
    route.request().postData()?.includes(`query ${operation}(`) ? handle(route) : route.fallback(),
  );

const answerWith = (route: Route, data: unknown) =>
  route.fulfill({ json: { data }, headers: { "access-control-allow-origin": "*" } });

const scored = (rounds: readonly StoryRound[]) =>
  rounds.flatMap(({ volatilityBps, realisedVolBps, naiveVolBps }) =>
    realisedVolBps === null || naiveVolBps === null
      ? []
      : [{ forecast: Math.log2(volatilityBps), outcome: Math.log2(realisedVolBps), naive: Math.log2(naiveVolBps) }],
  );

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const near = (actual: string | undefined, expected: number, tolerance: number): void => {
  const value = Number.parseFloat((actual ?? "").replace("\u2212", "-"));
  assert.ok(Math.abs(value - expected) <= tolerance, `${actual} is not ${expected}`);
};

test("three clicks lead from a fill to the mathematics behind it", async () => {
  const { page, context } = await stage.visit("/");
  await page.getByRole("link", { name: "Volatility-target SPX" }).click();
  await page
    .getByRole("link", { name: /^round \d+$/ })
    .first()
    .click();

  await page.getByText("Equal, bit for bit").waitFor();
  await page.getByText("Volatility-target SPX").waitFor();
  assert.match(page.url(), /\/signal\/spx-usd-vol\/\d+\?chain=31337$/);
  await context.close();
});

test("a proof shows both integers and says where its inputs came from", async () => {
  const { page, context } = await stage.visit(SIGNAL_PATH);
  const proof = page.getByRole("region", { name: "Proof", exact: true });
  await proof.getByText("Equal, bit for bit").waitFor();

  const value = String(stage.fixture.world.rounds.at(-1)?.value);
  assert.equal(await proof.getByText(value, { exact: true }).count(), 2);
  await proof.getByText("Where the inputs came from").click();
  await proof.getByText(/read from the chain's node: event SignalPublished of 0x5555…5555/).waitFor();
  await context.close();
});

test("a signal that the browser cannot reproduce is an alarm", async () => {
  stage.fixture.world.isTampered = true;
  const { page, context } = await stage.visit(SIGNAL_PATH);

  const alarm = page.getByRole("alert").filter({ hasText: "NOT EQUAL" });
  await alarm.waitFor();
  assert.match((await alarm.textContent()) ?? "", /Do not use this round.*ai-node verify "SPX\/USD vol" 620/);
  stage.fixture.world.isTampered = false;
  await context.close();
});

test("an indexer that shows another number than the chain's event is an alarm with the chain's number", async () => {
  const { page, context } = await stage.visit("/network");
  await intercept(page, "Round", async (route) => {
    const { data } = (await (await route.fetch()).json()) as { data: { round: object } };
    await answerWith(route, { ...data, round: { ...data.round, value: "-1" } });
  });
  await page.goto(`http://127.0.0.1:${stage.server.port}${SIGNAL_PATH}`);

  const alarm = page.getByRole("alert").filter({ hasText: "THE INDEXER SHOWS ANOTHER NUMBER" });
  await alarm.waitFor();
  const text = (await alarm.textContent()) ?? "";
  assert.ok(text.includes(String(stage.fixture.world.rounds.at(-1)?.value)));
  assert.match(text, /Do not use this page/);
  await page.unrouteAll({ behavior: "ignoreErrors" }); // an answer may still be on its way
  await context.close();
});

test("a visitor breaks the proof on purpose, sees it fail, and resets it", async () => {
  const { page, context } = await stage.visit(SIGNAL_PATH);
  await page.getByRole("button", { name: "Try it: change a feature" }).click();
  const trial = page.getByRole("region", { name: /A trial with a changed feature/ });
  await trial.getByText("Not equal, as it must be").waitFor();
  assert.equal(await page.getByRole("alert").count(), 0, "a trial is no alarm");
  await page.getByText("Equal, bit for bit").waitFor();

  // weight 0.2 with 22 fraction bits: one unit of the lane is 838,861 units of the result
  await trial.getByText(/is off by 838,861\./).waitFor();
  await trial.getByLabel("Feature").selectOption({ label: "drift slow" });
  await trial.getByLabel(/Change by/).fill("-2");
  await trial.getByText(/^drift slow: .* is off by 251,658\./).waitFor();

  await trial.getByLabel(/Change by/).fill("0");
  await trial.getByText(/Still equal/).waitFor();

  await trial.getByRole("button", { name: "Back to the chain's features" }).click();
  await page.getByRole("button", { name: "Try it: change a feature" }).waitFor();
  await context.close();
});

test("features add up to the integer of the proof, and say what moved them", async () => {
  const { page, context } = await stage.visit(SIGNAL_PATH);
  const features = page.getByRole("region", { name: "Features the model saw" });
  await features
    .getByText(/since round 619$/)
    .first()
    .waitFor();
  await features.getByText("Add it up: exact integers").click();

  const rows = features.getByRole("table").getByRole("row");
  const amounts = await rows.evaluateAll((all) =>
    all.slice(1).map((row) => (row.lastElementChild?.textContent ?? "").replaceAll(",", "").replace("\u2212", "-")),
  );
  const sum = amounts.pop();
  assert.equal(amounts.length, 8); // six features and two constants
  assert.equal(
    amounts.reduce((total, amount) => total + BigInt(amount), 0n),
    BigInt(sum ?? "0"),
  );
  assert.equal(sum, String(stage.fixture.world.rounds.at(-1)?.value));
  await context.close();
});

test("the newest round is followed as it is published", async () => {
  const last = stage.fixture.world.rounds.pop();
  assert.ok(last);
  const { page, context } = await stage.visit(SIGNAL_PATH);
  await title(page, NEWEST - 1).waitFor();
  await page.getByRole("button", { name: "Try it: change a feature" }).click();
  await page.getByLabel(/Change by/).fill("7");

  stage.fixture.world.rounds.push(last);
  stage.fixture.world.head += 1;

  await title(page, NEWEST).waitFor();
  const proof = page.getByRole("region", { name: "Proof", exact: true });
  await proof.getByText(String(last.value), { exact: true }).first().waitFor();
  assert.equal(await page.getByLabel(/Change by/).inputValue(), "7", "a trial survives a new round");
  await context.close();
});

test("arrow keys go from round to round, but not while a field has them", async () => {
  const { page, context } = await stage.visit(SIGNAL_PATH);
  await page.getByText("Equal, bit for bit").waitFor();

  await page.keyboard.press("ArrowLeft");
  await title(page, NEWEST - 1).waitFor();
  await page.getByText(`replaced by round ${NEWEST}`).waitFor();
  await page.getByText("What happened is known 5 candles after this one.").waitFor();
  await page.keyboard.press("ArrowLeft");
  await title(page, NEWEST - 2).waitFor();
  await page.keyboard.press("ArrowRight");
  await title(page, NEWEST - 1).waitFor();

  await page.getByRole("button", { name: "Try it: change a feature" }).click();
  await page.getByLabel(/Change by/).press("ArrowLeft");
  await page.waitForTimeout(300);
  assert.match(page.url(), new RegExp(`/${NEWEST - 1}\\?`));
  await context.close();
});

test("an old round says how it came out, beside what anybody would have said", async () => {
  const old = stage.fixture.world.rounds.find(({ round }) => round === 300);
  const { page, context } = await stage.visit(`${SIGNAL_PATH}/300`);
  const said = page.getByText(/What happened: .*; “same as lately” said .*\.$/);
  await said.waitFor();

  const [outcome, naive] = ((await said.textContent()) ?? "").match(/\d+\.\d(?=\s%\/yr)/g) ?? [];
  near(outcome, (old?.realisedVolBps ?? 0) / 100, 0.051);
  near(naive, (old?.naiveVolBps ?? 0) / 100, 0.051);
  await context.close();
});

test("a round that was never published is said, and its neighbours are a key away", async () => {
  const { rounds } = stage.fixture.world;
  const index = rounds.findIndex(({ round }) => round === 400);
  const [removed] = rounds.splice(index, 1);
  assert.ok(removed);
  const { page, context } = await stage.visit(`${SIGNAL_PATH}/400`);

  await page.getByText(/Round 400 was never published/).waitFor();
  assert.equal(await page.getByRole("region", { name: "Proof", exact: true }).count(), 0);
  await page.getByRole("link", { name: "round 401 ›" }).waitFor();
  await page.keyboard.press("ArrowLeft");
  await title(page, 399).waitFor();
  await page.getByRole("link", { name: "round 401 ›" }).waitFor();
  rounds.splice(index, 0, removed);
  await context.close();
});

test("calibration shows the mean outcome of each tenth of the forecasts", async () => {
  const { page, context } = await stage.visit(SIGNAL_PATH);
  const panel = page.getByRole("region", { name: "Calibration", exact: true });
  await panel.getByText("10 groups of 41 to 42 rounds").waitFor();
  await panel.getByText("Data as a table").click();
  const shown = await panel
    .getByRole("row")
    .evaluateAll((all) => all.slice(1).map((row) => [...row.children].map(({ textContent }) => textContent ?? "")));

  const sorted = scored(stage.fixture.world.rounds).sort((a, b) => a.forecast - b.forecast);
  assert.equal(shown.length, 10);
  for (const [k, cells] of shown.entries()) {
    const group = sorted.slice(Math.floor((k * sorted.length) / 10), Math.floor(((k + 1) * sorted.length) / 10));
    assert.equal(cells[1], String(group.length));
    near(cells[2], 2 ** mean(group.map(({ forecast }) => forecast)) / 100, 0.06);
    near(cells[3], 2 ** mean(group.map(({ outcome }) => outcome)) / 100, 0.06);
  }
  await context.close();
});

test("the score is that of all rounds with an outcome, beside the naive one", async () => {
  const { page, context } = await stage.visit(SIGNAL_PATH);
  const panel = page.getByRole("region", { name: "How good such forecasts were" });
  await panel.getByText(/beats the naive forecast by every measure/).waitFor();
  const r2 = await panel.getByRole("row", { name: /^R²/ }).getByRole("cell").allTextContents();

  const rounds = scored(stage.fixture.world.rounds);
  const center = mean(rounds.map(({ outcome }) => outcome));
  const spread = mean(rounds.map(({ outcome }) => (outcome - center) ** 2));
  const r2Of = (who: "forecast" | "naive") => 1 - mean(rounds.map((row) => (row.outcome - row[who]) ** 2)) / spread;
  near(r2[0], r2Of("forecast"), 0.001);
  near(r2[1], r2Of("naive"), 0.001);
  await panel.getByText("Measured over all 415 published rounds").waitFor();
  await context.close();
});

test("a model that does worse than the naive forecast is said to", async () => {
  const { page, context } = await stage.visit("/network");
  await intercept(page, "Outlooks", async (route) => {
    const { data } = (await (await route.fetch()).json()) as { data: { rounds: { value: string }[] } };
    const far = 4n << 32n; // sixteen times the volatility
    await answerWith(route, {
      rounds: data.rounds.map((round) => ({ ...round, value: String(BigInt(round.value) + far) })),
    });
  });
  await page.goto(`http://127.0.0.1:${stage.server.port}${SIGNAL_PATH}`);

  await page.getByText(/worse than the naive forecast by every measure/).waitFor();
  await page.unrouteAll({ behavior: "ignoreErrors" }); // an answer may still be on its way
  await context.close();
});

test("without the chain's node nothing is proved, and that is said until it is back", async () => {
  const { page, context } = await stage.visit("/network");
  await page.route("**/rpc", (route) => route.abort());
  await page.goto(`http://127.0.0.1:${stage.server.port}${SIGNAL_PATH}`);

  const alarm = page.getByRole("alert").filter({ hasText: "nothing is proved here" });
  await alarm.waitFor();
  assert.equal(await page.getByText("Equal, bit for bit").count(), 0);
  await page.getByRole("region", { name: "Features the model saw" }).getByText("range fastest").waitFor();

  await page.unroute("**/rpc");
  await alarm.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Equal, bit for bit").waitFor();
  await context.close();
});

test("a feed without a round, a halted market and a forecast that is too old are said", async () => {
  const { world } = stage.fixture;
  const { rounds } = world;

  world.rounds = [];
  const silent = await stage.visit(SIGNAL_PATH);
  await silent.page.getByText(/No forecast yet/).waitFor();
  await silent.context.close();

  world.rounds = rounds;
  world.halted = "Disagreement";
  world.sinceClose = 6n * 86_400n + 1n;
  const late = await stage.visit(SIGNAL_PATH);
  await late.page.getByText(/SPX\/USD is halted \(its price sources disagree\).*907\.24, 6\sd ago/).waitFor();
  await late.page.getByText(/older than 6\sd: Volatility-target SPX no longer trades on it/).waitFor();
  await late.page.getByText("Equal, bit for bit").waitFor();
  world.halted = "None";
  world.sinceClose = 42n;
  await late.context.close();
});

test("an indexer that refuses is one sentence and a second try", async () => {
  const { page, context } = await stage.visit("/network");
  await intercept(page, "Feed", (route) =>
    route.fulfill({ json: { errors: [{ message: "too busy" }] }, headers: { "access-control-allow-origin": "*" } }),
  );
  await page.goto(`http://127.0.0.1:${stage.server.port}${SIGNAL_PATH}`);
  await page.getByRole("alert").filter({ hasText: "too busy" }).waitFor();

  await page.unroute("**/graphql");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Equal, bit for bit").waitFor();
  await context.close();
});

test("the model's code is downloaded under its hash, and earlier models of the feed are listed", async () => {
  const { page, context } = await stage.visit("/network");
  const author = "0x7099797000000000000000000000000000000c8a";
  const model = { modelId: `0x${"ab".repeat(32)}`, kind: "Forest", author, blob: author, block: 3, tx: "0x03" };
  await intercept(page, "ModelRun", async (route) => {
    const { after } = (route.request().postDataJSON() as { variables: { after: number } }).variables;
    if (after === 0) return answerWith(route, { rounds: [{ round: 201, closedAt: "1189000000", model }] });
    await route.fallback();
  });
  await page.goto(`http://127.0.0.1:${stage.server.port}${SIGNAL_PATH}`);

  const panel = page.getByRole("region", { name: "Model", exact: true });
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    panel.getByRole("button", { name: "download 64 bytes" }).click(),
  ]);
  assert.equal(file.suggestedFilename(), `${namedModel}.bin`);
  assert.equal(keccak256(readFileSync(await file.path())), namedModel);
  await panel.getByText(/0xabab…abab.*Forest, since round 201/).waitFor();
  assert.equal(await panel.getByRole("link", { name: "round 201" }).count(), 1);
  await context.close();
});

test("an integrator copies the call with this feed's id and contract", async () => {
  const { page, context } = await stage.visit(SIGNAL_PATH, { permissions: ["clipboard-read", "clipboard-write"] });
  const panel = page.getByRole("region", { name: "Read this number in your contract" });
  await panel.getByText("6 d = 518,400 s").waitFor();
  await panel.getByRole("button", { name: /Copy snippet cast call/ }).click();

  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const feed = Buffer.from("SPX/USD vol").toString("hex").padEnd(64, "0");
  assert.ok(copied.startsWith(`cast call 0x${"5".repeat(40)} "latest(bytes32,uint256,uint8)`), copied);
  assert.ok(copied.includes(` 0x${feed} 518400 1 --rpc-url http://127.0.0.1:`), copied);
  await context.close();
});

test("the page speaks German", async () => {
  const { page, context, complaints } = await stage.visit(SIGNAL_PATH, { locale: "de-DE" });
  await page.getByRole("heading", { level: 1, name: `Volatilität S&P 500 · Runde ${NEWEST}` }).waitFor();
  await page.getByText("Gleich, Bit für Bit").waitFor();
  await page.getByText("29,5\u00a0%/Jahr").waitFor();
  await page.getByText("Spanne, am schnellsten").first().waitFor();
  await page.getByText(/schlägt das Modell die naive Prognose/).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});
