import Button from "@mui/material/Button";
import { Component, type ReactNode } from "react";
import { useText } from "../messages/text.tsx";
import { Notice } from "./Notice.tsx";

type ErrorBoundaryProps = { children: ReactNode; clearedBy?: string };

/** The code of a page of an older build is gone once the server has a newer one. */
const isGone = (error: Error): boolean => /dynamically imported module|module script failed/i.test(error.message);

const CrashNotice = ({ error, retry }: { error: Error; retry: () => void }) => {
  const { m } = useText();
  const [sentence, label, act] = isGone(error)
    ? [navigator.onLine ? m.shell.crash.gone : m.shell.neverSeen, m.shell.crash.reload, () => location.reload()]
    : [m.shell.crash.part(error.message), m.shell.tryAgain, retry];
  return (
    <Notice
      tone="alarm"
      action={
        <Button variant="outlined" onClick={act}>
          {label}
        </Button>
      }
    >
      {sentence}
    </Notice>
  );
};

/** Keeps what is around it when what is in it fails to render. A class, because React offers nothing else for this. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError = (error: Error) => ({ error });

  override componentDidUpdate({ clearedBy }: ErrorBoundaryProps): void {
    if (clearedBy !== this.props.clearedBy && this.state.error !== undefined) this.setState({ error: undefined });
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <CrashNotice error={error} retry={() => this.setState({ error: undefined })} />;
  }
}
