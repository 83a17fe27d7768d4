import Box from "@mui/material/Box";
import { ChainLink } from "../../components/ChainLink.tsx";
import { useText } from "../../messages/text.tsx";
import { nameOf } from "../../names.ts";
import { nameText } from "./name-text.ts";
import { useNames } from "./use-names.ts";

/** An address, and what it is called where that is known. */
export const NamedAddress = ({ chain, address }: { chain: number; address: string }) => {
  const { m } = useText();
  const name = nameOf(useNames(chain), address);
  return (
    <Box component="span" sx={{ display: "inline-flex", flexWrap: "wrap", columnGap: 1, alignItems: "baseline" }}>
      {name && <span>{nameText(name, m.shell.names)}</span>}
      <ChainLink chain={chain} kind="address" value={address.toLowerCase()} />
    </Box>
  );
};
