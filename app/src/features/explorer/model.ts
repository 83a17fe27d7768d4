import type { ChainConfig, Config } from "../../config.ts";
import type { ActedVault, AddressActivity } from "../../data/address-activity.ts";
import type { ChainFact } from "../../links.ts";

export type AskedFact =
  | { kind: "fact"; chain: ChainConfig; fact: ChainFact }
  | { kind: "invalid"; what: "chain" | ChainFact["kind"] }
  | { kind: "no-page" };

const HASH = /^0x[0-9a-f]{64}$/i;

/** What each kind of fact is named by; a block by its height or its hash. */
const VALUES: Record<ChainFact["kind"], RegExp[]> = {
  transaction: [HASH],
  block: [/^\d{1,15}$/, HASH],
  address: [/^0x[0-9a-f]{40}$/i],
};

const KINDS: Record<string, ChainFact["kind"]> = { tx: "transaction", block: "block", address: "address" };

/** What the location bar asks for. */
export const askedFact = (
  config: Config,
  { chain, kind, value }: { chain: string; kind: string; value: string },
): AskedFact => {
  const known = KINDS[kind];
  if (known === undefined) return { kind: "no-page" };
  const found = config.chains.find(({ id }) => String(id) === chain);
  if (found === undefined) return { kind: "invalid", what: "chain" };
  if (!VALUES[known].some((pattern) => pattern.test(value))) return { kind: "invalid", what: known };
  return { kind: "fact", chain: found, fact: { kind: known, value: value.toLowerCase() } };
};

export type Token = { address: string; symbol: string; decimals: number };

/** Every token of a deployment whose balance an address may have: base assets and positions; shares are the indexer's. */
export const tokensOf = ({ deployment }: ChainConfig): Token[] => {
  const all = deployment.vaults.flatMap(({ base, positions }): Token[] => [
    { address: base.token, symbol: base.symbol, decimals: base.decimals },
    ...positions.map(({ token, symbol, decimals }) => ({ address: token, symbol, decimals })),
  ]);
  return [...new Map(all.map((token) => [token.address.toLowerCase(), token])).values()];
};

type Event = { id: string; block: number; timestamp: bigint; tx: `0x${string}`; vault: ActedVault };

export type Act = Event &
  (
    | { kind: "deposit" | "withdrawal"; assets: bigint; shares: bigint }
    | { kind: "exit" | "request"; shares: bigint }
    | { kind: "fill"; tokenDelta: bigint; baseDelta: bigint; position: { symbol: string; decimals: number } }
  );

/** Everything an address did, newest first. */
export const actsOf = ({ deposits, withdrawals, exits, requests, fills }: AddressActivity, limit: number): Act[] =>
  [
    ...deposits.map((row): Act => ({ kind: "deposit", ...row })),
    ...withdrawals.map((row): Act => ({ kind: "withdrawal", ...row })),
    ...exits.map((row): Act => ({ kind: "exit", ...row })),
    ...requests.map((row): Act => ({ kind: "request", ...row })),
    ...fills.map((row): Act => ({ kind: "fill", ...row })),
  ]
    .toSorted((a, b) => b.block - a.block || (a.id < b.id ? 1 : -1))
    .slice(0, limit);
