import Button from "@mui/material/Button";
import { Notice } from "../../components/Notice.tsx";
import { NodeRefusal } from "../../data/rpc.ts";
import { useText } from "../../messages/text.tsx";

type NodeFaultProps = { chain: number; error: Error; retry: () => void };

const isUnreadable = ({ name }: Error): boolean =>
  name === "ZodError" || name === "$ZodError" || name === "SyntaxError";

/** Why the chain's node did not tell, in one sentence. */
export const NodeFault = ({ chain, error, retry }: NodeFaultProps) => {
  const { m } = useText();
  const said = error instanceof NodeRefusal ? error.detail : undefined;
  return (
    <Notice
      tone="alarm"
      action={
        <Button variant="outlined" onClick={retry}>
          {m.shell.tryAgain}
        </Button>
      }
    >
      {said ?? (isUnreadable(error) ? m.explorer.unreadable(chain) : m.explorer.unreachable(chain))}
    </Notice>
  );
};
