/**
 * A process for journal-file.test.ts, run under a limit on the size of files: sends counted calls until its journal
 * cannot be written any more, and prints how many were reported mined and what the manager says about itself.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createPublicClient, http, type PublicClient } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { createHeads, type RawHead } from "./heads.ts";
import { createLog } from "./log.ts";
import { createTransactions } from "./transactions.ts";

type Task = { rpc: string; journalPath: string; key: `0x${string}`; to: `0x${string}` };
const { rpc, journalPath, key, to } = JSON.parse(process.argv[2] as string) as Task;
const MOST = 2_000;

const client = createPublicClient({ transport: http(rpc) }) as PublicClient;
const readLatest = () =>
  client.request({ method: "eth_getBlockByNumber", params: ["latest", false] }) as Promise<RawHead>;
const { send, status } = await createTransactions({
  chain: { id: 31_337, client, watchHeads: createHeads({ ws: undefined, readLatest }) },
  account: privateKeyToAccount(key),
  journalPath,
  log: createLog("child", "silent"),
  signal: new AbortController().signal,
});

/** What a full disk does to a call: it throws before anything is sent, or waits, sent, for its block to be written. */
const failure = async (): Promise<string> => {
  for (;;) {
    const { journalError } = status();
    if (journalError !== undefined) return journalError;
    await sleep(5);
  }
};

const failed = failure();
let isFull = false;
let sent = 0;
for (; sent < MOST && !isFull; sent++) {
  const call = send({ key: `call ${sent}`, to, data: `0x${"11".repeat(1_000)}` });
  isFull = await Promise.race([
    call.then(
      () => false,
      () => true,
    ),
    failed.then(() => true),
  ]);
}
const again = await send({ key: "another", to, data: "0x" }).then(
  () => "sent",
  (cause: Error) => cause.name,
);
process.stdout.write(JSON.stringify({ sent, again, journalError: status().journalError }));
process.exit(0);
