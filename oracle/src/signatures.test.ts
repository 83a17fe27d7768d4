import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { Hex } from "viem";
import { keccak256, recoverAddress, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { createVerify } from "./signatures.ts";

const anne = privateKeyToAccount(`0x${"11".repeat(32)}`);
const ben = privateKeyToAccount(`0x${"22".repeat(32)}`);
const hashOf = (index: number): Hex => keccak256(toHex(`message ${index}`));

/** The other signature that ECDSA allows: s mirrored into the upper half, v swapped. */
const mirrored = (signature: Hex): Hex => {
  const s = secp256k1.Point.Fn.ORDER - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.endsWith("1b") ? "1c" : "1b";
  return `${signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v}` as Hex;
};

describe("a signature check", () => {
  it("accepts what the signer signed, the first time and later", async () => {
    const verify = createVerify();
    for (let index = 0; index < 20; index += 1) {
      const hash = hashOf(index);
      const signature = await anne.sign({ hash });
      assert.equal(verify(anne.address, hash, signature), true, `message ${index}`);
    }
  });

  it("refuses another hash, another signer and a changed signature", async () => {
    const verify = createVerify();
    const signature = await anne.sign({ hash: hashOf(0) });
    const wrong: [name: string, isRight: () => boolean][] = [
      ["hash", () => verify(anne.address, hashOf(1), signature)],
      ["signer", () => verify(ben.address, hashOf(0), signature)],
      ["r", () => verify(anne.address, hashOf(0), `0x${"01".repeat(32)}${signature.slice(66)}`)],
      [
        "parity",
        () =>
          verify(anne.address, hashOf(0), `${signature.slice(0, 130)}${signature.endsWith("1b") ? "1c" : "1b"}` as Hex),
      ],
      ["half", () => verify(anne.address, hashOf(0), mirrored(signature))],
      ["zero", () => verify(anne.address, hashOf(0), `0x${"00".repeat(64)}1b`)],
      ["length", () => verify(anne.address, hashOf(0), signature.slice(0, -2) as Hex)],
    ];
    for (const [name, isRight] of wrong) assert.equal(isRight(), false, `${name}, signer unknown`);
    assert.equal(verify(anne.address, hashOf(0), signature), true);
    for (const [name, isRight] of wrong) assert.equal(isRight(), false, `${name}, signer known`);
  });

  it("agrees with recovery", async () => {
    const verify = createVerify();
    for (let index = 0; index < 10; index += 1) {
      const signature = await ben.sign({ hash: hashOf(index) });
      const other = hashOf(index + (index % 3 === 0 ? 1 : 0));
      const isBen = (await recoverAddress({ hash: other, signature })) === ben.address;
      assert.equal(verify(ben.address, other, signature), isBen);
    }
  });
});
