import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { packSignatures, unpackSignatures } from "./typed-data.ts";

const signatureOf = (digit: string) => `0x${digit.repeat(130)}` as const;

describe("packSignatures", () => {
  it("orders by signer as a number, whatever the letter case, and joins", () => {
    const packed = packSignatures([
      { signer: "0xB000000000000000000000000000000000000000", signature: signatureOf("b") },
      { signer: "0x9000000000000000000000000000000000000000", signature: signatureOf("9") },
      { signer: "0xa000000000000000000000000000000000000000", signature: signatureOf("a") },
    ]);
    assert.equal(packed, `0x${"9".repeat(130)}${"a".repeat(130)}${"b".repeat(130)}`);
    assert.deepEqual(unpackSignatures(packed), ["9", "a", "b"].map(signatureOf));
  });

  it("of nobody is empty", () => {
    assert.equal(packSignatures([]), "0x");
    assert.deepEqual(unpackSignatures("0x"), []);
  });
});
