import Box from "@mui/material/Box";
import type { Argument } from "./decode.ts";
import { NamedAddress } from "./NamedAddress.tsx";

type ArgumentListProps = { chain: number; args: readonly Argument[] };

/** Arguments as the contract names them: these are code, in every language. */
export const ArgumentList = ({ chain, args }: ArgumentListProps) => (
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
          {isAddress ? <NamedAddress chain={chain} address={text} /> : text}
        </Box>
      </Box>
    ))}
  </Box>
);
