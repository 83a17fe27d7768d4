import { useEffect } from "react";
import { useNavigate } from "react-router";

type RoundPaths = { older: string | undefined; newer: string | undefined };

// Where arrows already mean something: fields, and regions that scroll sideways.
const TAKEN = "input, select, textarea, [contenteditable], [role='region']";

/** Left and right arrows go from round to round. */
export const useRoundKeys = ({ older, newer }: RoundPaths): void => {
  const navigate = useNavigate();
  useEffect(() => {
    const follow = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.target instanceof Element && event.target.closest(TAKEN) !== null) return;
      const path = event.key === "ArrowLeft" ? older : event.key === "ArrowRight" ? newer : undefined;
      if (path === undefined) return;
      event.preventDefault();
      void navigate(path);
    };
    window.addEventListener("keydown", follow);
    return () => window.removeEventListener("keydown", follow);
  }, [older, newer, navigate]);
};
