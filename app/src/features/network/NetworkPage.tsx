import Typography from "@mui/material/Typography";
import { usePageTitle } from "../../components/page-title.ts";
import { useText } from "../../messages/text.tsx";

export const NetworkPage = () => {
  const { m } = useText();
  usePageTitle(m.shell.network);
  return (
    <Typography component="h1" variant="h3">
      {m.shell.network}
    </Typography>
  );
};
