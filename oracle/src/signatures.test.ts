import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { Hex } from "viem";
import { keccak256, recoverAddress, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { loadCurve } from "./curve.ts";
import { createVerify } from "./signatures.ts";

const anne = privateKeyToAccount(`0x${"11".repeat(32)}`);
const ben = privateKeyToAccount(`0x${"22".repeat(32)}`);
const hashOf = (index: number): Hex => keccak256(toHex(`message ${index}`));
const { ORDER } = secp256k1.Point.Fn;
const word = (value: bigint): string => value.toString(16).padStart(64, "0");

const join = (r: string, s: string, v: string): Hex => `0x${r}${s}${v}`;
const split = (signature: Hex): [r: string, s: string, v: string] => [
  signature.slice(2, 66),
  signature.slice(66, 130),
  signature.slice(130),
];
const otherV = (v: string): string => (v === "1b" ? "1c" : "1b");

/** The other signature that ECDSA allows: s mirrored into the upper half, v swapped. */
const mirrored = (signature: Hex): Hex => {
  const [r, s, v] = split(signature);
  return join(r, word(ORDER - BigInt(`0x${s}`)), otherV(v));
};

const require = createRequire(import.meta.url);
const withoutNative = loadCurve((part) => {
  if (part.includes("bindings")) throw new Error("no such file");
  return require(part);
});

describe("the curve", () => {
  it("is the native one on this machine, and the JavaScript one where its file is missing", () => {
    assert.equal(loadCurve().isNative, true);
    assert.equal(withoutNative.isNative, false);
  });
});

for (const curve of [loadCurve(), withoutNative]) {
  describe(`a signature check, ${curve.isNative ? "native" : "in JavaScript"}`, () => {
    it("accepts what the signer signed, the first time and later", async () => {
      const verify = createVerify(curve);
      for (let index = 0; index < 20; index += 1) {
        const hash = hashOf(index);
        const signature = await anne.sign({ hash });
        assert.equal(verify(anne.address, hash, signature), true, `message ${index}`);
      }
    });

    it("O3 refuses another hash, another signer and any changed signature", async () => {
      const verify = createVerify(curve);
      const hash = hashOf(0);
      const signature = await anne.sign({ hash });
      const [r, s, v] = split(signature);
      const wrong: [name: string, isRight: () => boolean][] = [
        ["hash", () => verify(anne.address, hashOf(1), signature)],
        ["signer", () => verify(ben.address, hash, signature)],
        ["the zero address", () => verify(`0x${"00".repeat(20)}`, hash, signature)],
        ["another r", () => verify(anne.address, hash, join("01".repeat(32), s, v))],
        ["r of no point", () => verify(anne.address, hash, join(word(5n), s, v))],
        ["r beyond the order", () => verify(anne.address, hash, join(word(ORDER), s, v))],
        ["r zero", () => verify(anne.address, hash, join(word(0n), s, v))],
        ["s zero", () => verify(anne.address, hash, join(r, word(0n), v))],
        ["s beyond the order", () => verify(anne.address, hash, join(r, word(ORDER + 1n), v))],
        ["parity", () => verify(anne.address, hash, join(r, s, otherV(v)))],
        ["v as a plain bit", () => verify(anne.address, hash, join(r, s, "00"))],
        ["upper half", () => verify(anne.address, hash, mirrored(signature))],
        ["upper half, same v", () => verify(anne.address, hash, join(r, split(mirrored(signature))[1], v))],
        ["nothing", () => verify(anne.address, hash, "0x")],
        ["too short", () => verify(anne.address, hash, signature.slice(0, -2) as Hex)],
        ["too long", () => verify(anne.address, hash, `${signature}00`)],
      ];
      for (const [name, isRight] of wrong) assert.equal(isRight(), false, `${name}, signer unknown`);
      assert.equal(verify(anne.address, hash, signature), true);
      for (const [name, isRight] of wrong) assert.equal(isRight(), false, `${name}, signer known`);
    });

    it("draws the line of the lower half where the chain draws it", async () => {
      const verify = createVerify(curve);
      const [r] = split(await anne.sign({ hash: hashOf(0) }));
      for (const [s, isLow] of [
        [ORDER >> 1n, true],
        [(ORDER >> 1n) + 1n, false],
      ] as const) {
        const signature = join(r, word(s), "1b");
        // Whoever it is that this signature belongs to, and whatever viem thinks of its half.
        const signer = await recoverAddress({ hash: hashOf(0), signature });
        assert.equal(verify(signer, hashOf(0), signature), isLow, `s = ${s}`);
      }
    });

    it("agrees with viem's recovery, one byte of the signature or the hash changed or none", async () => {
      const verify = createVerify(curve);
      for (let index = 0; index < 60; index += 1) {
        const bytes = Buffer.from((await ben.sign({ hash: hashOf(index) })).slice(2), "hex");
        const at = (index * 7) % 64;
        if (index % 3 === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << (index % 8));
        const hash = index % 3 === 2 ? hashOf(index + 1) : hashOf(index);
        const signature: Hex = `0x${bytes.toString("hex")}`;
        const isLow = BigInt(`0x${split(signature)[1]}`) <= ORDER >> 1n;
        const signer = await recoverAddress({ hash, signature }).catch(() => undefined);
        assert.equal(verify(ben.address, hash, signature), isLow && signer === ben.address, `message ${index}`);
        if (signer !== undefined) assert.equal(verify(signer, hash, signature), isLow, `message ${index}, its signer`);
      }
    });
  });
}
