import { RetryNotice } from "../../components/Notice.tsx";
import { useText } from "../../messages/text.tsx";
import { faultOf } from "./fault.ts";

type NodeFaultProps = { chain: number; error: Error; retry: () => void };

/** Why the chain's node did not tell, in one sentence. */
export const NodeFault = ({ chain, error, retry }: NodeFaultProps) => {
  const { m } = useText();
  const fault = faultOf(error);
  return (
    <RetryNotice retry={retry}>{fault.kind === "refused" ? fault.detail : m.explorer[fault.kind](chain)}</RetryNotice>
  );
};
