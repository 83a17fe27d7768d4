import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useSwitchChain } from "wagmi";
import { Notice } from "../../components/Notice.tsx";
import { useWalletText } from "../../messages/wallet-text.ts";
import { sentenceOf } from "./refusals.ts";

/** One button: it switches, and adds the network where the wallet does not know it. */
export const SwitchChain = ({ chainId }: { chainId: number }) => {
  const { w, f } = useWalletText();
  const { mutate: switchChain, isPending, error } = useSwitchChain();
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      <Notice
        tone="attention"
        action={
          <Button variant="contained" disabled={isPending} onClick={() => switchChain({ chainId })}>
            {isPending ? w.connect.switching : w.connect.switchChain}
          </Button>
        }
      >
        {w.connect.wrongChain(chainId)}
      </Notice>
      {error !== null && <Notice tone="attention">{sentenceOf(error, w.refusals, f)}</Notice>}
    </Box>
  );
};
