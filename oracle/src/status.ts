// What a node tells about itself on /health and /metrics.
import type { Metrics } from "@aibot/kit/node/metrics";
import type { NodeStatus } from "./node.ts";

export const describeHealth = ({ connected, openRounds, looks }: NodeStatus, quorum: number, source: string) => ({
  ok: connected.length >= quorum - 1,
  source,
  quorum,
  connected,
  openRounds,
  looks,
});

export const writeMetrics = (metrics: Metrics, status: NodeStatus): string => {
  const { connected, openRounds, refusals, malformed, looks, transmissions } = status;
  metrics.gauge("oracle_peers_connected", "Other nodes that can be reached.").set(connected.length);
  metrics.gauge("oracle_rounds_open", "Rounds begun and not yet on every chain.").set(openRounds.length);
  const refused = metrics.gauge("oracle_messages_refused", "Messages refused since the start, by reason.");
  for (const [reason, count] of refusals) refused.set(count, { reason });
  refused.set(malformed, { reason: "unreadable" });
  const looked = metrics.gauge("oracle_source_looks", "Looks at the source since the start.");
  looked.set(looks.done, { result: "done" });
  looked.set(looks.failed, { result: "failed" });
  const sent = metrics.gauge("oracle_transmissions", "Reports brought to a chain since the start.");
  sent.set(transmissions.succeeded, { result: "succeeded" });
  sent.set(transmissions.rejected, { result: "rejected" });
  return metrics.text();
};
