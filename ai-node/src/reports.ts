// A signed candle, proved from the transaction that brought it: the calldata, not the event, carries the signatures.
import { type Candle, isSameCandle } from "@aibot/kit/candles";
import { signedSourceAbi } from "@aibot/kit/generated/abis";
import { candleReportTypes, signedSourceDomain, unpackSignatures } from "@aibot/kit/typed-data";
import {
  type Address,
  decodeFunctionData,
  getAbiItem,
  type Hex,
  hashTypedData,
  isAddressEqual,
  recoverAddress,
} from "viem";
import type { Evidence } from "./track.ts";

export type SignerSet = { signers: readonly Address[]; quorum: number };

export type CandleReport = { market: Hex; candle: Candle };
export type SubmittedReport = CandleReport & { signatures: Hex };

const calls = [
  getAbiItem({ abi: signedSourceAbi, name: "submitCandle" }),
  getAbiItem({ abi: signedSourceAbi, name: "multicall" }),
] as const;

/** Every candle report in the calldata of a call to SignedSource, those inside `multicall` included. */
export const submittedReports = (input: Hex): SubmittedReport[] => {
  const call = decodeCall(input);
  if (call?.functionName === "multicall") return call.args[0].flatMap(submittedReports);
  if (call?.functionName !== "submitCandle") return [];
  const [market, { start, end, open, high, low, close }, signatures] = call.args;
  return [{ market, candle: { start: BigInt(start), end: BigInt(end), open, high, low, close }, signatures }];
};

const decodeCall = (input: Hex) => {
  try {
    return decodeFunctionData({ abi: calls, data: input });
  } catch {
    return undefined; // a call of something else
  }
};

/** Hash that the signers of a candle report sign. */
export const candleReportHash = (domain: { chainId: number; source: Address }, { market, candle }: CandleReport): Hex =>
  hashTypedData({
    domain: signedSourceDomain(domain.chainId, domain.source),
    types: candleReportTypes,
    primaryType: "CandleReport",
    message: { ...candle, market, start: Number(candle.start), end: Number(candle.end) },
  });

export type ProveParams = {
  transaction: { hash: Hex; to: Address | null; input: Hex };
  report: CandleReport;
  chainId: number;
  source: Address;
  signerSet: SignerSet; // in force when the transaction was mined
};

/** Finds `report` in the transaction and recovers who signed it. */
export const proveReport = async ({
  transaction,
  report,
  chainId,
  source,
  signerSet,
}: ProveParams): Promise<Evidence> => {
  const { quorum } = signerSet;
  const unproved = (doubt: string): Evidence => ({ tx: transaction.hash, signers: [], quorum, doubt });

  if (transaction.to === null || !isAddressEqual(transaction.to, source)) {
    return unproved(`transaction ${transaction.hash} does not call SignedSource`);
  }
  const submitted = submittedReports(transaction.input).find(
    ({ market, candle }) => market === report.market && isSameCandle(candle, report.candle),
  );
  if (submitted === undefined) return unproved(`transaction ${transaction.hash} carries no such report`);

  const hash = candleReportHash({ chainId, source }, report);
  const signers = await recoverSigners(hash, submitted.signatures);
  return { tx: transaction.hash, signers, quorum, doubt: quorumDoubt(signers, signerSet) };
};

const recoverSigners = (hash: Hex, signatures: Hex): Promise<Address[]> =>
  Promise.all(
    unpackSignatures(signatures).map((signature) => recoverAddress({ hash, signature }).catch(() => "0x" as const)),
  );

const quorumDoubt = (found: Address[], { signers, quorum }: SignerSet): string | undefined => {
  const known = new Set(signers.map((signer) => signer.toLowerCase()));
  const stranger = found.find((signer) => !known.has(signer.toLowerCase()));
  if (stranger !== undefined) return `${stranger === "0x" ? "a broken signature" : stranger} is not of the signer set`;
  const count = new Set(found).size; // a quorum of different signers, in whatever order
  return count >= quorum ? undefined : `${count} signers are fewer than the quorum of ${quorum}`;
};
