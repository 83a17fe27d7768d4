import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import { Link as RouterLink } from "react-router";
import type { ChainConfig } from "../../config.ts";
import type { Log } from "../../data/facts.ts";
import { Rich } from "../../messages/Rich.tsx";
import { useText } from "../../messages/text.tsx";
import { ArgumentList } from "./ArgumentList.tsx";
import type { EventWords } from "./event-words.ts";
import { NamedAddress } from "./NamedAddress.tsx";
import { RawData } from "./RawData.tsx";
import { useDecoder } from "./use-facts.ts";

const ITEM = { px: 2, py: 1, borderTop: 1, borderColor: "divider", overflowWrap: "anywhere" } as const;

const Words = ({ chain, words: { text, addresses, page } }: { chain: number; words: EventWords }) => {
  const links = Object.entries(addresses).map(([key, value]) => [
    key,
    <NamedAddress key={key} chain={chain} address={value} />,
  ]);
  return (
    <Box component="p" sx={{ m: 0 }}>
      <Rich text={text} values={Object.fromEntries(links)} />
      {page && (
        <>
          {" · "}
          <Link component={RouterLink} to={page.path}>
            {page.title}
          </Link>
        </>
      )}
    </Box>
  );
};

const EventItem = ({ chain, log }: { chain: ChainConfig; log: Log }) => {
  const { m, f } = useText();
  const decoder = useDecoder();
  if (decoder === undefined) return <Skeleton height={40} />;
  const event = decoder.decodeEvent(log);
  const words = event && decoder.eventWords(event, { chain, t: m.explorer, f });
  const raw = [
    ...log.topics.map((text, index) => ({ label: `topic ${index}`, text })),
    { label: "data", text: log.data },
  ];
  return (
    <Box component="li" sx={ITEM}>
      {words && <Words chain={chain.id} words={words} />}
      {event === undefined && m.explorer.transaction.strange}
      <Box component="details" sx={{ typography: "body2" }}>
        <Box component="summary" sx={{ color: "text.secondary", cursor: "pointer", width: "fit-content" }}>
          {event?.name ?? log.topics[0]?.slice(0, 10)} {m.explorer.transaction.at}{" "}
          <NamedAddress chain={chain.id} address={log.address} />
        </Box>
        {event && <ArgumentList chain={chain.id} args={event.args} />}
        <RawData parts={raw} />
      </Box>
    </Box>
  );
};

/** What a transaction changed, in the order it did. */
export const EventList = ({ chain, logs }: { chain: ChainConfig; logs: readonly Log[] }) => {
  const { m } = useText();
  if (logs.length === 0)
    return <Box sx={{ px: 2, pb: 2, color: "text.secondary" }}>{m.explorer.transaction.noEvents}</Box>;
  return (
    <Box component="ol" sx={{ listStyle: "none", m: 0, p: 0 }}>
      {logs.map((log, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the logs of one transaction never move
        <EventItem key={index} chain={chain} log={log} />
      ))}
    </Box>
  );
};
