// Entering and leaving, beside OpenZeppelin's plain ERC-4626 on the same token in the same state.
import { demoTokenAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { type Abi, type Address, erc20Abi, erc4626Abi, maxUint256 } from "viem";
import { reportSession } from "../simulation/session.ts";
import { figure, type Line } from "./line.ts";
import type { World } from "./world.ts";

type Step = { name: string; from: Address; functionName: string; args: unknown[] };

export const measureVault = async (world: World): Promise<Line[]> => {
  const { protocol, next, deposit, deploy } = world;
  const { accounts, vault, transact } = protocol;
  const [candle] = next;
  if (candle === undefined) throw new Error("no session is left to report");
  const holder = accounts.treasury.address;
  const newcomer = accounts.wallet.address;
  const plain = await deploy("PlainVault", vault.base.token);

  // Both vaults have one holder and more of the token than what is about to leave.
  const small = deposit / 1000n;
  for (const owner of [holder, newcomer]) {
    const mint = { address: vault.base.token, abi: demoTokenAbi, functionName: "mint", args: [owner, deposit] };
    await transact(accounts.deployer.address, mint);
    for (const spender of [vault.address, plain]) {
      const approve = {
        address: vault.base.token,
        abi: erc20Abi,
        functionName: "approve",
        args: [spender, maxUint256],
      };
      await transact(owner, approve);
    }
  }
  await transact(holder, { address: plain, abi: erc4626Abi as Abi, functionName: "deposit", args: [small, holder] });
  await reportSession(protocol, candle); // entry wants a fresh price

  const steps: Step[] = [
    { name: "vault.deposit.gas", from: holder, functionName: "deposit", args: [small, holder] },
    { name: "vault.deposit.first.gas", from: newcomer, functionName: "deposit", args: [small, newcomer] },
    { name: "vault.withdraw.gas", from: holder, functionName: "withdraw", args: [small / 2n, holder, holder] },
  ];
  const lines: Line[] = [];
  for (const { name, from, functionName, args } of steps) {
    const ours = await transact(from, { address: vault.address, abi: vaultAbi, functionName, args });
    const theirs = await transact(from, { address: plain, abi: erc4626Abi as Abi, functionName, args });
    const peer = { name: "OpenZeppelin ERC4626", value: Number(theirs.gasUsed) };
    lines.push(figure({ name, value: Number(ours.gasUsed), peer }));
  }
  return [...lines, await measureExitInKind(world)];
};

const measureExitInKind = async ({ protocol }: World): Promise<Line> => {
  const { chain, accounts, vault, transact } = protocol;
  const owner = accounts.treasury.address;
  const ofVault = { address: vault.address, abi: vaultAbi } as const;
  const shares = await chain.client.readContract({ ...ofVault, functionName: "balanceOf", args: [owner] });
  const exit = { ...ofVault, functionName: "exitInKind", args: [shares / 100n, owner, owner] };
  await transact(owner, exit); // the first of it gives the owner a balance of the position's token
  return figure({ name: "vault.exit_in_kind.gas", value: Number((await transact(owner, exit)).gasUsed) });
};
