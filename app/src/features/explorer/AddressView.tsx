import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import { Link as RouterLink } from "react-router";
import { type Fact, Facts } from "../../components/Facts.tsx";
import { HALVES } from "../../components/layout.ts";
import { Panel } from "../../components/Panel.tsx";
import type { ChainConfig } from "../../config.ts";
import type { Account } from "../../data/facts.ts";
import { exact, withUnit } from "../../format.ts";
import { vaultPath } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { nameOf } from "../../names.ts";
import { ActivityList } from "./ActivityList.tsx";
import { NodeFault } from "./NodeFault.tsx";
import { nameText } from "./name-text.ts";
import { COIN } from "./TransactionView.tsx";
import { useAccount, useAddressActivity, useBalances } from "./use-facts.ts";
import { useNames } from "./use-names.ts";

type AddressProps = { chain: ChainConfig; address: string };

const Identity = ({ chain, address, account }: AddressProps & { account: Account | undefined }) => {
  const { m, f } = useText();
  const t = m.explorer.address;
  const name = nameOf(useNames(chain.id), address);
  const known = name && nameText(name, m.shell.names);
  const nature = account && (account.codeBytes === 0 ? t.wallet : t.contract(f.count(account.codeBytes)));
  const facts: Fact[] = [
    { label: t.what, value: known ?? nature },
    { label: t.code, value: account && (account.codeBytes === 0 ? t.noCode : t.bytes(f.count(account.codeBytes))) },
    {
      label: t.coin,
      value: account && withUnit(f.quantity(account.coin, COIN.decimals), COIN.symbol),
      exact: account && exact(account.coin, COIN.decimals),
    },
    { label: t.sent, value: account && f.count(account.sent) },
  ];
  return (
    <Panel
      title={m.explorer.kinds.address}
      aside={
        name?.kind === "vault" && (
          <Link component={RouterLink} to={vaultPath(chain.id, name.address)}>
            {t.open(name.name)}
          </Link>
        )
      }
    >
      <Facts facts={facts} />
    </Panel>
  );
};

const Holdings = ({ chain, address }: AddressProps) => {
  const { m, f } = useText();
  const t = m.explorer.address;
  const balances = useBalances(chain, address);
  const { data: activity } = useAddressActivity(chain, address);
  const isKnown = balances.every(({ amount }) => amount !== undefined);
  const facts: Fact[] = [
    ...balances.flatMap(({ symbol, decimals, amount }): Fact[] =>
      amount === undefined || amount === 0n
        ? []
        : [{ label: symbol, value: withUnit(f.quantity(amount, decimals), symbol), exact: exact(amount, decimals) }],
    ),
    ...(activity?.holdings ?? []).flatMap(({ shares, vault }): Fact[] =>
      shares === 0n
        ? []
        : [
            {
              label: vault.symbol,
              value: (
                <Link component={RouterLink} to={vaultPath(chain.id, vault.address)}>
                  {m.explorer.shares(f.quantity(shares, vault.shareDecimals))}
                </Link>
              ),
              exact: exact(shares, vault.shareDecimals),
            },
          ],
    ),
  ];
  return (
    <Panel title={t.holds}>
      {facts.length > 0 ? (
        <Facts facts={facts} />
      ) : isKnown ? (
        <Box sx={{ color: "text.secondary" }}>{t.none}</Box>
      ) : (
        <Skeleton height={48} />
      )}
    </Panel>
  );
};

/** Who an address is, what it holds, and what it did with the vaults. */
export const AddressView = ({ chain, address }: AddressProps) => {
  const { data: account, error, refetch } = useAccount(chain, address);
  const isVault = nameOf(useNames(chain.id), address)?.kind === "vault"; // whose activity has a page of its own
  return (
    <>
      {error !== null && account === undefined ? (
        <NodeFault chain={chain.id} error={error} retry={() => void refetch()} />
      ) : (
        <Box sx={HALVES}>
          <Identity chain={chain} address={address} account={account} />
          <Holdings chain={chain} address={address} />
        </Box>
      )}
      {!isVault && <ActivityList chain={chain} address={address} />}
    </>
  );
};
