import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { memo } from "react";
import { ChainLink } from "../../components/ChainLink.tsx";
import { Panel } from "../../components/Panel.tsx";
import type { Role, RoleHolder } from "../../data/role-reads.ts";
import type { FoundVault } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { useRoleHolders } from "./use-mandate.ts";

const ROLES: readonly Role[] = ["curator", "loosener", "guardian", "governor"];

const ROW = {
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "96px 280px minmax(0, 1fr)" },
  columnGap: 2,
  rowGap: 0.25,
  py: 1,
  borderTop: 1,
  borderColor: "divider",
  typography: "body2",
} as const;

type HoldersProps = { found: FoundVault; holders: readonly RoleHolder[] | undefined };

/** Who has a role, and how long what they want waits in public. */
const Holders = ({ found, holders }: HoldersProps) => {
  const { m, f } = useText();
  const text = m.vault.trust;
  if (holders === undefined) return <Skeleton width={160} />;
  if (holders.length === 0) return text.nobody;
  return holders.map(({ account, delay }) => (
    <Box key={account}>
      <ChainLink chain={found.chain.id} kind="address" value={account} /> ·{" "}
      {delay === 0 ? text.atOnce : text.after(f.duration(BigInt(delay)))}
    </Box>
  ));
};

/** Who holds which role, how long each waits, and what nobody can do. */
export const TrustPanel = memo(({ found }: { found: FoundVault }) => {
  const text = useText().m.vault.trust;
  const { data, error } = useRoleHolders(found);
  return (
    <Panel title={text.title}>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {ROLES.map((role) => (
          <Box component="li" key={role} sx={ROW}>
            <Box sx={{ fontWeight: 600 }}>{text.roles[role].name}</Box>
            <Box>
              {error === null ? (
                <Holders found={found} holders={data?.filter((holder) => holder.role === role)} />
              ) : (
                text.unread
              )}
            </Box>
            <Box>{text.roles[role].may}</Box>
          </Box>
        ))}
      </Box>
      <Box sx={{ pt: 1, borderTop: 1, borderColor: "divider", color: "text.secondary", typography: "body2" }}>
        {text.note}
      </Box>
    </Panel>
  );
});
