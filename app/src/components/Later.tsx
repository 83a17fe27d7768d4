import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { type CSSProperties, type ReactNode, startTransition, useEffect, useRef, useState } from "react";
import { whenFree } from "./when-free.ts";

type LaterProps = { fallback: ReactNode; children: ReactNode };

/** What need not be there at first: one after the other, in their order, each a transition that the browser may interrupt. */
export const Later = ({ fallback, children }: LaterProps) => {
  const [isDue, setDue] = useState(false);
  useEffect(() => whenFree(() => startTransition(() => setDue(true))), []);
  return isDue ? children : fallback;
};

type LaterPanelProps = { phone: number; laptop: number; children: ReactNode };

const HEIGHT = { height: { xs: "var(--phone)", md: "var(--laptop)" } } as const; // one class for all

/** A panel further down the page, and about how high it will be, in pixels. */
export const LaterPanel = ({ phone, laptop, children }: LaterPanelProps) => {
  const heights = { "--phone": `${phone}px`, "--laptop": `${laptop}px` } as CSSProperties;
  return <Later fallback={<Skeleton variant="rounded" sx={HEIGHT} style={heights} />}>{children}</Later>;
};

const AHEAD = "200px";

/** What is only for the eye: there once it comes near the screen. Fills its place. */
export const WhenNear = ({ fallback, children }: LaterProps) => {
  const place = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (place.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        startTransition(() => setNear(true));
      },
      { rootMargin: AHEAD },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <Box ref={place} sx={{ height: "100%" }}>
      {isNear ? children : fallback}
    </Box>
  );
};
