import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Finding } from "./slither.ts";
import { triage } from "./triage.ts";

const finding = (detector: string, where: string): Finding => ({ detector, impact: "Medium", where, description: "" });

const document = [
  "| detector | where | why it is no fault |",
  "|---|---|---|",
  "| `unused-return` | `Vault.exit` | The amount is in the event. |",
  "| `uninitialized-local` | any | Zero is meant. |",
].join("\n");

describe("the triage of findings", () => {
  it("explains a detector in the function of its row and nowhere else", () => {
    const found = [finding("unused-return", "Vault.exit"), finding("unused-return", "Vault.enter")];

    const { explained, unexplained } = triage(found, document);

    assert.deepEqual(explained, [found[0]]);
    assert.deepEqual(unexplained, [found[1]]);
  });

  it("explains a detector everywhere when its row says so", () => {
    const found = [finding("uninitialized-local", "Vault.exit"), finding("uninitialized-local", "Mandate.check")];

    assert.deepEqual(triage(found, document).explained, found);
  });

  it("names the rows that explain nothing any more", () => {
    const { stale } = triage([finding("unused-return", "Vault.exit")], document);

    assert.deepEqual(stale, ["uninitialized-local in any"]);
  });

  it("takes no row without a reason", () => {
    const { unexplained } = triage([finding("tx-origin", "Vault.exit")], "| `tx-origin` | any |  |");

    assert.equal(unexplained.length, 1);
  });
});
