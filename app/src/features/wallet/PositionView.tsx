import { vaultAbi } from "@aibot/kit/generated/abis";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useEffect, useState } from "react";
import { type Address, erc20Abi } from "viem";
import { useConfig, useReadContracts } from "wagmi";
import { useApp } from "../../app-context.tsx";
import { Facts } from "../../components/Facts.tsx";
import type { Vault } from "../../data/vaults.ts";
import { exact, money, quantity } from "../../format.ts";
import type { FoundVault } from "../../links.ts";
import { FlowRunner } from "../flow/FlowRunner.tsx";
import { TransactionButton } from "../flow/TransactionButton.tsx";
import { useChainNow, useHead } from "../network-status/network-status.tsx";
import { worthOf } from "../vault/model.ts";
import { depositAction, redeemAction, tapStep, type VaultActionParams } from "./vault-actions.ts";
import type { WalletConfig } from "./wagmi-config.ts";

type PositionViewProps = { found: FoundVault; vault: Vault; owner: Address };

/** Balances by RPC: they must be the chain's own, and they move with its head. */
const useBalances = ({ found, owner }: PositionViewProps) => {
  const head = useHead(found.chain.id);
  const chainId = found.chain.id;
  const { data, refetch } = useReadContracts({
    allowFailure: false,
    contracts: [
      { address: found.vault.base.token, abi: erc20Abi, functionName: "balanceOf", args: [owner], chainId },
      { address: found.vault.address, abi: vaultAbi, functionName: "balanceOf", args: [owner], chainId },
      { address: found.vault.address, abi: vaultAbi, functionName: "maxRedeem", args: [owner], chainId },
    ],
  });
  useEffect(() => {
    if (head !== undefined) void refetch({ cancelRefetch: false });
  }, [head, refetch]);
  const [cash, shares, payable] = data ?? [];
  return { cash, shares, payable };
};

export const PositionView = (props: PositionViewProps) => {
  const { found, vault, owner } = props;
  const { config } = useApp();
  const wallets = useConfig() as WalletConfig;
  const [open, setOpen] = useState<"deposit" | "redeem" | undefined>(undefined);
  const { cash, shares, payable } = useBalances(props);
  const params: VaultActionParams = { wallets, found, vault, owner };
  const now = useChainNow(found.chain.id);
  const value = shares === undefined ? undefined : worthOf(vault, shares, now);
  const close = () => setOpen(undefined);

  if (open === "deposit" && cash !== undefined) {
    return <FlowRunner key={open} action={depositAction(params, cash)} chain={found.chain.id} onClose={close} />;
  }
  if (open === "redeem" && shares !== undefined && payable !== undefined) {
    return (
      <FlowRunner key={open} action={redeemAction(params, shares, payable)} chain={found.chain.id} onClose={close} />
    );
  }
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      <Facts
        facts={[
          {
            label: "Your shares",
            value: shares === undefined ? undefined : quantity(shares, vault.shareDecimals),
            exact: exact(shares ?? 0n, vault.shareDecimals),
          },
          {
            label: "Worth",
            value: value === undefined ? undefined : money(value, vault.baseDecimals, vault.baseSymbol),
            exact: exact(value ?? 0n, vault.baseDecimals),
          },
          {
            label: "In your wallet",
            value: cash === undefined ? undefined : money(cash, vault.baseDecimals, vault.baseSymbol),
            exact: exact(cash ?? 0n, vault.baseDecimals),
          },
        ]}
      />
      {cash === 0n && config.demoKey !== undefined && <TransactionButton step={tapStep(params)} />}
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 1 }}>
        <Button variant="contained" disabled={cash === undefined || cash === 0n} onClick={() => setOpen("deposit")}>
          Deposit
        </Button>
        <Button variant="outlined" disabled={shares === undefined || shares === 0n} onClick={() => setOpen("redeem")}>
          Redeem
        </Button>
      </Box>
    </Box>
  );
};
