// What it costs to bring a price to the chain, beside the cheapest transaction that everybody knows.
import { priceBookAbi, signedSourceAbi } from "@aibot/kit/generated/abis";
import { erc20Abi, type Hex, keccak256, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { createNodes } from "../simulation/nodes.ts";
import { executedGas, figure, type Line } from "./line.ts";
import type { World } from "./world.ts";

const SIGNERS = [4, 5, 7];

export const measurePrices = async ({ protocol, next }: World): Promise<Line[]> => {
  const { chain, deployment, market, accounts, vault, transact } = protocol;
  const { signedSource, priceBook } = deployment.contracts;
  const from = accounts.aiNode.address;
  const [candle] = next;
  if (candle === undefined) throw new Error("no session is left to report");

  const keys = Array.from({ length: Math.max(...SIGNERS) }, (_, k) => keccak256(toHex(`signer ${k}`)));
  const signers = keys.map((key) => privateKeyToAccount(key).address).toSorted(byNumber);
  const set = { address: signedSource, abi: signedSourceAbi, functionName: "setSigners", args: [signers, 4] };
  await transact(accounts.deployer.address, set);

  // In the order of the addresses it does not matter which sign.
  const reports: { whole: number; executed: number }[] = [];
  for (const [position, count] of SIGNERS.entries()) {
    const nodes = createNodes({ chainId: deployment.chainId, signedSource, market, keys: keys.slice(0, count) });
    const observedAt = candle.start + BigInt(3_600 * (position + 1));
    const data = await nodes.encodePrice(candle.open, observedAt);
    const { gasUsed } = await chain.send({ from, to: signedSource, data, at: observedAt + 1n });
    reports.push({ whole: Number(gasUsed), executed: executedGas(gasUsed, data) });
  }
  const update = { address: priceBook, abi: priceBookAbi, functionName: "update", args: [market] };
  const updated = await transact(from, update);
  const transfer = { address: vault.base.token, abi: erc20Abi, functionName: "transfer", args: [from, 1n] };
  await transact(accounts.keeper.address, transfer); // the receiver has some from now on
  const transferred = Number((await transact(accounts.keeper.address, transfer)).gasUsed);

  const [four, five, seven] = reports;
  if (four === undefined || five === undefined || seven === undefined) throw new Error("a report is missing");
  const peer = { name: "ERC-20 transfer", value: transferred };
  return [
    figure({ name: "erc20.transfer.gas", value: transferred }),
    figure({ name: "price.report.gas", value: four.whole, peer }),
    figure({ name: "price.report.5.gas", value: five.whole, peer }),
    figure({ name: "price.report.7.gas", value: seven.whole, peer }),
    figure({ name: "price.report.signer.gas", value: Math.round((seven.whole - four.whole) / 3) }),
    figure({ name: "price.report.core.gas", value: four.executed }),
    figure({ name: "price.update.gas", value: Number(updated.gasUsed), peer }),
  ];
};

const byNumber = (a: Hex, b: Hex): number => (BigInt(a) < BigInt(b) ? -1 : 1);
