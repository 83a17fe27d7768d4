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
  offline: (url) =>
    `Offline: Der Indexer unter ${url} antwortet nicht. Das sind die letzten bekannten Daten; es wird von selbst weiter versucht.`,
  stale: (behind, chain) =>
    `Der Indexer liegt ${behind} ${behind === 1 ? "Block" : "Blöcke"} hinter Chain ${chain}: Was du siehst, ist älter als die Chain.`,
  replay: "Lokale Wiederholung vergangener Daten, Spielgeld.",
  sources: (count, names) =>
    `Preise: ${count === 1 ? "eine Quelle" : `${count} Quellen`} (${names}), gemeldet von einem Quorum von Knoten.`,
  charts: "Diagramme mit {library}",
};
