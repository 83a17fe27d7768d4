// Plays sessions, one after the other, and writes down what each left behind.
import type { Candle } from "@aibot/kit/candles";
import type { Receipt } from "../simulation/chain.ts";
import { type Protocol, startProtocol, vaultOf } from "../simulation/protocol.ts";
import { fillFromStock, lotPaying, openIfDue, reportSession, stockKeeper } from "../simulation/session.ts";
import type { MarketData } from "../start/market.ts";
import type { RunModel } from "../start/model.ts";

/** Money in base units. */
export type Session = {
  closedAt: bigint; // unix seconds
  close: bigint; // 1e8
  signal: bigint; // log2Q32 of the volatility forecast
  nav: bigint; // of the deposit's shares, after fees and trading
  weightBps: number; // after trading
  isAuction: boolean;
  traded: bigint; // value of the fill at the oracle price, 0 = none
  cost: bigint; // what the fill gave away against the oracle price; negative: it gained
  gas: bigint;
};

export type Backtest = {
  sessions: Session[];
  deposit: bigint;
  shares: bigint; // minted for it; nobody else enters or leaves
  supply: bigint; // at the end; what exceeds `shares` was minted as fees
};

export type BacktestParams = {
  data: MarketData;
  model: RunModel;
  deposit: bigint; // whole units of the base asset
  costBps: number; // of the keeper's cover: it fills as soon as the auction pays for that
  onSession: (done: number, of: number) => void;
};

export const runBacktest = async ({ data, model, deposit, costBps, onSession }: BacktestParams): Promise<Backtest> => {
  const protocol = await startProtocol({ data, model });
  const assets = deposit * 10n ** BigInt(protocol.vault.base.decimals);
  await stockKeeper(protocol);
  const candles = data.candles.slice(data.first);
  const sessions: Session[] = [];
  let shares = 0n;
  for (const candle of candles) {
    const { signal, report, update, publish } = await reportSession(protocol, candle);
    if (sessions.length === 0) shares = await deposited(protocol, assets);
    const { receipts, ...trade } = await tradeIfDue({ protocol, candle, costBps });

    const gas = [report, update, publish, ...receipts].reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
    const held = await holdings(protocol, shares);
    sessions.push({ closedAt: candle.end, close: candle.close, signal, ...held, ...trade, gas });
    onSession(sessions.length, candles.length);
  }
  // Fee shares that are due but not minted yet would be missing from the supply.
  await protocol.transact(protocol.accounts.keeper.address, { ...vaultOf(protocol), functionName: "accrue" });
  const supply = await supplyOf(protocol);
  await protocol.close();
  return { sessions, deposit: assets, shares, supply };
};

/** Makes the only deposit; returns the shares minted for it. */
const deposited = async (protocol: Protocol, assets: bigint): Promise<bigint> => {
  await protocol.fund(assets);
  return supplyOf(protocol);
};

const supplyOf = ({ chain, vault }: Protocol): Promise<bigint> =>
  chain.client.readContract({ ...vaultOf({ vault }), functionName: "totalSupply" });

type TradeParams = { protocol: Protocol; candle: Candle; costBps: number };
type Trade = Pick<Session, "isAuction" | "traded" | "cost"> & { receipts: Receipt[] };

const tradeIfDue = async ({ protocol, candle, costBps }: TradeParams): Promise<Trade> => {
  const opened = await openIfDue(protocol, candle);
  if (opened === undefined) return { isAuction: false, traded: 0n, cost: 0n, receipts: [] };
  const lot = await lotPaying(protocol, candle, costBps);
  const { receipt, traded, cost } = await fillFromStock(protocol, lot);
  return { isAuction: true, traded, cost, receipts: [opened, receipt] };
};

const holdings = async (protocol: Protocol, shares: bigint): Promise<Pick<Session, "nav" | "weightBps">> => {
  const { client } = protocol.chain;
  const vault = vaultOf(protocol);
  const [nav, weightBps] = await Promise.all([
    client.readContract({ ...vault, functionName: "convertToAssets", args: [shares] }),
    client.readContract({ ...vault, functionName: "weightBps", args: [0n] }),
  ]);
  return { nav, weightBps };
};
