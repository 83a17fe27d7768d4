// The oracle nodes of a simulated market: they see the same, so they agree at once, and sign as the real ones do.
import type { Candle } from "@aibot/kit/candles";
import { signedSourceAbi } from "@aibot/kit/generated/abis";
import { packSignatures } from "@aibot/kit/typed-data";
import { type Address, encodeFunctionData, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Endorsement } from "../../oracle/src/agreement.ts";
import { createReports } from "../../oracle/src/reports.ts";
import type { Observation } from "../../oracle/src/round.ts";
import { createVerify } from "../../oracle/src/signatures.ts";
import { encodeReports } from "../../oracle/src/transmit.ts";

export type NodesParams = { chainId: number; signedSource: Address; market: Hex; keys: Hex[] };

export type Nodes = ReturnType<typeof createNodes>;

const NOTHING_REPORTED = { candleEnd: 0n, takenEnd: 0n, price: 0n, observedAt: 0n };

/** Every key signs, so give exactly as many as a report is to carry. */
export const createNodes = ({ chainId, signedSource, market, keys }: NodesParams) => {
  const verify = createVerify();
  const signers = keys.map((key) => {
    const account = privateKeyToAccount(key);
    return { account, reports: createReports({ market, targets: [{ chainId, signedSource }], account, verify }) };
  });

  const endorse = (outcome: Observation): Promise<Endorsement[]> =>
    Promise.all(
      signers.map(async ({ account, reports }) => ({ signer: account.address, reports: await reports.sign(outcome) })),
    );

  const signaturesOf = async (outcome: Observation, report: "price" | "candle"): Promise<Hex> =>
    packSignatures(
      (await endorse(outcome)).map(({ signer, reports: [signed] }) => ({
        signer,
        signature: signed?.[report] ?? "0x",
      })),
    );

  return {
    /** Calldata of SignedSource with which a leader transmits the end of a session: its price and its candle. */
    encodeSession: async (candle: Candle): Promise<Hex> => {
      const outcome = { candle, price: candle.close, observedAt: candle.end };
      const agreed = { round: `candle:${candle.start}` as const, outcome, endorsements: await endorse(outcome) };
      return encodeReports({ market, chainId, state: NOTHING_REPORTED, agreed });
    },

    /** Calldata of a price alone. */
    encodePrice: async (price: bigint, observedAt: bigint): Promise<Hex> => {
      const args = [market, price, Number(observedAt), await signaturesOf({ price, observedAt }, "price")] as const;
      return encodeFunctionData({ abi: signedSourceAbi, functionName: "submitPrice", args });
    },

    /** Calldata of a candle alone. */
    encodeCandle: async (candle: Candle): Promise<Hex> => {
      const outcome = { candle, price: candle.close, observedAt: candle.end };
      const report = { ...candle, start: Number(candle.start), end: Number(candle.end) };
      const args = [market, report, await signaturesOf(outcome, "candle")] as const;
      return encodeFunctionData({ abi: signedSourceAbi, functionName: "submitCandle", args });
    },
  };
};
