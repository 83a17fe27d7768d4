/**
 * A process for transactions.test.ts to kill: sends intents and dies by SIGKILL when the log line named in argv is
 * written, or, with "node answered", when the node has taken a transaction and its answer has not been looked at.
 */
import { createPublicClient, http, type PublicClient } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { createHeads, type RawHead } from "./heads.ts";
import type { Logger } from "./log.ts";
import { createTransactions, type Intent } from "./transactions.ts";

type Task = { rpc: string; ws: string; journalPath: string; key: `0x${string}`; dieAt: string; intents: Intent[] };
const task = JSON.parse(process.argv[2] as string) as Task;

const die = () => process.kill(process.pid, "SIGKILL");
const mortal = (...args: unknown[]) => {
  if (args.at(-1) === task.dieAt) die();
};
const log = { debug: mortal, info: mortal, warn: mortal, error: mortal } as unknown as Logger;

const client = createPublicClient({ transport: http(task.rpc) });
const request = async (call: { method: string; params: unknown }, options: object) => {
  const answer = await client.request(call as never, options);
  if (call.method === "eth_sendRawTransaction" && task.dieAt === "node answered") die();
  return answer;
};
const readLatest = () =>
  client.request({ method: "eth_getBlockByNumber", params: ["latest", false] }) as Promise<RawHead>;

const transactions = await createTransactions({
  chain: {
    id: 31337,
    client: { ...client, request } as unknown as PublicClient,
    watchHeads: createHeads({ ws: task.ws, readLatest }),
  },
  account: privateKeyToAccount(task.key),
  journalPath: task.journalPath,
  log,
  signal: new AbortController().signal,
});
const results = await Promise.all(task.intents.map(transactions.send));
process.stdout.write(JSON.stringify(results.map(({ kind }) => kind)));
process.exit(0);
