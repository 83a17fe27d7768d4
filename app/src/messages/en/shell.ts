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
  offline: (url: string) =>
    `Offline: the indexer at ${url} does not answer. This is the last known data; trying again by itself.`,
  stale: (behind: number, chain: number) =>
    `The indexer is ${behind} ${behind === 1 ? "block" : "blocks"} behind chain ${chain}: what you see is older than the chain.`,
  replay: "Local replay of past data, play money.",
  sources: (count: number, names: string) =>
    `Prices: ${count === 1 ? "one source" : `${count} sources`} (${names}), reported by a quorum of nodes.`,
  charts: "Charts by {library}",
};
