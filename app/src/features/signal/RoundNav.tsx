import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";
import { type FoundFeed, signalPath } from "../../links.ts";
import { useText } from "../../messages/text.tsx";
import { useRoundKeys } from "./use-round-keys.ts";

type RoundNavProps = {
  found: FoundFeed;
  older: number | undefined; // the published rounds beside the one shown
  newer: number | undefined;
  isFollowing: boolean;
};

type StepProps = { to: string | undefined; text: string; keys: string };

/** Keeps its place where there is nowhere to go, so that the other links stay under the pointer. */
const Step = ({ to, text, keys }: StepProps) =>
  to === undefined ? (
    <Box component="span" sx={{ color: "text.secondary" }}>
      {text}
    </Box>
  ) : (
    <Link component={RouterLink} to={to} aria-keyshortcuts={keys}>
      {text}
    </Link>
  );

/** From round to round, by link and by arrow key. */
export const RoundNav = ({ found, older, newer, isFollowing }: RoundNavProps) => {
  const { m } = useText();
  const to = (round?: number) => signalPath(found.chain.id, found.market.feed, round);
  const paths = {
    older: older === undefined ? undefined : to(older),
    newer: newer === undefined ? undefined : to(newer),
  };
  const end = isFollowing ? m.signal.following : m.signal.noNewer;
  useRoundKeys(paths);
  return (
    <Box
      component="nav"
      aria-label={m.signal.rounds}
      title={m.signal.keys}
      sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, rowGap: 0.5 }}
    >
      <Step to={paths.older} text={older === undefined ? m.signal.noOlder : m.signal.older(older)} keys="ArrowLeft" />
      <Step to={paths.newer} text={newer === undefined ? end : m.signal.newer(newer)} keys="ArrowRight" />
      {!isFollowing && (
        <Link component={RouterLink} to={to()}>
          {m.signal.newest}
        </Link>
      )}
    </Box>
  );
};
