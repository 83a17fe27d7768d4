import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import type { ReactNode } from "react";
import { useText } from "../messages/text.tsx";
import { readSentence } from "./read-sentence.ts";

type NoticeProps = { tone: "quiet" | "attention" | "alarm"; children: ReactNode; action?: ReactNode };

const EDGE = { quiet: "divider", attention: "primary.main", alarm: "error.main" } as const;

/** One sentence that needs a reader, and what they can do about it. */
export const Notice = ({ tone, children, action }: NoticeProps) => (
  <Box
    role={tone === "alarm" ? "alert" : "status"}
    sx={{
      display: "flex",
      flexWrap: "wrap",
      gap: 2,
      alignItems: "center",
      p: 1.5,
      border: 1,
      borderLeft: 4,
      borderColor: EDGE[tone],
      borderRadius: 1,
      bgcolor: "background.paper",
      overflowWrap: "anywhere",
    }}
  >
    <Box sx={{ flex: "1 1 200px", minWidth: 0 }}>{children}</Box>
    {action}
  </Box>
);

/** An alarm that a reader may answer by trying again. */
export const RetryNotice = ({ retry, children }: { retry: () => void; children: ReactNode }) => {
  const { m } = useText();
  return (
    <Notice
      tone="alarm"
      action={
        <Button variant="outlined" onClick={retry}>
          {m.shell.tryAgain}
        </Button>
      }
    >
      {children}
    </Notice>
  );
};

/** Something could not be read and nothing older is known. */
export const ErrorNotice = ({ error, retry }: { error: Error; retry: () => void }) => {
  const { m } = useText();
  return <RetryNotice retry={retry}>{navigator.onLine ? readSentence(m, error) : m.shell.neverSeen}</RetryNotice>;
};
