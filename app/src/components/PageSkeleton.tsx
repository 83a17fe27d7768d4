import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { useText } from "../messages/text.tsx";

const PANELS = ["first", "second", "third"];

/** The outline of a page whose code is on its way: a title, a wide panel, three narrow ones, no end in sight. */
export const PageSkeleton = () => {
  const { m } = useText();
  return (
    <Box role="status" aria-label={m.shell.loading} sx={{ display: "grid", gap: 2, minHeight: "100vh" }}>
      <Skeleton width="40%" height={40} />
      <Skeleton variant="rounded" height={320} />
      <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: { xs: "1fr", md: "repeat(3, 1fr)" } }}>
        {PANELS.map((panel) => (
          <Skeleton key={panel} variant="rounded" height={200} />
        ))}
      </Box>
    </Box>
  );
};
