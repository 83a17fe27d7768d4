import Box from "@mui/material/Box";
import { shortHex } from "../../format.ts";
import { useText } from "../../messages/text.tsx";
import type { Argument } from "./decode.ts";
import { NamedAddress } from "./NamedAddress.tsx";

const WORD = 66; // characters of 32 bytes; what is longer is for programs, and among the raw data

type ArgumentListProps = { chain: number; args: readonly Argument[] };

/** Arguments as the contract names them: these are code, in every language. */
export const ArgumentList = ({ chain, args }: ArgumentListProps) => {
  const { m, f } = useText();
  const shown = (text: string) =>
    /^0x[0-9a-f]+$/i.test(text) && text.length > WORD
      ? `${shortHex(text)} · ${m.explorer.address.bytes(f.count((text.length - 2) / 2))}`
      : text;
  return (
    <Box
      component="dl"
      sx={{ m: 0, display: "grid", gridTemplateColumns: "auto minmax(0, 1fr)", columnGap: 2, typography: "body2" }}
    >
      {args.map(({ name, text, isAddress }) => (
        <Box key={name} sx={{ display: "contents" }}>
          <Box component="dt" sx={{ color: "text.secondary" }}>
            {name}
          </Box>
          <Box component="dd" sx={{ m: 0, overflowWrap: "anywhere" }}>
            {isAddress ? <NamedAddress chain={chain} address={text} /> : shown(text)}
          </Box>
        </Box>
      ))}
    </Box>
  );
};
