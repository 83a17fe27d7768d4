import type { Messages } from "../text.tsx";

export const shell: Messages["shell"] = {
  skip: "Zum Inhalt springen",
  main: "Hauptmenü",
  vaults: "Vaults",
  network: "Netzwerk",
  themes: { system: "Auto", light: "Hell", dark: "Dunkel" },
  switchTheme: (now, next) => `Farben: ${now}. Zu ${next} wechseln`,
  language: "Sprache",
  copy: (noun, value) => `${noun} ${value} kopieren`,
  copied: "kopiert",
  open: (noun, value) => `${noun} ${value} öffnen`,
  nouns: {
    transaction: "Transaktion",
    block: "Block",
    address: "Adresse",
    model: "Modell-Id",
  },
  tryAgain: "Noch einmal",
  notFound: { title: "Hier ist nichts", page: (path) => `Keine Seite hat die Adresse ${path}.`, home: "Alle Vaults" },
  table: "Daten als Tabelle",
  tableOf: (label) => `${label}, Tabelle`,
  block: (height) => `Block ${height}`,
  chainTime: (height, chain) => `Zeit der Chain ${chain} bei Block ${height}`,
  offline: "Du bist offline. Du siehst, was zuletzt bekannt war; es geht von selbst weiter, sobald du zurück bist.",
  away: (url) =>
    `Der Indexer unter ${url} antwortet nicht. Du siehst, was zuletzt bekannt war; er wird von selbst wieder gefragt.`,
  knownAt: (height, time) => `Bekannt bis Block ${height}, ${time}.`,
  back: (count, blocks) => `Wieder da: ${blocks} ${count === 1 ? "Block" : "Blöcke"} nachgelesen.`,
  old: "alt",
  nodeAway: (chain) =>
    `Der Knoten von Chain ${chain} antwortet nicht: Nichts kann gesendet werden, und ob der Indexer mitkommt, ist unbekannt.`,
  neverSeen: "Du bist offline, und das wurde in diesem Browser nie gelesen. Es lädt von selbst, sobald du zurück bist.",
  readErrors: {
    unreachable: (source) => `${source} ist nicht zu erreichen. Prüfe, ob es läuft, und dein Netz.`,
    slow: (source) => `${source} hat nicht rechtzeitig geantwortet.`,
    refused: (source, detail) => `${source} verweigert die Antwort: ${detail}.`,
    unexpected: (source, detail) =>
      `Die Antwort von ${source} ist nicht das, was diese Version der App liest: ${detail}`,
  },
  offlinePage: {
    title: "Noch nichts bekannt",
    sentence:
      "Die Einstellungen der App sind nicht lesbar, und aus früheren Besuchen sind keine bekannt. Verbinde dich und versuche es noch einmal.",
  },
  crash: {
    part: (message) => `Dieser Teil ist ausgefallen: ${message}. Der Rest der Seite geht weiter.`,
    gone: "Dieser Teil gehört zu einer Version, die der Server nicht mehr hat. Lade die neue.",
    reload: "Laden",
  },
  update: { ready: "Eine neue Version dieser App ist da.", load: "Laden" },
  loading: "Lädt",
  stale: (behind, chain) =>
    `Der Indexer liegt ${behind} ${behind === 1 ? "Block" : "Blöcke"} hinter Chain ${chain}: Was du siehst, ist älter als die Chain.`,
  names: {
    mandate: (vault) => `Mandat von ${vault}`,
    token: (symbol) => `Token ${symbol}`,
    pool: (market) => `Pool ${market}`,
    signer: (number) => `Knoten ${number}`,
  },
  replay: "Lokale Wiederholung vergangener Daten, Spielgeld.",
  sources: (count, names) =>
    `Preise: ${count === 1 ? "eine Quelle" : `${count} Quellen`} (${names}), gemeldet von einem Quorum von Knoten.`,
  charts: "Diagramme mit {library}",
};
