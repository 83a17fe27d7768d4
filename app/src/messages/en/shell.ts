/** What every page shares. */
export const shell = {
  skip: "Skip to content",
  main: "Main",
  vaults: "Vaults",
  network: "Network",
  themes: { system: "Auto", light: "Light", dark: "Dark" },
  switchTheme: (now: string, next: string) => `Theme: ${now}. Switch to ${next}`,
  language: "Language",
  copy: (noun: string, value: string) => `Copy ${noun} ${value}`,
  copied: "copied",
  open: (noun: string, value: string) => `Open ${noun} ${value}`,
  nouns: {
    transaction: "transaction",
    block: "block",
    address: "address",
    model: "model id",
  },
  tryAgain: "Try again",
  notFound: { title: "Nothing here", page: (path: string) => `No page has the address ${path}.`, home: "All vaults" },
  table: "Data as a table",
  tableOf: (label: string) => `${label}, table`,
  block: (height: string) => `block ${height}`,
  chainTime: (height: number, chain: number) => `Chain time at block ${height} of chain ${chain}`,
  offline: "You are offline. What you see is the last that was known; it moves on by itself once you are back.",
  away: (url: string) =>
    `The indexer at ${url} does not answer. What you see is the last that was known; it is asked again by itself.`,
  knownAt: (height: string, time: string) => `Known up to block ${height}, ${time}.`,
  back: (count: number, blocks: string) => `Back: ${blocks} ${count === 1 ? "block" : "blocks"} read meanwhile.`,
  old: "old",
  nodeAway: (chain: number) =>
    `The node of chain ${chain} does not answer: nothing can be sent to it, and whether the indexer keeps up is not known.`,
  neverSeen: "You are offline, and this was never read in this browser. It loads by itself once you are back.",
  readErrors: {
    unreachable: (source: string) => `${source} cannot be reached. Check that it runs, and your network.`,
    slow: (source: string) => `${source} did not answer in time.`,
    refused: (source: string, detail: string) => `${source} refused to answer: ${detail}.`,
    unexpected: (source: string, detail: string) =>
      `The answer of ${source} is not what this version of the app reads: ${detail}`,
  },
  offlinePage: {
    title: "Nothing known yet",
    sentence: "The app's settings cannot be read and none are known from an earlier visit. Connect, then try again.",
  },
  crash: {
    part: (message: string) => `This part failed: ${message}. The rest of the page still works.`,
    gone: "This part belongs to a version that the server no longer has. Load the new one.",
    reload: "Load it",
  },
  update: { ready: "A new version of this app is ready.", load: "Load it" },
  loading: "Loading",
  stale: (behind: number, chain: number) =>
    `The indexer is ${behind} ${behind === 1 ? "block" : "blocks"} behind chain ${chain}: what you see is older than the chain.`,
  names: {
    mandate: (vault: string) => `Mandate of ${vault}`,
    token: (symbol: string) => `Token ${symbol}`,
    pool: (market: string) => `Pool ${market}`,
    signer: (number: number) => `Node ${number}`,
  },
  replay: "Local replay of past data, play money.",
  sources: (count: number, names: string) =>
    `Prices: ${count === 1 ? "one source" : `${count} sources`} (${names}), reported by a quorum of nodes.`,
  charts: "Charts by {library}",
};
