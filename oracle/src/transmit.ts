// Brings an agreed outcome to one chain: both reports in one transaction, and never over a candle not yet taken.
import { priceBookAbi, signedSourceAbi } from "@aibot/kit/generated/abis";
import type { SendResult, Transactions } from "@aibot/kit/node/transactions";
import { packSignatures } from "@aibot/kit/typed-data";
import type { Hex } from "viem";
import { encodeFunctionData } from "viem";
import type { Endorsement } from "./agreement.ts";
import type { ChainState, ChainView } from "./chain-view.ts";
import type { Observation, RoundKey } from "./round.ts";

export type Agreed = { round: RoundKey; outcome: Observation; endorsements: Endorsement[] };

export type TransmitParams = { view: ChainView; transactions: Transactions; agreed: Agreed };

export const transmit = async ({ view, transactions, agreed }: TransmitParams): Promise<SendResult> => {
  const { chain, market } = view;
  const { signedSource, priceBook } = chain.deployment.contracts;
  const state = view.state();
  if (state.candleEnd > state.takenEnd && agreed.outcome.candle !== undefined) {
    const data = encodeFunctionData({ abi: priceBookAbi, functionName: "close", args: [market] });
    const closed = await transactions.send({ key: `close ${market} ${state.candleEnd}`, to: priceBook, data });
    if (!isSuccess(closed)) return closed;
  }
  const data = encodeReports({ market, chainId: chain.id, state, agreed });
  return transactions.send({ key: `report ${market} ${agreed.round}`, to: signedSource, data });
};

export const isSuccess = (result: SendResult): boolean =>
  result.kind === "done" || (result.kind === "mined" && result.status === "success");

export type EncodeReportsParams = { market: Hex; chainId: number; state: ChainState; agreed: Agreed };

/** One call of SignedSource. The price is left out when the chain already has one as new: it would refuse it. */
export const encodeReports = ({ market, chainId, state, agreed }: EncodeReportsParams): Hex => {
  const { price, observedAt, candle } = agreed.outcome;
  const calls: Hex[] = [];
  if (observedAt > state.observedAt) {
    const args = [market, price, Number(observedAt), signaturesOf("price", chainId, agreed.endorsements)] as const;
    calls.push(encodeFunctionData({ abi: signedSourceAbi, functionName: "submitPrice", args }));
  }
  if (candle !== undefined) {
    const report = { ...candle, start: Number(candle.start), end: Number(candle.end) };
    const args = [market, report, signaturesOf("candle", chainId, agreed.endorsements)] as const;
    calls.push(encodeFunctionData({ abi: signedSourceAbi, functionName: "submitCandle", args }));
  }
  return encodeFunctionData({ abi: signedSourceAbi, functionName: "multicall", args: [calls] });
};

const signaturesOf = (report: "price" | "candle", chainId: number, endorsements: Endorsement[]): Hex =>
  packSignatures(
    endorsements.flatMap(({ signer, reports }) => {
      const signature = reports.find((given) => given.chainId === chainId)?.[report];
      return signature === undefined ? [] : [{ signer, signature }];
    }),
  );
