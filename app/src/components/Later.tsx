import Skeleton from "@mui/material/Skeleton";
import { type ReactNode, useEffect, useState } from "react";
import { whenFree } from "./when-free.ts";

type LaterProps = { fallback: ReactNode; children: ReactNode };

/** What need not be there at first: one after the other, in their order. */
export const Later = ({ fallback, children }: LaterProps) => {
  const [isDue, setDue] = useState(false);
  useEffect(() => whenFree(() => setDue(true)), []);
  return isDue ? children : fallback;
};

type LaterPanelProps = { phone: number; laptop: number; children: ReactNode };

/** A panel further down the page, and about how high it will be, in pixels. */
export const LaterPanel = ({ phone, laptop, children }: LaterPanelProps) => (
  <Later fallback={<Skeleton variant="rounded" sx={{ height: { xs: phone, md: laptop } }} />}>{children}</Later>
);
