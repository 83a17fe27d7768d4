import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { readDeployed } from "./deployed.ts";
import { compareSnapshots, writeSnapshots } from "./files.ts";
import { formatGas } from "./gas.ts";
import { formatSizes, tooLarge } from "./size.ts";
import { formatStorage } from "./storage.ts";

const root = join(import.meta.dirname, "../..");

describe("the deployed contracts", () => {
  const contracts = readDeployed(root);

  it("are all there", () => {
    const names = contracts.map(({ name }) => name);

    for (const name of ["Mandate", "ModelRegistry", "PriceBook", "SignalFeed", "SignedSource", "Vault"])
      assert.ok(names.includes(name), name);
    for (const name of ["DemoToken", "Roles", "IVault"]) assert.ok(!names.includes(name), name);
  });

  it("V19: are small enough for every chain", () => {
    assert.deepEqual(tooLarge(contracts), []);
  });
});

describe("V19: the size of code", () => {
  it("may be 24,576 bytes and not one more", () => {
    assert.deepEqual(tooLarge([{ name: "Full", bytes: 24_576 }]), []);
    assert.deepEqual(tooLarge([{ name: "Over", bytes: 24_577 }]), ["Over"]);
  });

  it("is written with what is left", () => {
    const lines = ["contract  bytes   left", "Vault     20,000   4,576", "Feed         576  24,000", ""];

    const text = formatSizes([
      { name: "Vault", bytes: 20_000 },
      { name: "Feed", bytes: 576 },
    ]);

    assert.equal(text, lines.join("\n"));
  });
});

describe("a storage layout", () => {
  it("names every variable, and every field of a struct from its own start", () => {
    const text = formatStorage("Book", {
      storage: [{ label: "markets", slot: "12", offset: 0, type: "t_mapping" }],
      types: {
        t_mapping: { label: "mapping(bytes32 => struct Market)", numberOfBytes: "32" },
        t_uint64: { label: "uint64", numberOfBytes: "8" },
        t_struct: {
          label: "struct Market",
          numberOfBytes: "32",
          members: [
            { label: "price", slot: "0", offset: 0, type: "t_uint64" },
            { label: "observedAt", slot: "0", offset: 8, type: "t_uint64" },
          ],
        },
      },
    });

    assert.equal(
      text,
      [
        "Book",
        "slot  offset  bytes  label    type",
        "  12       0     32  markets  mapping(bytes32 => struct Market)",
        "",
        "struct Market, 32 bytes",
        "slot  offset  bytes  label       type",
        "   0       0      8  price       uint64",
        "   0       8      8  observedAt  uint64",
        "",
      ].join("\n"),
    );
  });
});

describe("gas of the hot paths", () => {
  it("is kept by area, without what is not gas", () => {
    const areas = formatGas([
      { name: "vault.deposit.gas", value: 81_234, unit: "gas" },
      { name: "vault.withdraw.gas", value: 9_000, unit: "gas" },
      { name: "feed.latest.gas", value: 4_100, unit: "gas" },
      { name: "vault.deposit.time", value: 3, unit: "ms" },
    ]);

    assert.deepEqual([...areas.keys()], ["vault", "feed"]);
    assert.equal(areas.get("vault"), "vault.deposit   81,234\nvault.withdraw   9,000\n");
  });
});

describe("snapshots on disk", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "snapshots-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const [vault, feed] = [new Map([["gas/vault.txt", "deposit 1\n"]]), new Map([["gas/feed.txt", "latest 2\n"]])];

  it("equal what has just been written", () => {
    writeSnapshots(folder, "gas", vault);

    assert.equal(readFileSync(join(folder, "gas/vault.txt"), "utf8"), "deposit 1\n");
    assert.deepEqual(compareSnapshots(folder, "gas", vault), []);
  });

  it("differ by the lines that changed", () => {
    writeSnapshots(folder, "gas", vault);
    writeFileSync(join(folder, "gas/vault.txt"), "deposit 3\n");

    assert.deepEqual(compareSnapshots(folder, "gas", vault), ["gas/vault.txt differs:\n  - deposit 3\n  + deposit 1"]);
  });

  it("are missed when they are not there, and named when nothing makes them any more", () => {
    writeSnapshots(folder, "gas", vault);

    assert.deepEqual(compareSnapshots(folder, "gas", feed), [
      "gas/vault.txt belongs to nothing any more",
      "gas/feed.txt is missing",
    ]);
  });

  it("make room for each other when written", () => {
    writeSnapshots(folder, "gas", vault);
    writeSnapshots(folder, "gas", feed);

    assert.deepEqual(compareSnapshots(folder, "gas", feed), []);
  });

  it("leave other parts alone", () => {
    writeSnapshots(folder, "size.txt", new Map([["size.txt", "Vault 1\n"]]));
    writeSnapshots(folder, "gas", vault);

    assert.deepEqual(compareSnapshots(folder, "size.txt", new Map([["size.txt", "Vault 1\n"]])), []);
  });
});
