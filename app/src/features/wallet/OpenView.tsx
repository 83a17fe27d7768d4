import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import type { ReactNode } from "react";
import { ChainLink } from "../../components/ChainLink.tsx";
import { utcTime } from "../../format.ts";
import { amountsText } from "./actions/in-kind.ts";
import { assetsOf, type Context, writingOf } from "./actions/shared.ts";
import type { OwnRequest } from "./own-data.ts";
import { useCancellable } from "./use-cancellable.ts";

type RowProps = { title: string; hint?: ReactNode; link?: ReactNode; action?: ReactNode };

const Row = ({ title, hint, link, action }: RowProps) => (
  <Box
    component="li"
    sx={{
      display: "flex",
      flexWrap: "wrap",
      gap: 1,
      alignItems: "center",
      borderTop: 1,
      borderColor: "divider",
      pt: 1,
    }}
  >
    <Box sx={{ flex: "1 1 160px", minWidth: 0 }}>
      {title} {link}
      {hint !== undefined && <Box sx={{ typography: "body2", color: "text.secondary" }}>{hint}</Box>}
    </Box>
    {action}
  </Box>
);

type RequestRowProps = { context: Context; request: OwnRequest; onOpen: (action: string) => void };

const RequestRow = ({ context, request, onOpen }: RequestRowProps) => {
  const { w, found } = context;
  const { shares } = writingOf(context);
  const cancellable = useCancellable(context, request.number);
  const { pending, shares: asked, number, tx } = request;
  return (
    <Row
      title={pending === asked ? w.open.request(shares(asked)) : w.open.requestPart(shares(pending), shares(asked))}
      link={<ChainLink chain={found.chain.id} kind="transaction" value={tx} />}
      hint={
        <>
          {w.open.waits} {cancellable.kind === "from" && w.open.binding(utcTime(cancellable.at))}
        </>
      }
      action={
        cancellable.kind === "now" && (
          <Button variant="outlined" size="small" onClick={() => onOpen(`cancel:${number}`)}>
            {w.open.takeBack}
          </Button>
        )
      }
    />
  );
};

type OpenViewProps = {
  context: Context;
  requests: readonly OwnRequest[];
  claims: readonly bigint[];
  onOpen: (action: string) => void;
};

/** What waits for its owner: requests that are not paid yet, and what may be claimed. */
export const OpenView = ({ context, requests, claims, onOpen }: OpenViewProps) => {
  const { w } = context;
  const waiting = requests.filter(({ state }) => state === "pending");
  if (waiting.length === 0 && claims.every((amount) => amount === 0n)) return null;
  return (
    <Box component="section" aria-label={w.open.title} sx={{ display: "grid", gap: 1 }}>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 1 }}>
        {assetsOf(context).map(({ token, symbol }, index) => {
          const amount = claims[index] ?? 0n;
          if (amount === 0n) return null;
          const only = claims.map((_, other) => (other === index ? amount : 0n));
          return (
            <Row
              key={token}
              title={w.open.claim(amountsText(context, only))}
              action={
                <Button variant="outlined" size="small" onClick={() => onOpen(`claim:${index}`)}>
                  {w.open.claimNow(symbol)}
                </Button>
              }
            />
          );
        })}
        {waiting.map((request) => (
          <RequestRow key={request.id} context={context} request={request} onOpen={onOpen} />
        ))}
      </Box>
    </Box>
  );
};
