import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { Link as RouterLink, useLocation } from "react-router";
import { useText } from "../messages/text.tsx";
import { usePageTitle } from "./page-title.ts";

type NotFoundPageProps = { what?: string };

export const NotFoundPage = ({ what }: NotFoundPageProps) => {
  const { pathname } = useLocation();
  const { m } = useText();
  usePageTitle(m.shell.notFound.title);
  return (
    <>
      <Typography component="h1" variant="h3" sx={{ mb: 1 }}>
        {m.shell.notFound.title}
      </Typography>
      <Typography sx={{ mb: 2, overflowWrap: "anywhere" }}>{what ?? m.shell.notFound.page(pathname)}</Typography>
      <Link component={RouterLink} to="/">
        {m.shell.notFound.home}
      </Link>
    </>
  );
};
