import Box from "@mui/material/Box";
import { useEffect, useRef, useState } from "react";
import { useLocation, useNavigationType } from "react-router";
import { hidden } from "../tokens.ts";

const PATIENCE_MS = 10_000;

/** Calls `found` once the page has its title, which may come with its code or its data; returns how to stop. */
const whenTitled = (main: HTMLElement, found: (title: HTMLElement) => void): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    watcher.disconnect();
    clearTimeout(timer);
  };
  const look = () => {
    const title = main.querySelector("h1");
    if (title === null) return;
    stop();
    found(title);
  };
  const watcher = new MutationObserver(look);
  watcher.observe(main, { childList: true, subtree: true });
  timer = setTimeout(stop, PATIENCE_MS);
  look();
  return stop;
};

/** A page change within the app as a browser would tell it: from the top, with the focus on the title, and announced. */
export const PageChange = () => {
  const { pathname } = useLocation();
  const isReturn = useNavigationType() === "POP"; // the browser puts the scroll back where it was
  const shown = useRef(pathname);
  const [announced, setAnnounced] = useState("");

  useEffect(() => {
    const main = document.getElementById("main");
    if (shown.current === pathname || main === null) return;
    shown.current = pathname;
    if (!isReturn) window.scrollTo(0, 0);
    const before = document.activeElement;
    return whenTitled(main, (title) => {
      setAnnounced(title.textContent);
      const hasMoved = document.activeElement !== before && document.activeElement !== document.body;
      if (hasMoved) return; // somebody was faster than the page
      title.tabIndex = -1;
      title.focus({ preventScroll: true });
    });
  }, [pathname, isReturn]);

  return (
    <Box role="status" sx={hidden}>
      {announced}
    </Box>
  );
};
