// What the start script reads of a run: through GraphQL, like any other user.
export type VaultView = { nav: bigint; weightBps: number; targetWeightBps: number | null };
export type RunView = {
  height: number;
  time: bigint;
  round: number;
  price: bigint;
  forecastVolBps: number | null;
  realisedVolBps: number | null; // of the newest round whose outcome is known
  vault: VaultView | undefined;
  auctions: number;
  fills: number;
};

const query = `query Run($market: String!, $feed: String!, $chain: Int!) {
  heads { chain height timestamp }
  feedById(id: $feed) { lastRound latest { volatilityBps } }
  marketById(id: $market) { price }
  known: rounds(where: { feed: { id_eq: $feed }, realisedVolBps_isNull: false }, orderBy: round_DESC, limit: 1) {
    realisedVolBps
  }
  vaults(where: { chain_eq: $chain }, orderBy: id_ASC, limit: 1) { nav positions(orderBy: index_ASC) { weightBps targetWeightBps } }
  auctionsConnection(where: { chain_eq: $chain }, orderBy: id_ASC) { totalCount }
  fillsConnection(where: { chain_eq: $chain }, orderBy: id_ASC) { totalCount }
}`;

type Answer = {
  heads: { chain: number; height: number; timestamp: string }[];
  feedById: { lastRound: number; latest: { volatilityBps: number } | null } | null;
  marketById: { price: string } | null;
  known: { realisedVolBps: number }[];
  vaults: { nav: string; positions: { weightBps: number; targetWeightBps: number | null }[] }[];
  auctionsConnection: { totalCount: number };
  fillsConnection: { totalCount: number };
};

type Subject = { chain: number; market: string; feed: string };

export const readRun = async (url: string, { chain, market, feed }: Subject): Promise<RunView> => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables: { chain, market: `${chain}-${market}`, feed: `${chain}-${feed}` } }),
    signal: AbortSignal.timeout(10_000),
  });
  const { data, errors } = (await response.json()) as { data?: Answer; errors?: { message: string }[] };
  if (data === undefined || errors) throw new Error(`GraphQL: ${errors?.[0]?.message ?? response.status}`);
  const head = data.heads.find((candidate) => candidate.chain === chain);
  const vault = data.vaults[0];
  return {
    height: head?.height ?? 0,
    time: BigInt(head?.timestamp ?? 0),
    round: data.feedById?.lastRound ?? 0,
    price: BigInt(data.marketById?.price ?? 0),
    forecastVolBps: data.feedById?.latest?.volatilityBps ?? null,
    realisedVolBps: data.known[0]?.realisedVolBps ?? null,
    vault: vault && {
      nav: BigInt(vault.nav),
      weightBps: vault.positions[0]?.weightBps ?? 0,
      targetWeightBps: vault.positions[0]?.targetWeightBps ?? null,
    },
    auctions: data.auctionsConnection.totalCount,
    fills: data.fillsConnection.totalCount,
  };
};
