// The inference API as its clients meet it, over HTTP, well-behaved and not.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { createTypescriptEngine } from "@aibot/kit/engines/typescript";
import { createWasmEngine } from "@aibot/kit/engines/wasm";
import { packLanes, unpackLanes } from "@aibot/kit/features";
import { decodeModel, modelId } from "@aibot/kit/models";
import { createLog } from "@aibot/kit/node/log";
import { createMetrics } from "@aibot/kit/node/metrics";
import { annualised, volatilityBps } from "@aibot/kit/signals";
import type { Hex } from "viem";
import { createInference, type Inference } from "../engines/inference.ts";
import type { Verdict } from "../track.ts";
import { apiErrors } from "./errors.ts";
import { type Api, serveApi } from "./server.ts";
import type { ChainView } from "./sources.ts";

type Vector = { name: string; blob: Hex; cases: [lanes: Hex, output: string][] };
const vectors: Vector[] = JSON.parse(
  readFileSync(new URL("../../../test/vectors/dense.json", import.meta.url), "utf8"),
);
const vector = vectors.find(({ name }) => name === "64-128-64-3") ?? assert.fail();
const other = vectors.find(({ name }) => name === "10-10-10") ?? assert.fail();
const model = decodeModel(vector.blob);
const id = modelId(vector.blob);
const refusedId = modelId(other.blob);
const LANES = [-8_192, -7_000, 32_767, -32_768, 0, 5];

const verdict: Verdict = {
  round: 165,
  block: 77n,
  transaction: `0x${"aa".repeat(32)}`,
  closedAt: 1_168_000_000n,
  level: 1,
  features: packLanes(LANES),
  modelId: id,
  model,
  terms: { featureSet: 1, alphasQ32: [], periodsPerYear: 252, candleSource: "0x" },
  candle: { start: 1_167_913_600n, end: 1_168_000_000n, open: 10n ** 18n, high: 10n ** 18n, low: 1n, close: 2n },
  evidence: undefined,
  lanes: LANES,
  reference: -(3n << 31n),
  chain: -(3n << 31n),
  differences: [],
  equal: true,
};

const view: ChainView = {
  chain: 31_337,
  feeds: [
    { feed: "SPX/USD vol", modelId: id, periodsPerYear: 252, newest: verdict },
    { feed: "BTC/USD vol", modelId: undefined, periodsPerYear: undefined, newest: undefined },
  ],
  models: new Map([
    [id, model],
    [refusedId, decodeModel(other.blob)],
  ]),
  doubts: new Map([[refusedId, "round 9: the value is 1 and the reference has 2"]]),
};

const metrics = createMetrics();
const log = createLog("test", "silent");
let inference: Inference;
let api: Api;

before(async () => {
  const present = [
    { name: "typescript", create: createTypescriptEngine },
    { name: "wasm", create: createWasmEngine },
  ];
  inference = await createInference({ factories: { present, absent: [], close: () => {} }, log, metrics });
  api = await serveApi({ port: 0, views: () => [view], inference, log, metrics });
});
after(async () => {
  await api.close();
  inference.close();
});

type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

const ask = async (path: string, init: RequestInit = {}, port = api.port): Promise<Answer> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return { status: response.status, headers: response.headers, body: await response.json() };
};

const predict = (rows: unknown, { of = id, port = api.port }: { of?: string; port?: number } = {}): Promise<Answer> =>
  ask(
    `/v1/models/${of}/predict`,
    { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ rows }) },
    port,
  );

const refused = ({ status, body }: Answer, code: keyof typeof apiErrors, message: RegExp): void => {
  assert.equal(body.code, code, JSON.stringify(body));
  assert.equal(status, apiErrors[code].status);
  assert.match(String(body.message), message);
  assert.match(String(body.requestId), /^[\w.-]{1,64}$/);
};

describe("predictions", () => {
  it("wait until the engines have been tested on the model", async () => {
    const answer = await predict([LANES]);
    refused(answer, "MODEL_NOT_READY", /Engines are being tested on model 0x/);
    assert.equal(answer.headers.get("retry-after"), "1");
    await inference.learn(id, model);
    assert.equal((await predict([LANES])).status, 200);
  });

  it("SIG-1: are the integers of the vectors, with volatility, in the order of the rows", async () => {
    const rows = vector.cases.map(([lanes]) => unpackLanes(lanes, 6));
    const { status, body } = await predict(rows);
    assert.equal(status, 200);
    assert.ok(["wasm", "typescript"].includes(String(body.engine)));
    const expected = vector.cases.map(([, output]) => {
      const value = annualised(BigInt(output), model, 252);
      return { output, value: `${value}`, volatilityBps: `${volatilityBps(value)}` };
    });
    assert.deepEqual(body.outputs, expected);
  });

  it("take 4,096 rows at once, and no more", async () => {
    const { status, body } = await predict(Array.from({ length: 4_096 }, () => LANES));
    assert.equal(status, 200);
    assert.equal((body.outputs as unknown[]).length, 4_096);
    refused(
      await predict(Array.from({ length: 4_097 }, () => LANES)),
      "INPUT_INVALID",
      /^rows is \[\[-8192,.*…: .*4096/,
    );
  });

  const invalid: [what: string, rows: unknown, message: RegExp][] = [
    ["no rows", [], /^rows is \[\]: /],
    ["rows that are no list", "all", /^rows is "all": /],
    ["a lane above int16", [LANES, LANES.with(3, 32_768)], /^rows\.1\.3 is 32768: .*32767/],
    ["a lane below int16", [LANES.with(0, -32_769)], /^rows\.0\.0 is -32769: .*-32768/],
    ["a lane that is no whole number", [LANES.with(5, 1.5)], /^rows\.0\.5 is 1\.5: /],
    ["a lane that is a text", [[..."123456"]], /^rows\.0\.0 is "1": expected a whole number/],
    ["a lane that is null", [[null, 1, 2, 3, 4, 5]], /^rows\.0\.0 is null: /],
    [
      "a row of too few lanes",
      [LANES, [1, 2, 3]],
      /^rows\.1 is \[1,2,3\], 3 lanes: this model takes 6 \(range fastest, /,
    ],
    ["a row of too many lanes", [[...LANES, 7]], /, 7 lanes: this model takes 6/],
    ["an empty row", [[]], /^rows\.0 is \[\]: /],
  ];
  for (const [what, rows, message] of invalid) {
    it(`are refused for ${what}`, async () => refused(await predict(rows), "INPUT_INVALID", message));
  }

  const post = (body: string, type = "application/json") =>
    ask(`/v1/models/${id}/predict`, { method: "POST", headers: { "content-type": type }, body });

  it("are refused for fields that nobody asked for, and for a missing one", async () => {
    refused(await post(JSON.stringify({ rows: [LANES], engine: "gpu" })), "INPUT_INVALID", /engine/);
    refused(await post("{}"), "INPUT_INVALID", /^rows is nothing: /);
  });

  it("are refused for a body that is too large, no JSON, or not said to be JSON", async () => {
    refused(await post(`{"rows":[[${"1,".repeat(2 ** 20)}1]]}`), "BODY_TOO_LARGE", /too large/i);
    refused(await post("{rows"), "INPUT_INVALID", /JSON/);
    refused(await post(""), "INPUT_INVALID", /empty/);
    refused(await post("rows", "text/plain"), "MEDIA_TYPE_UNSUPPORTED", /text\/plain|Media Type/);
  });

  it("are refused for a model that nobody named, and for a name that is none", async () => {
    refused(await predict([LANES], { of: `0x${"12".repeat(32)}` }), "MODEL_UNKNOWN", /Model 0x1212.* is not known/);
    refused(await predict([LANES], { of: "latest" }), "INPUT_INVALID", /^modelId is "latest": expected 0x and 64/);
  });

  it("SIG-1: are refused for a model whose rounds differ from the reference", async () => {
    await inference.learn(refusedId, decodeModel(other.blob));
    refused(
      await predict([LANES], { of: refusedId }),
      "MODEL_REFUSED",
      /round 9: the value is 1 and the reference has 2/,
    );
  });
});

describe("a crowd", () => {
  it("of 200 at once gets 200 right answers or is told to come back, and nothing else", async () => {
    const rows = vector.cases.slice(0, 20).map(([lanes]) => unpackLanes(lanes, 6));
    const expected = vector.cases.slice(0, 20).map(([, output]) => output);
    const answers = await Promise.all(Array.from({ length: 200 }, () => predict(rows)));
    for (const answer of answers) {
      if (answer.status === 200) {
        assert.deepEqual(
          (answer.body.outputs as { output: string }[]).map(({ output }) => output),
          expected,
        );
      } else {
        refused(answer, "QUEUE_FULL", /batches are waiting: try again\.$/);
        assert.equal(answer.headers.get("retry-after"), "1");
      }
    }
    assert.ok(answers.some(({ status }) => status === 200));
    assert.equal((await predict([LANES])).status, 200);
  });

  it("waits while an engine is busy, 32 batches at most, and stopping answers those that wait", async () => {
    let release = () => {};
    const busy = new Promise<void>((resolve) => (release = resolve));
    let started = 0;
    const slow: Pick<Inference, "predict" | "health"> = {
      health: inference.health,
      predict: async (...args) => {
        started += 1;
        await busy;
        return inference.predict(...args);
      },
    };
    const counted = createMetrics();
    const crowded = await serveApi({ port: 0, views: () => [view], inference: slow, log, metrics: counted });
    const answers = Array.from({ length: 50 }, () => predict([LANES], { port: crowded.port }));
    const settled: number[] = [];
    for (const answer of answers) void answer.then(({ status }) => settled.push(status));
    while (settled.length < 50 - 33) await new Promise(setImmediate); // those for whom there is no room
    assert.deepEqual([started, new Set(settled)], [1, new Set([503])]);
    assert.match(counted.text(), /^ai_node_api_errors\{code="QUEUE_FULL"\} 17$/m);

    const closed = crowded.close();
    release();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 200).length, 33);
    await closed;
    await assert.rejects(predict([LANES], { port: crowded.port }));
  });
});

describe("feeds", () => {
  it("tell their newest round with what proves it", async () => {
    const { status, body } = await ask(`/v1/feeds/${encodeURIComponent("SPX/USD vol")}/latest`);
    assert.equal(status, 200);
    const { proof, ...round } = body as { proof: Record<string, unknown> & { lanes: { lane: number }[] } };
    assert.deepEqual(round, {
      ...{ chain: 31_337, feed: "SPX/USD vol", round: 165, value: "-6442450944", volatilityBps: "3536" },
      ...{ closedAt: 1_168_000_000, level: 1 },
    });
    assert.deepEqual(unpackLanes(proof.features as Hex, 6), LANES);
    assert.deepEqual(
      proof.lanes.map(({ lane }) => lane),
      LANES,
    );
    assert.deepEqual([proof.reference, proof.isEqual, proof.differences], ["-6442450944", true, []]);
    assert.equal((proof.candle as { open: string }).open, "1000000000000000000");
  });

  it("are refused when there is none of that name, none on that chain, or no round yet", async () => {
    refused(await ask("/v1/feeds/x/latest"), "FEED_UNKNOWN", /no feed "x": choose "SPX\/USD vol" on chain 31337 or /);
    refused(await ask("/v1/feeds/SPX%2FUSD%20vol/latest?chain=5"), "FEED_UNKNOWN", / on chain 5: /);
    refused(await ask("/v1/feeds/SPX%2FUSD%20vol/latest?chain=main"), "INPUT_INVALID", /^chain is "main": /);
    refused(await ask("/v1/feeds/BTC%2FUSD%20vol/latest"), "ROUND_UNKNOWN", /"BTC\/USD vol" has published no round/);
  });
});

describe("models", () => {
  it("are listed with their lanes, their feeds, their engines, and why one is refused", async () => {
    await inference.learn(id, model);
    const { body } = await ask("/v1/models");
    const [first = {}, second = {}] = body.models as Record<string, unknown>[];
    assert.deepEqual(
      [first.modelId, first.kind, first.feeds, first.refused],
      [id, "dense", [{ chain: 31_337, feed: "SPX/USD vol" }], null],
    );
    assert.equal((first.lanes as { name: string }[])[0]?.name, "range fastest");
    assert.ok((first.engines as { one: string }).one.length > 0);
    assert.match(String(second.refused), /^round 9/);
  });
});

describe("the API", () => {
  it("describes itself: every path, and every code with its status", async () => {
    const { body } = await ask("/openapi.json");
    const paths = body.paths as Record<string, Record<string, { responses: Record<string, { description: string }> }>>;
    assert.deepEqual(Object.keys(paths).sort(), [
      "/v1/feeds/{feed}/latest",
      "/v1/models",
      "/v1/models/{modelId}/predict",
    ]);
    const { responses } = paths["/v1/models/{modelId}/predict"]?.post ?? assert.fail();
    for (const code of ["QUEUE_FULL", "MODEL_UNKNOWN", "BODY_TOO_LARGE", "TIMED_OUT"] as const) {
      assert.match(responses[apiErrors[code].status]?.description ?? "", new RegExp(code));
    }
  });

  it("answers with the client's request id, and with one of its own when that is unfit", async () => {
    const given = await ask("/v1/models", { headers: { "x-request-id": "job-17.a" } });
    assert.equal(given.headers.get("x-request-id"), "job-17.a");
    const unfit = await ask("/nothing", { headers: { "x-request-id": "a b\tc" } });
    assert.match(unfit.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
    refused(unfit, "ROUTE_UNKNOWN", /^GET "\/nothing" is not served/);
  });

  it("answers in one shape whatever is sent: a URL or a body that cannot be read", async () => {
    refused(await ask("/v1/feeds/%ZZ/latest"), "INPUT_INVALID", /%ZZ/);
    refused(await ask(`/v1/feeds/${"a".repeat(200)}/latest`), "INPUT_INVALID", /aaa/);
    const bodies = [
      '{"__proto__":{"a":1},"rows":[[1]]}',
      '{"rows":[[NaN]]}',
      "[".repeat(100_000),
      "\ufffd",
      '{"rows":[[1e999]]}',
    ];
    for (const body of bodies) {
      const headers = { "content-type": "application/json" };
      refused(
        await ask(`/v1/models/${id}/predict`, { method: "POST", headers, body }),
        "INPUT_INVALID",
        /JSON|Infinity/,
      );
    }
  });

  it("survives what is no HTTP, and counts what it answered", async () => {
    const socket = connect(api.port, "127.0.0.1");
    const said = new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
    socket.write("HELLO \x00\r\n\r\n");
    assert.match(await said, /^HTTP\/1\.1 400/);
    socket.destroy();
    assert.equal((await ask("/v1/models")).status, 200);
    assert.match(metrics.text(), /^ai_node_api_requests\{status="200"\} \d+$/m);
  });

  it("says so when its port is taken", async () => {
    await assert.rejects(
      serveApi({ port: api.port, views: () => [view], inference, log, metrics }),
      new RegExp(`API_PORT ${api.port} is in use; choose another one or 0 for none`),
    );
  });
});
