import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import { useState } from "react";
import { useText } from "../messages/text.tsx";
import { target } from "../tokens.ts";

const SHOWN_MS = 1200;

type CopyButtonProps = { value: string; noun: string };

/** Copies a value in full and says so. */
export const CopyButton = ({ value, noun }: CopyButtonProps) => {
  const { m } = useText();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <>
      <ButtonBase
        onClick={() => void copy()}
        title={m.shell.copy(noun, value)}
        aria-label={m.shell.copy(noun, value)}
        sx={{
          width: target.least,
          height: target.least,
          borderRadius: 0.5,
          color: "text.secondary",
          "&:hover": { color: "text.primary" },
        }}
      >
        <Box component="svg" aria-hidden viewBox="0 0 12 12" sx={{ width: 12, height: 12, fill: "none" }}>
          <path d="M4 4h6.5v6.5H4zM2 8H1.5V1.5H8V2" stroke="currentColor" strokeWidth="1.2" />
        </Box>
      </ButtonBase>
      <Box component="span" role="status" sx={{ color: "text.secondary" }}>
        {isCopied ? ` ${m.shell.copied}` : ""}
      </Box>
    </>
  );
};
