import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { Link as RouterLink, useLocation } from "react-router";
import { usePageTitle } from "./page-title.ts";

type NotFoundPageProps = { what?: string };

export const NotFoundPage = ({ what }: NotFoundPageProps) => {
  const { pathname } = useLocation();
  usePageTitle("Not found");
  return (
    <>
      <Typography component="h1" variant="h3" sx={{ mb: 1 }}>
        Nothing here
      </Typography>
      <Typography sx={{ mb: 2, overflowWrap: "anywhere" }}>{what ?? `No page has the address ${pathname}.`}</Typography>
      <Link component={RouterLink} to="/">
        All vaults
      </Link>
    </>
  );
};
