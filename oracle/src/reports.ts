// The reports of an outcome, as typed data of each chain's SignedSource: signing them and checking signatures of them.
import { candleReportTypes, priceReportTypes, signedSourceDomain } from "@aibot/kit/typed-data";
import type { Address, Hex } from "viem";
import { hashTypedData } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import type { ReportSignatures } from "./agreement.ts";
import type { Observation } from "./round.ts";
import type { Verify } from "./signatures.ts";

export type ReportTarget = { chainId: number; signedSource: Address };

type ReportHashes = { chainId: number; price: Hex; candle?: Hex };

export type ReportsParams = { market: Hex; targets: ReportTarget[]; account: PrivateKeyAccount; verify: Verify };

const toNumbers = ({ start, end, ...prices }: NonNullable<Observation["candle"]>) => ({
  ...prices,
  start: Number(start), // uint48
  end: Number(end),
});

export const createReports = ({ market, targets, account, verify }: ReportsParams) => {
  const hashesFor = ({ chainId, signedSource }: ReportTarget, outcome: Observation): ReportHashes => {
    const domain = signedSourceDomain(chainId, signedSource);
    const price = hashTypedData({
      domain,
      types: priceReportTypes,
      primaryType: "PriceReport",
      message: { market, price: outcome.price, observedAt: Number(outcome.observedAt) },
    });
    if (outcome.candle === undefined) return { chainId, price };
    const message = { market, ...toNumbers(outcome.candle) };
    const candle = hashTypedData({ domain, types: candleReportTypes, primaryType: "CandleReport", message });
    return { chainId, price, candle };
  };

  // A leader needs the hashes of one outcome for every signer's answer.
  let last: { outcome: Observation; hashes: ReportHashes[] } | undefined;
  const hashesOf = (outcome: Observation): ReportHashes[] => {
    if (last?.outcome !== outcome) last = { outcome, hashes: targets.map((target) => hashesFor(target, outcome)) };
    return last.hashes;
  };

  const sign = (outcome: Observation): Promise<ReportSignatures[]> =>
    Promise.all(
      hashesOf(outcome).map(async ({ chainId, price, candle }) => {
        const signed = { chainId, price: await account.sign({ hash: price }) };
        return candle === undefined ? signed : { ...signed, candle: await account.sign({ hash: candle }) };
      }),
    );

  const isSignedBy = (signer: Address, outcome: Observation, reports: ReportSignatures[]): boolean =>
    reports.length === targets.length &&
    hashesOf(outcome).every(({ chainId, price, candle }) => {
      const given = reports.find((report) => report.chainId === chainId);
      if (given === undefined || !verify(signer, price, given.price)) return false;
      if (candle === undefined) return given.candle === undefined;
      return given.candle !== undefined && verify(signer, candle, given.candle);
    });

  return { sign, isSignedBy };
};

export type Reports = ReturnType<typeof createReports>;
