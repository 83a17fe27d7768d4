const some = (count: string, one: string, many: string): string => `${count} ${count === "1" ? one : many}`;

/** The operator's page. */
export const network = {
  lead: "Is everything healthy, and what did it earn?",
  allWell: (markets: string, services: string) =>
    services === "" ? `All well: ${markets}.` : `All well: ${markets}, ${services}.`,
  noMarkets: "no market yet",
  marketsWell: (count: number) =>
    count === 1 ? "1 market has an agreed price" : `${count} markets have agreed prices`,
  servicesWell: (count: number) => (count === 1 ? "1 service is healthy" : `${count} services are healthy`),
  needs: (count: number) => (count === 1 ? "1 thing needs you" : `${count} things need you`),
  looking: "Looking …",
  whatToDo: (what: string) => `${what}: what to do`,
  notIndexed: "The indexer does not answer, so markets, signers and fills are unknown.",
  halted: {
    TooFewSources: (market: string) =>
      `${market} is halted: too few of its sources are fresh. See which source below is silent or old and start what feeds it; prices return by themselves (runbook a-halted-market).`,
    Disagreement: (market: string) =>
      `${market} is halted: its sources disagree by more than the band. Find the one that is wrong below; never widen the band to get going (runbook a-halted-market).`,
    other: (market: string) => `${market} is halted. See its sources below (runbook a-halted-market).`,
  },
  deviating: (source: string, market: string, bps: string) =>
    `${source} is ${bps} off the median of ${market}, beyond the band. Compare it with the exchange; if it is wrong, take its node or aggregator out (runbook a-halted-market).`,
  gap: (market: string, span: string) =>
    `${market} had no candle for ${span}, longer than it may. Publishing waits until a governor has looked and calls acknowledgeGap.`,
  chainAdvice: {
    behind: (chain: string) =>
      `The index of chain ${chain} is behind. Read the indexer's /health; its runbook indexer-lag names each cause.`,
    unindexed: (chain: string) =>
      `No indexer has reached chain ${chain} yet. Start one with this chain in CHAINS, or wait if it has started now.`,
    "wrong-chain": (chain: string) =>
      `The node configured for chain ${chain} is of another chain. Correct its address in CONFIG and restart the app's server.`,
    unreachable: (chain: string) =>
      `The node of chain ${chain} does not answer this browser. Start it, or let it accept requests from this page's origin (CORS).`,
  },
  advice: {
    start: "Nothing listens where it should. Start it; its log's last line says why it ended (runbook start-and-stop).",
    wait: "It is starting. If this lasts for more than two minutes, its log says what it waits for.",
    stop: "It is stopping, as somebody asked it to. Start it again when that is done.",
    port: "Something answers at its address, but not with a health report. Correct the address in SERVICES.",
    busy: "It does not answer within a second. Look at the machine's load; if it stays silent, restart it: that is safe at any time.",
    endpoint:
      "It cannot read its chain. Start the node or put another address first in CHAINS (runbook rpc-endpoints).",
    balance: "Its account cannot pay for transactions much longer. Send it some coin (runbook low-balance).",
    journal:
      "It cannot write its journal, so it sends nothing. Free the disk or repair the journal (runbook journal-repair).",
    fees: "Blocks cost more than it may pay. Wait, or raise MAX_FEE_GWEI (runbook stuck-transaction).",
    stuck:
      "A transaction of it waits for long. It replaces it by itself up to its cap; beyond that raise the cap (runbook stuck-transaction).",
    nodes:
      "Too few oracle nodes are there for a quorum. Start those it names; one is enough to go on (runbook a-halted-market).",
    membership:
      "Fewer nodes are signers than a report needs. Make PEERS and the signer set agree (runbook replace-an-oracle-node).",
    source:
      "It cannot read its exchange. See whether the exchange or the way to it is down (runbook an-exchange-is-down).",
    unequal: "Rounds differ from the reference: do not use this feed until you know why (runbook round-differs).",
    database: "Its database does not answer. Start PostgreSQL or correct DB_URL (runbook database-lost-or-moved).",
    indexer: "Read the cause in its reasons (runbook indexer-lag).",
    look: "Read its reasons, then its log (runbook health-and-metrics).",
  },
  markets: {
    title: "Markets",
    one: (market: string) => `Market ${market}`,
    empty: "No market yet: markets appear here once the block that creates one is indexed.",
    price: "Price",
    observed: "Observed",
    candles: "Candles",
    next: "Next close",
    band: "Band",
    least: "Sources needed",
    ahead: (time: string) => `not before ${time}`,
    waiting: "as soon as it is reported",
    noCandle: "after the first candle",
    none: "none yet",
    agreed: "agreed",
    haltedSince: "halted since {time}",
    halted: "halted",
    source: "Source",
    off: "Off the median",
    state: "State",
    kinds: { signed: "Signed by nodes", chainlink: "Chainlink", other: "Other" },
    states: { agreeing: "agrees", deviating: "deviates", old: "too old to count", silent: "no price yet" },
    candleSource: "forms candles",
    alone: "Candles come from the nodes alone: nothing outside their quorum confirms them.",
    confirmed: (others: string, needed: number) =>
      needed === 0
        ? `Candles come from the nodes; while ${others} is fresh, a close must lie within the band of it.`
        : `Candles come from the nodes; ${others} must be fresh and confirm each close within the band.`,
  },
  nodes: {
    title: "Nodes",
    empty: "No signer set yet: it appears once the block that names the signers is indexed.",
    quorum: (quorum: number, signers: number) => `${quorum} of ${signers} sign a report`,
    node: "Node",
    signed: "Signed lately",
    share: (signed: number, reports: number) => `${signed} of ${some(String(reports), "report", "reports")}`,
    changed: "Set since {time}, by {tx}",
    unknown: "unknown",
    noReports: "No report in the last blocks, so nobody is known to have signed lately.",
    unreadable: "The chain's node does not answer, so who signed lately is unknown.",
    how: "Recovered in this browser from the signatures in the newest reports. A report carries the first signatures that make the quorum: who is missing was slower, or is not there.",
  },
  keepers: {
    title: "Keepers",
    fillers: "Fillers",
    noFills: "No fill yet: whoever fills an auction appears here with what it got.",
    filler: "Filler",
    fills: "Fills",
    volume: "Volume",
    discount: "Discount",
    last: "Last",
    how: "Discount: what a filler got beyond the oracle price of each fill, over all fills. Its pool fees, price impact and gas come off that; what is left is its own affair and not on the chain as one number.",
    senders: "Who sent lately",
    sender: "Sender lately",
    published: "Rounds",
    filled: "Fills",
    fee: "Gas paid",
    ofNewest: (rounds: string, fills: string) =>
      `Of the newest ${some(rounds, "round", "rounds")} and ${some(fills, "fill", "fills")}.`,
    noSenders: "Nothing was published or filled yet.",
    unreadable: "The chain's node does not answer, so the senders are unknown.",
  },
  chains: {
    title: "Chains",
    chain: "Chain",
    head: "Head",
    indexed: "Indexed",
    lag: "Behind",
    noLag: "not at all",
    lagBlocks: (blocks: string, span: string) => `${some(blocks, "block", "blocks")}, ${span}`,
    finality: "Final",
    notFinal: "the node does not tell",
    time: "Chain time",
    node: "Node",
    states: {
      well: "answers",
      behind: "answers, index behind",
      unindexed: "answers, not indexed",
      "wrong-chain": "another chain",
      unreachable: "unreachable",
    },
    name: (id: number) => `Chain ${id}`,
    unknown: "unknown",
  },
  services: {
    title: "Services",
    service: "Service",
    state: "State",
    figures: "What it says",
    states: {
      healthy: "healthy",
      unhealthy: "not healthy",
      unreachable: "down",
      silent: "no answer in 1 s",
      unreadable: "no health report",
    },
    unasked: "The app's server does not answer, so the services' states are the last known ones.",
    oracle: (members: string, quorum: string) => `${members} nodes, ${quorum} sign`,
    silentPeers: (count: string) => `${count} silent`,
    sourceLag: (span: string) => `exchange ${span} behind`,
    openRounds: (count: string) => `${some(count, "round", "rounds")} open`,
    rounds: (equal: string) => `${some(equal, "round", "rounds")} equal to the reference`,
    unequal: (count: string) => `${count} unequal`,
    picked: (one: string, oneRate: string, many: string, manyRate: string) =>
      one === many
        ? `runs on ${one}: of the engines that passed its test the fastest, ${oneRate} rows/s one by one and ${manyRate} in batches`
        : `runs single rows on ${one} (${oneRate}/s) and batches on ${many} (${manyRate}/s): the fastest that passed its test`,
    engineRefused: (name: string, reason: string) => `${name} refused: ${reason}`,
    engineAbsent: (name: string, reason: string) => `${name} absent: ${reason}`,
    noReason: "no reason given",
    pending: (count: string) =>
      count === "0" ? "nothing on its way" : `${some(count, "transaction", "transactions")} on the way`,
    alarms: (count: string) => some(count, "alarm", "alarms"),
    indexed: (height: string, head: string) => `block ${height} of ${head}`,
    lag: (blocks: string, span: string) => `${some(blocks, "block", "blocks")}, ${span} behind`,
    database: "its database answers",
  },
};
