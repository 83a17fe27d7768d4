import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router";
import { ChangeText } from "../../components/ChangeText.tsx";
import { Marked } from "../../components/Marked.tsx";
import type { Vault, VaultPast } from "../../data/vaults.ts";
import { exact, type Format } from "../../format.ts";
import { signalPath, vaultPath } from "../../links.ts";
import type { Messages } from "../../messages/text.tsx";
import { sinceStart } from "./model.ts";
import { Sparkline } from "./Sparkline.tsx";
import { StateChip } from "./StateChip.tsx";
import { heldVolatility, heldWindow } from "./volatility.ts";

const SECONDS_A_DAY = 86_400n;

export type VaultCellKey = keyof Messages["vault"]["list"]["columns"];
export type VaultCells = Record<VaultCellKey, ReactNode>;

export type VaultCellsParams = { vault: Vault; past: VaultPast | undefined; m: Messages; f: Format };

const heldOf = (vault: Vault, past: VaultPast | undefined): number | undefined => {
  const [position] = vault.positions;
  const startAt = vault.startAt;
  if (position === undefined || past === undefined || startAt === null) return undefined;
  const closes = past.points.filter(({ timestamp }) => timestamp >= startAt).map(({ navPerShare }) => navPerShare);
  return heldVolatility(closes.reverse(), heldWindow(position.feed.horizon), position.market.periodsPerYear);
};

/** The days since the first deposit. */
const daysOf = ({ startAt }: Vault, past: VaultPast | undefined): VaultPast["days"] | undefined =>
  startAt === null ? [] : past?.days.filter(({ day }) => BigInt(day) >= startAt / SECONDS_A_DAY);

const Volatility = ({ vault, past, m, f }: VaultCellsParams) => {
  const held = heldOf(vault, past);
  const window = heldWindow(vault.positions[0]?.feed.horizon ?? 0);
  const { heldOver, tooShort } = m.vault.list;
  return (
    <span title={held === undefined ? tooShort(window) : heldOver(window)}>
      {held === undefined ? "–" : f.percent(held)} / {f.percent(vault.mandate.targetVolBps)}
    </span>
  );
};

/** What a row and a card of the list both say about a vault. */
export const vaultCells = (params: VaultCellsParams): VaultCells => {
  const { vault, past, f } = params;
  const { navPerShare, baseDecimals, baseSymbol, nav, chain, positions } = vault;
  const growth = sinceStart(vault);
  return {
    vault: (
      <>
        <Link
          component={RouterLink}
          to={vaultPath(chain, vault.address)}
          sx={{ fontWeight: 600, display: "block", py: 0.5 }}
        >
          {vault.name}
        </Link>
        <StateChip vault={vault} />
      </>
    ),
    navPerShare: (
      <span title={exact(navPerShare, baseDecimals)}>
        <Marked value={f.fixed(navPerShare, baseDecimals, 4)} />
        {growth && (
          <Box component="span" sx={{ display: "block" }}>
            <ChangeText change={growth} />
          </Box>
        )}
      </span>
    ),
    past: <Sparkline days={daysOf(vault, past)} decimals={baseDecimals} />,
    volatility: <Volatility {...params} />,
    assets: (
      <span title={exact(nav, baseDecimals)}>
        <Marked value={f.money(nav, baseDecimals, baseSymbol)} />
      </span>
    ),
    forecast: positions.map(({ index, feed }) => (
      <div key={index}>
        {feed.latest === null ? (
          "–"
        ) : (
          <Link component={RouterLink} to={signalPath(chain, feed.feed)}>
            {f.percent(feed.latest.volatilityBps)}
          </Link>
        )}
      </div>
    )),
    weight: positions.map(({ index, weightBps, symbol }) => (
      <div key={index}>{`${f.percent(weightBps)} ${symbol}`}</div>
    )),
  };
};
