// What every area of the bench starts from: the protocol as deployed, some sessions old, with a deposit and a position.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Candle } from "@aibot/kit/candles";
import { decodeModel, type LinearModel } from "@aibot/kit/models";
import { type Abi, type Address, encodeDeployData, type Hex } from "viem";
import { type Protocol, startProtocol } from "../simulation/protocol.ts";
import { fillFromStock, lotPaying, openIfDue, reportSession, stockKeeper } from "../simulation/session.ts";
import { loadMarket } from "../start/market.ts";
import { minHistory, trainModel } from "../start/model.ts";

const DAY = 86_400;
const DEPOSIT = 1_000_000n; // whole units of the base asset
const COST_BPS = 5;
const SESSIONS = 12; // two laps of the ring of five sessions ahead: no slot of it is new any more

export type World = {
  protocol: Protocol;
  linear: LinearModel; // of the feed
  next: Candle[]; // sessions not yet played
  deposit: bigint; // base units
  /** Deploys one of the contracts that only the bench uses. */
  deploy: (name: string, ...args: unknown[]) => Promise<Address>;
};

export const startWorld = async (): Promise<World> => {
  const data = loadMarket({ data: { kind: "default" }, period: DAY, from: undefined, minHistory: minHistory(DAY) });
  const model = trainModel(data);
  const protocol = await startProtocol({ data, model });
  const deposit = DEPOSIT * 10n ** BigInt(protocol.vault.base.decimals);
  await stockKeeper(protocol);

  const candles = data.candles.slice(data.first);
  for (const [index, candle] of candles.slice(0, SESSIONS).entries()) {
    await reportSession(protocol, candle);
    if (index === 0) await protocol.fund(deposit);
    if ((await openIfDue(protocol, candle)) === undefined) continue;
    await fillFromStock(protocol, await lotPaying(protocol, candle, COST_BPS));
  }
  const deploy = async (name: string, ...args: unknown[]): Promise<Address> => {
    const { abi, bytecode } = artifact(`contracts/bench/${name}.sol/${name}.json`);
    const from = protocol.accounts.deployer.address;
    const receipt = await protocol.chain.send({ from, data: encodeDeployData({ abi, bytecode, args }) });
    if (receipt.contractAddress === null) throw new Error(`${name} was not deployed`);
    return receipt.contractAddress;
  };
  const linear = decodeModel(model.blob);
  if (linear.kind !== "linear") throw new Error(`the feed's model is ${linear.kind}`);
  return { protocol, linear, next: candles.slice(SESSIONS), deposit, deploy };
};

const artifacts = join(import.meta.dirname, "../../artifacts");

const artifact = (path: string): { abi: Abi; bytecode: Hex } => JSON.parse(readFileSync(join(artifacts, path), "utf8"));

/** ABI of a contract that only the bench uses. */
export const benchAbi = (name: string): Abi => artifact(`contracts/bench/${name}.sol/${name}.json`).abi;
