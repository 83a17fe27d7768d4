import Box from "@mui/material/Box";
import { useText } from "../../messages/text.tsx";

type RawDataProps = { parts: readonly { label: string; text: string }[] };

/** Everything as the chain has it, for whoever wants to check. */
export const RawData = ({ parts }: RawDataProps) => {
  const { m } = useText();
  return (
    <Box component="details" sx={{ typography: "body2", mt: 1 }}>
      <Box component="summary" sx={{ color: "text.secondary", cursor: "pointer", width: "fit-content" }}>
        {m.explorer.transaction.raw}
      </Box>
      {parts.map(({ label, text }) => (
        <Box key={label} sx={{ mt: 0.5, overflowWrap: "anywhere", fontFamily: "monospace" }}>
          <Box component="span" sx={{ color: "text.secondary" }}>
            {label}{" "}
          </Box>
          {text}
        </Box>
      ))}
    </Box>
  );
};
