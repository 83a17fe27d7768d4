import Button from "@mui/material/Button";
import { useEffect, useState } from "react";
import { Notice } from "../../components/Notice.tsx";
import { useText } from "../../messages/text.tsx";
import { pageBuild, watchForUpdates } from "./updates.ts";

/** Offers a newer build when one waits; nothing is reloaded under somebody's hands. */
export const UpdateNotice = () => {
  const { m } = useText();
  const [accept, setAccept] = useState<(() => void) | undefined>(undefined);

  useEffect(() => {
    // After the first view: what is kept for later must not take bandwidth from what is shown now.
    const start = () => void watchForUpdates(pageBuild(), (offered) => setAccept(() => offered)).catch(console.warn);
    if (document.readyState === "complete") return start();
    window.addEventListener("load", start, { once: true });
    return () => window.removeEventListener("load", start);
  }, []);

  if (accept === undefined) return null;
  return (
    <Notice
      tone="attention"
      action={
        <Button variant="outlined" onClick={accept}>
          {m.shell.update.load}
        </Button>
      }
    >
      {m.shell.update.ready}
    </Notice>
  );
};
