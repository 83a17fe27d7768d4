// One session on the real contracts: nodes report it, anybody updates and publishes, an honest keeper opens and fills.
import { buyPayment, offBps, sellCost } from "@aibot/kit/auction";
import type { Candle } from "@aibot/kit/candles";
import { InputError } from "@aibot/kit/errors";
import { demoTokenAbi, priceBookAbi, signalFeedAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { holdingValue } from "@aibot/kit/vault";
import { erc20Abi, type Log, maxUint256, parseEventLogs } from "viem";
import type { Receipt } from "./chain.ts";
import { type Protocol, vaultOf } from "./protocol.ts";

// Seconds after the end of the session.
const REPORTED = 1n;
const UPDATED = 2n;
const PUBLISHED = 3n;
const OPENED = 60n; // leaves a depositor time before

const logsOf = ({ logs }: Receipt): Log[] => logs as unknown as Log[]; // as the chain gave them, only topics and data are read

export type Reported = { signal: bigint; report: Receipt; update: Receipt; publish: Receipt };

export const reportSession = async (protocol: Protocol, candle: Candle): Promise<Reported> => {
  const { chain, deployment, market, feed, accounts, nodes, transact } = protocol;
  const { signedSource, priceBook, signalFeed } = deployment.contracts;
  const from = accounts.aiNode.address;
  const updating = { address: priceBook, abi: priceBookAbi, functionName: "update", args: [market] };
  const publishing = { address: signalFeed, abi: signalFeedAbi, functionName: "publish", args: [feed] };

  const data = await nodes.encodeSession(candle);
  const report = await chain.send({ from, to: signedSource, data, at: candle.end + REPORTED });
  const update = await transact(from, updating, candle.end + UPDATED);
  const publish = await transact(from, publishing, candle.end + PUBLISHED);

  const [published] = parseEventLogs({ abi: signalFeedAbi, eventName: "SignalPublished", logs: logsOf(publish) });
  if (published === undefined) throw new Error(`The session that ended at ${candle.end} has no signal`);
  return { signal: published.args.value, report, update, publish };
};

const STOCK = 10n ** 12n; // whole units of each token: more than the vault will ever trade

/** Gives the keeper both tokens, so that it trades out of a stock of its own. */
export const stockKeeper = async ({ accounts, vault, position, transact }: Protocol): Promise<void> => {
  const keeper = accounts.keeper.address;
  for (const { token: address, decimals } of [vault.base, position]) {
    const minted = [keeper, STOCK * 10n ** BigInt(decimals)];
    await transact(accounts.deployer.address, { address, abi: demoTokenAbi, functionName: "mint", args: minted });
    const approved = [vault.address, maxUint256];
    await transact(keeper, { address, abi: erc20Abi, functionName: "approve", args: approved });
  }
};

/** Opens the vault's auction if it is due. */
export const openIfDue = async (protocol: Protocol, candle: Candle): Promise<Receipt | undefined> => {
  const { chain, accounts, transact } = protocol;
  const isDue = await chain.client.readContract({ ...vaultOf(protocol), functionName: "isDue", args: [0n] });
  if (!isDue) return undefined;
  const call = { ...vaultOf(protocol), functionName: "open", args: [0n] };
  return transact(accounts.keeper.address, call, candle.end + OPENED);
};

export type Lot = {
  isPurchase: boolean; // the vault buys
  amount: bigint; // token units, all that it takes now
  baseAmount: bigint; // what the filler pays or gets, by the kit's formula
  at: bigint; // unix seconds
};

/** What is left of the open auction at the first second at which it pays for a cover of `costBps`. */
export const lotPaying = async (protocol: Protocol, candle: Candle, costBps: number): Promise<Lot> => {
  const { chain, params, vault, position } = protocol;
  const { auctionLife, fillMaxAge, premiumBps, slippageBps } = params.mandate;
  const life = BigInt(auctionLife);
  const range = BigInt(premiumBps + slippageBps);
  const elapsed = (BigInt(premiumBps + costBps) * life + range - 1n) / range;
  if (elapsed > life || elapsed + OPENED > BigInt(fillMaxAge))
    throw new InputError(
      `A cover of ${costBps} bps costs more than an auction pays while its price counts: choose less.`,
    );

  const read = { ...vaultOf(protocol), args: [0n] } as const;
  const { remaining } = await chain.client.readContract({ ...read, functionName: "openAuction" });
  const [, , amount] = await chain.client.readContract({ ...read, functionName: "quoteFill", args: [0n, 0n] });
  const fill = {
    ...{ amount, price: candle.close, tokenDecimals: position.decimals, baseDecimals: vault.base.decimals },
    offBps: offBps({ elapsed, life, premiumBps, slippageBps }),
  };
  const isPurchase = remaining > 0n;
  const baseAmount = isPurchase ? buyPayment(fill) : sellCost(fill);
  return { isPurchase, amount, baseAmount, at: candle.end + OPENED + elapsed };
};

export type Fill = {
  receipt: Receipt;
  traded: bigint; // value at the oracle price, base units
  cost: bigint; // what the vault gave away against that price; negative: it gained
};

/** Fills `lot` from the keeper's stock; reverts unless the vault asks exactly what the kit says. */
export const fillFromStock = async (protocol: Protocol, lot: Lot): Promise<Fill> => {
  const args = [0n, lot.amount, lot.baseAmount, "0x"];
  const call = { ...vaultOf(protocol), functionName: "fill", args };
  const receipt = await protocol.transact(protocol.accounts.keeper.address, call, lot.at);

  const [filled] = parseEventLogs({ abi: vaultAbi, eventName: "AuctionFilled", logs: logsOf(receipt) });
  if (filled === undefined) throw new Error(`The fill at ${lot.at} left no event`);
  const { tokenDelta, baseDelta, price } = filled.args;
  const amount = tokenDelta < 0n ? -tokenDelta : tokenDelta;
  const { vault, position } = protocol;
  const traded = holdingValue({ amount, price, decimals: position.decimals }, vault.base.decimals);
  return { receipt, traded, cost: lot.isPurchase ? -baseDelta - traded : traded - baseDelta };
};
