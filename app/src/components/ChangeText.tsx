import Box from "@mui/material/Box";
import type { Change } from "../format.ts";
import { useText } from "../messages/text.tsx";
import { Sign } from "./Sign.tsx";

const COLOR = { up: "success.main", down: "error.main", flat: "text.secondary" } as const;

/** A gain or a loss: sign and arrow say what the colour says. */
export const ChangeText = ({ change }: { change: Change }) => {
  const { f } = useText();
  return (
    <Box component="span" sx={{ color: COLOR[change.direction], whiteSpace: "nowrap" }}>
      <Sign shape={change.direction} />
      {f.signed(change)}
    </Box>
  );
};
