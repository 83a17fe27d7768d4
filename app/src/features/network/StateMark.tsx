import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import type { ReactNode } from "react";
import { type Shape, Sign } from "../../components/Sign.tsx";
import { useText } from "../../messages/text.tsx";

export type Tone = "well" | "quiet" | "bad";

const LOOK: Record<Tone, { shape: Shape; color: string }> = {
  well: { shape: "tick", color: "success.main" },
  quiet: { shape: "ring", color: "text.secondary" },
  bad: { shape: "cross", color: "error.main" },
};

type StateMarkProps = { tone: Tone; children: ReactNode; todo?: { id: string; what: string } };

/** A state in words and sign; where something is to be done, a link to the sentence that says what. */
export const StateMark = ({ tone, children, todo }: StateMarkProps) => {
  const { m } = useText();
  const { shape, color } = LOOK[tone];
  const mark = (
    <Box component="span" sx={{ color, whiteSpace: "nowrap" }}>
      <Sign shape={shape} />
      {children}
    </Box>
  );
  return todo === undefined ? (
    mark
  ) : (
    <Link href={`#${todo.id}`} underline="always" color="error" title={m.network.whatToDo(todo.what)}>
      {mark}
    </Link>
  );
};
