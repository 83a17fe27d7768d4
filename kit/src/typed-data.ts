// What oracle nodes sign: EIP-712, bound to chain and contract.
import type { Address, Hex, TypedDataDomain } from "viem";

/** The domain of the SignedSource at `address`. */
export const signedSourceDomain = (chainId: number, address: Address) =>
  ({
    name: "AIBOT IYI SignedSource",
    version: "1",
    chainId,
    verifyingContract: address,
  }) as const satisfies TypedDataDomain;

export const priceReportTypes = {
  PriceReport: [
    { name: "market", type: "bytes32" },
    { name: "price", type: "uint128" },
    { name: "observedAt", type: "uint48" },
  ],
} as const;

export const candleReportTypes = {
  CandleReport: [
    { name: "market", type: "bytes32" },
    { name: "start", type: "uint48" },
    { name: "end", type: "uint48" },
    { name: "open", type: "uint128" },
    { name: "high", type: "uint128" },
    { name: "low", type: "uint128" },
    { name: "close", type: "uint128" },
  ],
} as const;

export type ReportSignature = { signer: Address; signature: Hex };

/** Joins 65-byte signatures in the order SignedSource wants: signers strictly ascending. */
export const packSignatures = (signatures: ReportSignature[]): Hex => {
  const ascending = signatures.toSorted((a, b) => (BigInt(a.signer) < BigInt(b.signer) ? -1 : 1));
  return `0x${ascending.map(({ signature }) => signature.slice(2)).join("")}`;
};

const SIGNATURE_DIGITS = 130;

/** The 65-byte signatures inside a packed quorum. */
export const unpackSignatures = (packed: Hex): Hex[] =>
  Array.from(
    { length: Math.ceil((packed.length - 2) / SIGNATURE_DIGITS) },
    (_, k) => `0x${packed.slice(2 + k * SIGNATURE_DIGITS, 2 + (k + 1) * SIGNATURE_DIGITS)}` as const,
  );
