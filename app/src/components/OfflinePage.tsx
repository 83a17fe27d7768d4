import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useText } from "../messages/text.tsx";
import { usePageTitle } from "./page-title.ts";
import { readSentence } from "./read-sentence.ts";

type OfflinePageProps = { error: Error; retry: () => void };

/** Shown when not even the app's settings could be read and none are known from before. */
export const OfflinePage = ({ error, retry }: OfflinePageProps) => {
  const { m } = useText();
  const { title, sentence } = m.shell.offlinePage;
  usePageTitle(title);
  return (
    <Box component="main" sx={{ maxWidth: 560, mx: "auto", px: 2, py: 8 }}>
      <img src="/icon.svg" alt="" width={40} height={40} />
      <Typography component="h1" variant="h3" sx={{ mt: 2, mb: 1 }}>
        {title}
      </Typography>
      <Typography sx={{ mb: 1 }}>{sentence}</Typography>
      <Typography sx={{ mb: 3, color: "text.secondary", overflowWrap: "anywhere" }}>
        {readSentence(m, error)}
      </Typography>
      <Button variant="contained" onClick={retry}>
        {m.shell.tryAgain}
      </Button>
    </Box>
  );
};
