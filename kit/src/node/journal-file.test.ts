import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Address, createPublicClient, hexToBigInt, http, type PublicClient } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { InputError } from "../errors.ts";
import { type Anvil, startAnvil } from "./anvil.ts";
import { createHeads, type RawHead } from "./heads.ts";
import { openJournal, readJournal } from "./journal-file.ts";
import { createLog } from "./log.ts";
import { createTransactions } from "./transactions.ts";

const owner = { chainId: 31_337, account: "0x00000000000000000000000000000000000000aa" } as const;
const request = (key: string) => ({
  key,
  ...({ to: owner.account, data: "0x", value: 0n, gas: 21_000n, simulated: false } as const),
});
const attempt = { hash: "0x01", raw: "0x02", maxFeePerGas: 9n, maxPriorityFeePerGas: 3n } as const;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
  path = join(folder, "journal.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true }));

const refusal = (open: () => unknown): string => {
  try {
    open();
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    return error.message;
  }
  return "opened";
};

describe("openJournal", () => {
  it("reads back after a close what was written before it", () => {
    const journal = openJournal(path, owner);
    const entry = journal.record(request("one"));
    journal.signed(entry, 7, attempt);
    journal.close();

    const [read] = openJournal(path, owner).open();

    assert.deepEqual(read, {
      ...request("one"),
      id: 1,
      state: "signed",
      nonce: 7,
      attempts: [attempt],
      mined: undefined,
      foreign: undefined,
    });
  });

  it("refuses another account's or another chain's journal", () => {
    openJournal(path, owner).close();

    assert.match(
      refusal(() => openJournal(path, { ...owner, chainId: 1 })),
      /belongs to 0x.* on chain 31337, not to .* on chain 1; choose another STATE_DIR/,
    );
    const account = "0x00000000000000000000000000000000000000bb";
    assert.match(
      refusal(() => openJournal(path, { ...owner, account })),
      /belongs to 0x.*aa on chain 31337, not to 0x.*bb/,
    );
  });

  it("refuses a journal that another process holds, and takes it over when that has gone", () => {
    const held = openJournal(path, owner);
    assert.match(
      refusal(() => openJournal(path, owner)),
      /in use by another process; stop it/,
    );

    held.close();
    openJournal(path, owner).close();
  });

  it("refuses the journal of a newer version", () => {
    openJournal(path, owner).close();
    const database = new DatabaseSync(path);
    database.exec("pragma user_version = 99");
    database.close();

    assert.match(
      refusal(() => openJournal(path, owner)),
      /has format 99, but this version writes 2; run the newer version/,
    );
  });

  it("takes over a journal from before formats had numbers", () => {
    const journal = openJournal(path, owner);
    journal.record(request("old"));
    journal.close();
    const database = new DatabaseSync(path);
    database.exec(
      "pragma user_version = 0; drop index intents_placed; create index intents_block on intents (block_number)",
    );
    database.close();

    assert.equal(openJournal(path, owner).newest("old")?.key, "old");
  });

  it("says of a file that is no journal, or whose pages are torn, that it is damaged and what to do", () => {
    const other = join(folder, "text.sqlite");
    writeFileSync(other, "not a database, but long enough to look like a file of one. ".repeat(100));
    assert.match(
      refusal(() => openJournal(other, owner)),
      /is damaged .*; move it and its -wal file away and start again/,
    );

    const journal = openJournal(path, owner);
    for (let i = 0; i < 400; i++) journal.record(request(`intent ${i}`));
    journal.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 8_192, 20_480);
    writeFileSync(path, bytes);
    assert.match(
      refusal(() => openJournal(path, owner)),
      /is damaged/,
    );
  });

  it("says of a path that cannot be written that it cannot", () => {
    mkdirSync(path);
    assert.match(
      refusal(() => openJournal(path, owner)),
      /cannot be written .*; free the disk, or check STATE_DIR and its rights/,
    );
  });
});

describe("a journal", () => {
  it("KEE-1 cannot even hold two live entries of one key", () => {
    const journal = openJournal(path, owner);
    journal.record(request("one"));

    assert.throws(() => journal.record(request("one")), /cannot be written.*UNIQUE/);
    assert.match(journal.failure() ?? "", /nothing is sent/);
    journal.record(request("two"));
    assert.equal(journal.failure(), undefined);
  });

  it("changes all or nothing when a reorganisation takes entries back", () => {
    const journal = openJournal(path, owner);
    const entry = journal.record(request("one"));
    journal.signed(entry, 7, attempt);
    journal.mined(entry, { hash: "0x01", blockNumber: 5n, blockHash: "0x05", status: "success" });
    const empty = { request: request("one"), nonce: 8 }; // its key is taken: the whole change fails

    assert.throws(() => journal.takeBack({ revived: [entry], superseded: [], empties: [empty] }));

    assert.equal(journal.newest("one")?.state, "mined");
    assert.equal(entry.state, "mined");
    journal.takeBack({ revived: [entry], superseded: [], empties: [{ ...empty, request: request("empty") }] });
    assert.deepEqual(
      journal.open().map(({ key, state, nonce }) => [key, state, nonce]),
      [
        ["one", "signed", 7],
        ["empty", "intent", 8],
      ],
    );
  });

  it("walks down the blocks of its entries, foreign ones too", () => {
    const journal = openJournal(path, owner);
    const places = [5n, 9n, 7n].map((blockNumber, i) => {
      const entry = journal.record(request(`at ${blockNumber}`));
      const place = { hash: "0x01", blockNumber, blockHash: "0x05" } as const;
      journal.signed(entry, i, { ...attempt, hash: `0x0${i}` });
      if (i === 1) journal.foreign(entry, place);
      else journal.mined(entry, { ...place, status: "success" });
      return entry;
    });
    assert.equal(places.length, 3);

    const walked: string[] = [];
    let entry = journal.placedBelow(undefined);
    while (entry !== undefined) {
      walked.push(entry.key);
      const { blockNumber } = entry.mined ?? entry.foreign ?? assert.fail();
      entry = journal.placedBelow({ blockNumber, id: entry.id });
    }

    assert.deepEqual(walked, ["at 9", "at 7", "at 5"]);
    assert.equal(journal.highestUsed(), 2);
    assert.equal(journal.knows("0x02"), true);
    assert.equal(journal.knows("0x03"), false);
  });
});

describe("a disk that is full", () => {
  const CHILD = fileURLToPath(new URL("./journal.child.ts", import.meta.url));
  const COUNTER = "0x00000000000000000000000000000000000c0001" satisfies Address;
  let anvil: Anvil;
  before(async () => {
    anvil = await startAnvil();
    await anvil.client.setCode({ address: COUNTER, bytecode: "0x60005460010160005500" });
  });
  after(() => anvil.stop());

  it("K14 sends nothing that is not written down, says so, and the next start goes on without a double", async () => {
    const key = generatePrivateKey();
    const { address } = privateKeyToAccount(key);
    await anvil.client.setBalance({ address, value: 10n ** 20n });
    const task = JSON.stringify({ rpc: anvil.rpc, journalPath: path, key, to: COUNTER });
    // Blocks of 512 bytes: no file of the child grows beyond 1.5 MiB.
    const limited = spawn("sh", ["-c", 'ulimit -f 3000; exec "$0" "$@"', process.execPath, CHILD, task], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    limited.stdout.on("data", (chunk) => {
      output += chunk;
    });
    await new Promise((resolve) => limited.once("close", resolve));
    const { sent, again, journalError } = JSON.parse(output) as Record<string, string>;

    assert.match(String(journalError), /^The journal cannot be written \(.*\), so nothing is sent; free the disk/);
    assert.equal(again, "JournalError");
    assert.ok(Number(sent) > 5, `${sent} sent`);

    const stop = new AbortController();
    const client = createPublicClient({ transport: http(anvil.rpc) }) as PublicClient;
    const readLatest = () =>
      client.request({ method: "eth_getBlockByNumber", params: ["latest", false] }) as Promise<RawHead>;
    const { status } = await createTransactions({
      chain: { id: 31_337, client, watchHeads: createHeads({ ws: anvil.ws, readLatest }) },
      ...{
        account: privateKeyToAccount(key),
        journalPath: path,
        log: createLog("test", "silent"),
        signal: stop.signal,
      },
    });
    for (let i = 0; i < 1_000 && status().pending > 0; i++) await sleep(20);
    stop.abort();

    const lines = readJournal(path);
    const effects = Number(hexToBigInt((await anvil.client.getStorageAt({ address: COUNTER, slot: "0x0" })) ?? "0x0"));
    assert.deepEqual([...new Set(lines.map((line) => line.status))], ["success"]);
    assert.equal(effects, lines.length);
    assert.equal(await anvil.client.getTransactionCount({ address }), effects);
  });
});
