import type { Service, ServiceKind } from "../../data/services.ts";

/** What to do about a service; each is a sentence of the messages. */
export type Advice =
  | "start"
  | "wait"
  | "stop"
  | "port"
  | "busy"
  | "endpoint"
  | "balance"
  | "journal"
  | "fees"
  | "stuck"
  | "nodes"
  | "membership"
  | "source"
  | "unequal"
  | "database"
  | "indexer"
  | "look";

/** The services' own words, as their runbooks quote them. */
const BY_REASON: readonly [RegExp, Advice][] = [
  [/^starting$/, "wait"],
  [/^stopping$/, "stop"],
  [
    /RPC endpoint|^chain \d+ cannot be read|The last look failed|the node does not answer|No block was seen/i,
    "endpoint",
  ],
  [/send it some/i, "balance"],
  [/journal/i, "journal"],
  [/fee cap/i, "fees"],
  [/has waited for/i, "stuck"],
  [/of a quorum are there|is silent since/i, "nodes"],
  [/nodes of PEERS are signers/i, "membership"],
  [/^the source /i, "source"],
  [/differ from the reference/i, "unequal"],
  [/database/i, "database"],
];

const BY_KIND: Partial<Record<ServiceKind, Advice>> = { graphql: "database", indexer: "indexer" };

const first = (reasons: readonly string[]): Advice | undefined =>
  reasons.flatMap((reason) => BY_REASON.filter(([pattern]) => pattern.test(reason)).map(([, advice]) => advice))[0];

/** Undefined for a healthy service. */
export const adviceFor = ({
  status,
  kind,
  reasons,
}: Pick<Service, "status" | "kind" | "reasons">): Advice | undefined => {
  switch (status) {
    case "healthy":
      return undefined;
    case "unreachable":
      return "start";
    case "silent":
      return "busy";
    case "unreadable":
      return "port";
    case "unhealthy":
      return first(reasons) ?? BY_KIND[kind] ?? "look";
  }
};
