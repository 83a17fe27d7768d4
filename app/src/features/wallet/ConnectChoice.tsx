import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { type Connector, useConnect, useConnectors } from "wagmi";
import { Notice } from "../../components/Notice.tsx";
import { useWalletText } from "../../messages/wallet-text.ts";
import { isDemo } from "./demo-connector.ts";
import { sentenceOf } from "./refusals.ts";

/** A wallet's own picture; nothing but data, for the page asks no stranger for anything. */
const iconOf = ({ icon }: Connector): string | undefined =>
  icon?.trim().startsWith("data:") ? icon.trim() : undefined;

export const WalletIcon = ({ connector }: { connector: Connector }) => {
  const icon = iconOf(connector);
  return icon === undefined ? null : <img src={icon} alt="" width={20} height={20} style={{ borderRadius: 4 }} />;
};

/** Every wallet of this browser by name and picture, the demo wallet last and marked as such. */
export const ConnectChoice = () => {
  const { w, f } = useWalletText();
  const connectors = useConnectors();
  const { mutate: connect, isPending, variables, error } = useConnect();
  const ordered = [...connectors].sort((a, b) => Number(isDemo(a)) - Number(isDemo(b)));
  const asked = isPending && variables !== undefined ? (variables.connector as Connector) : undefined;
  return (
    <Box component="section" aria-label={w.connect.choose} sx={{ display: "grid", gap: 1 }}>
      {ordered.every(isDemo) && <Notice tone="quiet">{w.connect.none}</Notice>}
      {ordered.map((connector) => (
        <Box key={connector.uid} sx={{ display: "grid", gap: 0.5 }}>
          <Button
            variant={isDemo(connector) ? "outlined" : "contained"}
            disabled={isPending}
            startIcon={<WalletIcon connector={connector} />}
            onClick={() => connect({ connector })}
          >
            {isDemo(connector) ? w.connect.demo : connector.name}
          </Button>
          {isDemo(connector) && <Box sx={{ typography: "body2", color: "text.secondary" }}>{w.connect.demoHint}</Box>}
        </Box>
      ))}
      {asked !== undefined && !isDemo(asked) && (
        <Box role="status" sx={{ typography: "body2", color: "text.secondary" }}>
          {w.connect.waiting(asked.name)}
        </Box>
      )}
      {error !== null && <Notice tone="attention">{sentenceOf(error, w.refusals, f)}</Notice>}
    </Box>
  );
};
