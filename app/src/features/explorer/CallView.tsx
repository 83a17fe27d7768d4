import Box from "@mui/material/Box";
import type { Transaction } from "../../data/facts.ts";
import { useText } from "../../messages/text.tsx";
import { ArgumentList } from "./ArgumentList.tsx";
import { callName } from "./call-name.ts";
import type { DecodedCall } from "./decode.ts";
import { RawData } from "./RawData.tsx";
import { useDecoder } from "./use-facts.ts";

const CallBody = ({ chain, call }: { chain: number; call: DecodedCall }) => (
  <>
    <ArgumentList chain={chain} args={call.args} />
    {call.inner.map((inner, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the calls of one transaction never move
      <Box key={index} sx={{ pl: 2, mt: 1, borderLeft: 2, borderColor: "divider" }}>
        <Box sx={{ fontWeight: 600 }}>{inner.name}</Box>
        <CallBody chain={chain} call={inner} />
      </Box>
    ))}
  </>
);

/** What a transaction asks a contract to do. */
export const CallView = ({ chain, transaction }: { chain: number; transaction: Transaction }) => {
  const { m } = useText();
  const decoder = useDecoder();
  const { input } = transaction;
  const call = decoder?.decodeCall(input);
  return (
    <>
      <Box sx={{ fontWeight: 600 }}>{decoder && callName(transaction, call, m.explorer.call)}</Box>
      {call && <CallBody chain={chain} call={call} />}
      {input !== "0x" && <RawData parts={[{ label: "input", text: input }]} />}
    </>
  );
};
