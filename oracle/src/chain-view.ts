// What one chain knows of the market: the newest report, how far PriceBook has taken the candles, and who may report.
import { InputError } from "@aibot/kit/errors";
import { priceBookAbi, signedSourceAbi } from "@aibot/kit/generated/abis";
import { idText } from "@aibot/kit/ids";
import type { Chain } from "@aibot/kit/node/chain";
import type { Hex } from "viem";
import { BaseError, ContractFunctionRevertedError, decodeFunctionResult, encodeFunctionData } from "viem";
import type { SignerSet } from "./membership.ts";

export type ChainState = {
  candleEnd: bigint; // unix seconds; the next candle starts at or after it, 0 = none was ever there
  takenEnd: bigint; // unix seconds; end of the newest candle that PriceBook has taken, seeded ones included
  price: bigint; // newest reported, 1e8 per unit
  observedAt: bigint; // unix seconds, 0 = never reported
};

export type ChainView = {
  chain: Chain;
  market: Hex;
  /** Change of the price that the market wants reported at once; fixed. */
  deviationBps: bigint;
  /** As last read. */
  state: () => ChainState;
  /** As last read, together with the state. */
  signerSet: () => SignerSet;
  /** Reads what has been reported, and who may report. */
  refresh: () => Promise<ChainState>;
  /** Reads how far PriceBook is too. */
  refreshAll: () => Promise<ChainState>;
};

type Reported = { reportedEnd: bigint; price: bigint; observedAt: bigint; signerSet: SignerSet };

const isMarketUnknown = (error: unknown): boolean =>
  error instanceof ContractFunctionRevertedError && error.data?.errorName === "MarketUnknown";

/** Reads the market's state once; an `InputError` when the chain has no such market. */
export const openChainView = async (chain: Chain, market: Hex): Promise<ChainView> => {
  const { client, deployment } = chain;
  const { signedSource, priceBook } = deployment.contracts;

  // All in one call, so that they are of one block: a candle and its price arrive together.
  const reports = [
    ...(["candle", "observation"] as const).map((functionName) =>
      encodeFunctionData({ abi: signedSourceAbi, functionName, args: [market] }),
    ),
    ...(["signers", "quorum"] as const).map((functionName) =>
      encodeFunctionData({ abi: signedSourceAbi, functionName }),
    ),
  ];
  const readReported = async (): Promise<Reported> => {
    const source = { address: signedSource, abi: signedSourceAbi } as const;
    const { result } = await client.simulateContract({ ...source, functionName: "multicall", args: [reports] });
    const [candle = "0x", observation = "0x", signers = "0x", quorum = "0x"] = result;
    const { abi } = source;
    const { end } = decodeFunctionResult({ abi, functionName: "candle", data: candle });
    const [price, observedAt] = decodeFunctionResult({ abi, functionName: "observation", data: observation });
    const signerSet = {
      chainId: chain.id,
      signers: decodeFunctionResult({ abi, functionName: "signers", data: signers }),
      quorum: decodeFunctionResult({ abi, functionName: "quorum", data: quorum }),
    };
    return { reportedEnd: BigInt(end), price, observedAt: BigInt(observedAt), signerSet };
  };

  const readTakenEnd = async (): Promise<bigint> => {
    const state = { address: priceBook, abi: priceBookAbi, functionName: "candleState", args: [market] } as const;
    const { closedAt } = await client.readContract(state).catch((error: unknown) => {
      const isUnknown = error instanceof BaseError && error.walk(isMarketUnknown) !== null;
      if (!isUnknown) throw error;
      throw new InputError(
        `The market "${idText(market)}" is unknown to PriceBook at ${priceBook} on chain ${chain.id}: create it or correct MARKET.`,
      );
    });
    return BigInt(closedAt);
  };

  let takenEnd = await readTakenEnd();
  let reported = await readReported();
  const terms = { address: priceBook, abi: priceBookAbi, functionName: "marketParams", args: [market] } as const;
  const { deviationBps } = await client.readContract(terms);

  // Answers may overtake each other; that to an older question never replaces that to a newer one.
  let asked = 0;
  let answered = 0;
  const refresh = async (): Promise<ChainState> => {
    asked += 1;
    const turn = asked;
    const answer = await readReported();
    if (turn > answered) {
      answered = turn;
      reported = answer;
    }
    return state();
  };

  const state = (): ChainState => {
    const { reportedEnd, price, observedAt } = reported;
    return { candleEnd: reportedEnd > takenEnd ? reportedEnd : takenEnd, takenEnd, price, observedAt };
  };

  return {
    chain,
    market,
    deviationBps: BigInt(deviationBps),
    state,
    signerSet: () => reported.signerSet,
    refresh,
    refreshAll: async () => {
      const [end] = await Promise.all([readTakenEnd(), refresh()]);
      takenEnd = end;
      return state();
    },
  };
};
