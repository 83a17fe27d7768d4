// What the start script reads of a run: through GraphQL, like any other user.
export type VaultView = { nav: bigint; weightBps: number };
export type RunView = {
  height: number;
  time: bigint;
  round: number;
  price: bigint;
  forecastVolBps: number | null;
  realisedVolBps: number | null; // of the newest round whose outcome is known
  vault: VaultView | undefined;
  fills: number;
};

const query = `query Run($market: String!, $feed: String!, $chain: Int!) {
  heads { chain height timestamp }
  feedById(id: $feed) { lastRound latest { volatilityBps } }
  marketById(id: $market) { price }
  known: rounds(where: { feed: { id_eq: $feed }, realisedVolBps_isNull: false }, orderBy: round_DESC, limit: 1) {
    realisedVolBps
  }
  vaults(where: { chain_eq: $chain }, orderBy: id_ASC, limit: 1) { nav positions(orderBy: index_ASC) { weightBps } }
  fillsConnection(where: { chain_eq: $chain }, orderBy: id_ASC) { totalCount }
}`;

type Answer = {
  heads: { chain: number; height: number; timestamp: string }[];
  feedById: { lastRound: number; latest: { volatilityBps: number } | null } | null;
  marketById: { price: string } | null;
  known: { realisedVolBps: number }[];
  vaults: { nav: string; positions: { weightBps: number }[] }[];
  fillsConnection: { totalCount: number };
};

const ask = async <T>(url: string, query: string, variables: object): Promise<T> => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(10_000),
  });
  const { data, errors } = (await response.json()) as { data?: T; errors?: { message: string }[] };
  if (data === undefined || errors) throw new Error(`GraphQL: ${errors?.[0]?.message ?? response.status}`);
  return data;
};

type Subject = { chain: number; market: string; feed: string };

export const readRun = async (url: string, { chain, market, feed }: Subject): Promise<RunView> => {
  const variables = { chain, market: `${chain}-${market}`, feed: `${chain}-${feed}` };
  const data = await ask<Answer>(url, query, variables);
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
    },
    fills: data.fillsConnection.totalCount,
  };
};

/** One period, as a program reads it: the round, and the vault when its candle had closed, before it traded on it. */
export type PeriodLine = {
  round: number;
  time: string;
  price: string;
  forecastVolBps: number;
  weightBps: number;
  nav: string;
};

const periodQuery = `query Period($round: String!, $point: String!) {
  roundById(id: $round) { round closedAt volatilityBps }
  vaultPointById(id: $point) { price weightBps nav }
}`;

type PeriodAnswer = {
  roundById: { round: number; closedAt: string; volatilityBps: number } | null;
  vaultPointById: { price: string; weightBps: number; nav: string } | null;
};

type PeriodParams = { chain: number; feed: string; vault: string; round: number };

export const readPeriod = async (url: string, params: PeriodParams): Promise<PeriodLine | undefined> => {
  const { chain, feed, vault, round } = params;
  const variables = { round: `${chain}-${feed}-${round}`, point: `${chain}-${vault.toLowerCase()}-${round}` };
  const { roundById, vaultPointById } = await ask<PeriodAnswer>(url, periodQuery, variables);
  if (roundById === null || vaultPointById === null) return undefined;
  return {
    round: roundById.round,
    time: new Date(Number(roundById.closedAt) * 1000).toISOString(),
    price: vaultPointById.price,
    forecastVolBps: roundById.volatilityBps,
    weightBps: vaultPointById.weightBps,
    nav: vaultPointById.nav,
  };
};
