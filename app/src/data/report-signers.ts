// Who signed the newest reports: the event does not say, the calldata that brought it does. Imported only by the page that
// shows it: it brings ABIs and curve arithmetic along.
import { signedSourceAbi } from "@aibot/kit/generated/abis";
import { candleReportTypes, priceReportTypes, signedSourceDomain, unpackSignatures } from "@aibot/kit/typed-data";
import { type Address, type Hex, hashTypedData, numberToHex, recoverAddress } from "viem";
import { decodeFunctionData, encodeEventTopics } from "viem/utils";
import * as z from "zod/mini";
import { askNode } from "./rpc.ts";
import { hex } from "./scalars.ts";

const RANGE = 2_000; // blocks looked back: more than a dozen reports, and less than any public node refuses

const logSchema = z.object({ transactionHash: hex });
const transactionSchema = z.object({ input: hex });

const topics = ["PriceReported", "CandleReported"].map(
  (eventName) => encodeEventTopics({ abi: signedSourceAbi, eventName } as never)[0],
);

export type ReportsParams = { rpc: string; source: Address; head: number; limit: number };

/** Transactions of the newest reports, newest first. */
export const readReportTransactions = async (
  { rpc, source, head, limit }: ReportsParams,
  signal: AbortSignal,
): Promise<Hex[]> => {
  const filter = {
    address: source,
    topics: [topics],
    fromBlock: numberToHex(Math.max(0, head - RANGE)),
    toBlock: "latest",
  };
  const logs = z.array(logSchema).parse(await askNode({ rpc, method: "eth_getLogs", params: [filter] }, signal));
  return [...new Set(logs.reverse().map(({ transactionHash }) => transactionHash))].slice(0, limit);
};

type Domain = { chainId: number; source: Address };
type Report = { hash: Hex; signatures: Hex };

/** The first report in calldata of SignedSource; both of a transaction are signed by the same nodes. */
export const reportIn = (domain: Domain, input: Hex): Report | undefined => {
  const call = decodeFunctionData({ abi: signedSourceAbi, data: input });
  const eip712 = signedSourceDomain(domain.chainId, domain.source);
  switch (call.functionName) {
    case "multicall":
      return call.args[0].map((inner) => reportIn(domain, inner)).find((report) => report !== undefined);
    case "submitPrice": {
      const [market, price, observedAt, signatures] = call.args;
      const message = { market, price, observedAt };
      return {
        hash: hashTypedData({ domain: eip712, types: priceReportTypes, primaryType: "PriceReport", message }),
        signatures,
      };
    }
    case "submitCandle": {
      const [market, candle, signatures] = call.args;
      const message = { market, ...candle };
      return {
        hash: hashTypedData({ domain: eip712, types: candleReportTypes, primaryType: "CandleReport", message }),
        signatures,
      };
    }
    default:
      return undefined;
  }
};

/** In lower case; empty where another contract brought the report on, so that the calldata is not of SignedSource. */
export const signersIn = async (domain: Domain, input: Hex): Promise<Hex[]> => {
  try {
    const report = reportIn(domain, input);
    const signatures = report === undefined ? [] : unpackSignatures(report.signatures);
    const signers = signatures.map((signature) => recoverAddress({ hash: report?.hash ?? "0x", signature }));
    return (await Promise.all(signers)).map((signer) => signer.toLowerCase() as Hex);
  } catch {
    return [];
  }
};

export type ReportSignersParams = Domain & { rpc: string; tx: Hex };

export const readReportSigners = async (
  { rpc, tx, ...domain }: ReportSignersParams,
  signal: AbortSignal,
): Promise<Hex[]> => {
  const transaction = await askNode({ rpc, method: "eth_getTransactionByHash", params: [tx] }, signal);
  return signersIn(domain, transactionSchema.parse(transaction).input);
};
