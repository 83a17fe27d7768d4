// A processor that kills itself, as hard as anyone could, at the n-th time that it reaches a point of its work.
//   node killed-processor.ts <point> <n>    with the settings of main.ts

import { createHandler, type Handle } from "../src/handler.ts";
import { loadTables } from "../src/model.ts";
import { runProcessor } from "../src/processor.ts";
import { createRowStore } from "../src/store.ts";
import { stateSchema } from "../src/tables.ts";
import { deployment } from "./deployment.ts";
import { askOverHttp } from "./fake-chain.ts";

export const points = ["reading", "before writing", "written, not committed"] as const;
type Point = (typeof points)[number];

type Job = { url: string; dbUrl: string; finality: number; point: Point; count: number };

const { url, dbUrl, finality, point, count } = JSON.parse(process.argv[2] ?? "{}") as Job;

let reached = 0;
const pass = (here: Point): void => {
  if (here !== point || ++reached < count) return;
  process.kill(process.pid, "SIGKILL");
  for (;;); // nothing more happens until the signal does
};

const { chainId } = deployment;
const store = createRowStore({ tables: loadTables(), chainId, stateSchema: stateSchema(chainId) });
const honest = createHandler({ deployment, store });
const handle: Handle = async (transaction, blocks) => {
  pass("before writing");
  await honest(transaction, blocks);
  pass("written, not committed");
};

await runProcessor({
  deployment,
  request: async (question) => {
    pass("reading");
    return askOverHttp(url, question);
  },
  watchHeads: () => {},
  dbUrl,
  finality,
  pollMs: 5,
  patienceMs: 0,
  checkHeaders: false,
  handle,
  report: () => {},
  signal: new AbortController().signal,
});
