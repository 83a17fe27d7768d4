import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import { useEffect, useState } from "react";
import type { Address } from "viem";
import { useConfig } from "wagmi";
import { useApp } from "../../app-context.tsx";
import { Facts } from "../../components/Facts.tsx";
import { Notice } from "../../components/Notice.tsx";
import type { Vault } from "../../data/vaults.ts";
import { exact } from "../../format.ts";
import type { FoundVault } from "../../links.ts";
import { useWalletText } from "../../messages/wallet-text.ts";
import { FlowRunner } from "../flow/FlowRunner.tsx";
import { TransactionButton } from "../flow/TransactionButton.tsx";
import { usePending } from "../flow/use-pending.ts";
import { useChainNow } from "../network-status/network-status.tsx";
import { worthOf } from "../vault/model.ts";
import { useLimits } from "../vault/use-mandate.ts";
import { actionOf } from "./actions/action-of.ts";
import { type Balances, type Context, writingOf } from "./actions/shared.ts";
import { tapStep } from "./actions/tap.ts";
import { type Doors, doorsOf } from "./doors.ts";
import { HistoryView } from "./HistoryView.tsx";
import { OpenView } from "./OpenView.tsx";
import { useBalances } from "./use-balances.ts";
import { useOwn } from "./use-own.ts";
import type { WalletConfig } from "./wagmi-config.ts";

type PositionViewProps = { found: FoundVault; vault: Vault; owner: Address };

const useDoors = ({ found, vault }: PositionViewProps): Doors => {
  const { config } = useApp();
  const { data: limits } = useLimits(found, vault);
  const now = useChainNow(found.chain.id);
  return doorsOf({ vault, now, entryMaxAge: limits?.entryMaxAge, isReplay: config.replay !== undefined });
};

type HeldProps = { context: Context; balances: Balances | undefined; now: bigint | undefined };

const Held = ({ context, balances, now }: HeldProps) => {
  const { vault, w } = context;
  const { cash, shares } = writingOf(context);
  const value = balances && worthOf(vault, balances.shares, now);
  return (
    <Facts
      facts={[
        {
          label: w.you.shares,
          value: balances && shares(balances.shares),
          exact: exact(balances?.shares ?? 0n, vault.shareDecimals),
        },
        {
          label: w.you.worth,
          value: value === undefined ? undefined : cash(value),
          exact: exact(value ?? 0n, vault.baseDecimals),
        },
        {
          label: w.you.cash,
          value: balances && cash(balances.cash),
          exact: exact(balances?.cash ?? 0n, vault.baseDecimals),
        },
      ]}
    />
  );
};

type DoorsViewProps = {
  context: Context;
  doors: Doors;
  balances: Balances | undefined;
  last: string | undefined; // the action that was open before: the keyboard comes back to it
  onOpen: (action: string) => void;
};

/** What stays shut, in a sentence, and a button for each door that is open. */
const DoorsView = ({ context, doors, balances, last, onOpen }: DoorsViewProps) => {
  const { found, vault, w, f } = context;
  const { data: limits } = useLimits(found, vault);
  const isShut = doors.kind !== "open";
  const [hasCash, hasShares] = [(balances?.cash ?? 0n) > 0n, (balances?.shares ?? 0n) > 0n];
  const button = (kind: string, label: string, isEnabled: boolean, variant: "contained" | "outlined") => (
    <Button variant={variant} disabled={!isEnabled} autoFocus={kind === last} onClick={() => onOpen(kind)}>
      {label}
    </Button>
  );
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      {doors.kind === "halted" && <Notice tone="quiet">{w.you.halted(doors.market)}</Notice>}
      {doors.kind === "stale" && (
        <Notice tone="quiet">{w.you.stale(f.duration(BigInt(limits?.entryMaxAge ?? 0)))}</Notice>
      )}
      {doors.kind === "open" && doors.isPaused && <Notice tone="quiet">{w.you.paused}</Notice>}
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 1 }}>
        {doors.kind === "open" && button("deposit", w.deposit.verb, hasCash && !doors.isPaused, "contained")}
        {doors.kind === "open" && button("redeem", w.redeem.verb, hasShares, "outlined")}
        {isShut && button("inKind", w.inKind.verb, hasShares, "contained")}
        {(isShut || hasShares) && button("request", w.request.verb, hasShares, "outlined")}
        {!isShut && hasShares && button("inKind", w.inKind.verb, hasShares, "outlined")}
      </Box>
    </Box>
  );
};

/** The visitor's own part of a vault, or the one action that is at work on it. */
export const PositionView = (props: PositionViewProps) => {
  const { found, vault, owner } = props;
  const { config } = useApp();
  const { w, f } = useWalletText();
  const wallets = useConfig() as WalletConfig;
  const context: Context = { wallets, found, vault, owner, w, f };
  const place = { chain: found.chain.id, vault: found.vault.address, owner };
  const balances = useBalances(context);
  const { data: own, error } = useOwn(found, owner);
  const doors = useDoors(props);
  const now = useChainNow(found.chain.id);

  // What a reload or another tab has begun comes first.
  const pending = usePending(place);
  const [open, setOpen] = useState<string | undefined>(pending?.action);
  const [last, setLast] = useState<string | undefined>(undefined);
  const close = () => {
    setLast(open);
    setOpen(undefined);
  };
  useEffect(() => {
    if (pending !== undefined) setOpen((already) => already ?? pending.action);
  }, [pending]);

  if (open !== undefined && balances === undefined) return <Skeleton variant="rectangular" height={160} />;
  const action = open && balances && actionOf(open, context, balances, own?.requests ?? []);
  if (action !== undefined && action !== "") {
    return <FlowRunner key={action.kind} action={action} place={place} onClose={close} />;
  }
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      <Held context={context} balances={balances} now={now} />
      {balances?.cash === 0n && config.demoKey !== undefined && (
        <TransactionButton
          label={w.you.tap(vault.baseSymbol)}
          step={tapStep(context)}
          verify={() => w.you.tapped(vault.baseSymbol)}
          place={place}
        />
      )}
      <DoorsView context={context} doors={doors} balances={balances} last={last} onOpen={setOpen} />
      {balances !== undefined && (
        <OpenView context={context} requests={own?.requests ?? []} claims={balances.claims} onOpen={setOpen} />
      )}
      {own !== undefined && <HistoryView context={context} own={own} now={now} />}
      {own === undefined && error !== null && (
        <Box sx={{ typography: "body2", color: "text.secondary" }}>{w.history.unavailable}</Box>
      )}
    </Box>
  );
};
