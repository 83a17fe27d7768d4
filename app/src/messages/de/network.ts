import type { Messages } from "../text.tsx";

const some = (count: string, one: string, many: string): string => `${count} ${count === "1" ? one : many}`;

export const network: Messages["network"] = {
  lead: "Läuft alles, und was hat es verdient?",
  allWell: (markets, services) =>
    services === "" ? `Alles in Ordnung: ${markets}.` : `Alles in Ordnung: ${markets}, ${services}.`,
  noMarkets: "noch kein Markt",
  marketsWell: (count) =>
    count === 1 ? "1 Markt hat einen übereinstimmenden Preis" : `${count} Märkte haben übereinstimmende Preise`,
  servicesWell: (count) => (count === 1 ? "1 Dienst ist gesund" : `${count} Dienste sind gesund`),
  needs: (count) => (count === 1 ? "1 Sache braucht dich" : `${count} Dinge brauchen dich`),
  looking: "Wird nachgesehen …",
  whatToDo: (what) => `${what}: was zu tun ist`,
  notIndexed: "Der Indexer antwortet nicht; Märkte, Unterzeichner und Fills sind daher unbekannt.",
  halted: {
    TooFewSources: (market) =>
      `${market} ist angehalten: Zu wenige seiner Quellen sind frisch. Sieh unten nach, welche schweigt oder zu alt ist, und starte, was sie speist; Preise kommen von selbst zurück (Runbook a-halted-market).`,
    Disagreement: (market) =>
      `${market} ist angehalten: Seine Quellen liegen weiter auseinander als das Band. Finde unten die falsche; weite nie das Band, um weiterzumachen (Runbook a-halted-market).`,
    other: (market) => `${market} ist angehalten. Sieh unten nach seinen Quellen (Runbook a-halted-market).`,
  },
  deviating: (source, market, bps) =>
    `${source} liegt ${bps} neben dem Median von ${market}, jenseits des Bandes. Vergleiche mit der Börse; ist sie falsch, nimm ihren Knoten oder Aggregator heraus (Runbook a-halted-market).`,
  gap: (market, span) =>
    `${market} hatte ${span} lang keine Kerze, länger als erlaubt. Das Veröffentlichen wartet, bis ein Governor nachgesehen hat und acknowledgeGap aufruft.`,
  chainAdvice: {
    behind: (chain) =>
      `Der Index von Chain ${chain} liegt zurück. Lies /health des Indexers; sein Runbook indexer-lag nennt jede Ursache.`,
    unindexed: (chain) =>
      `Noch hat kein Indexer Chain ${chain} erreicht. Starte einen mit dieser Chain in CHAINS, oder warte, falls er eben gestartet ist.`,
    "wrong-chain": (chain) =>
      `Der für Chain ${chain} eingestellte Node gehört zu einer anderen Chain. Berichtige seine Adresse in CONFIG und starte den Server der App neu.`,
    unreachable: (chain) =>
      `Der Node von Chain ${chain} antwortet diesem Browser nicht. Starte ihn, oder lass ihn Anfragen von dieser Seite zu (CORS).`,
  },
  advice: {
    start:
      "Wo er sein sollte, antwortet nichts. Starte ihn; die letzte Zeile seines Logs sagt, warum er endete (Runbook start-and-stop).",
    wait: "Er startet gerade. Dauert das länger als zwei Minuten, sagt sein Log, worauf er wartet.",
    stop: "Er hält an, weil ihn jemand darum gebeten hat. Starte ihn danach wieder.",
    port: "Unter seiner Adresse antwortet etwas, aber kein Zustandsbericht. Berichtige die Adresse in SERVICES.",
    busy: "Er antwortet nicht innerhalb einer Sekunde. Sieh nach der Last der Maschine; schweigt er weiter, starte ihn neu: Das ist jederzeit sicher.",
    endpoint:
      "Er kann seine Chain nicht lesen. Starte den Node oder stelle in CHAINS eine andere Adresse voran (Runbook rpc-endpoints).",
    balance: "Sein Konto kann Transaktionen nicht mehr lange bezahlen. Sende ihm etwas (Runbook low-balance).",
    journal:
      "Er kann sein Journal nicht schreiben und sendet daher nichts. Schaffe Platz oder repariere es (Runbook journal-repair).",
    fees: "Blöcke kosten mehr, als er zahlen darf. Warte, oder erhöhe MAX_FEE_GWEI (Runbook stuck-transaction).",
    stuck:
      "Eine seiner Transaktionen wartet lange. Er ersetzt sie selbst bis zu seiner Grenze; darüber erhöhe die Grenze (Runbook stuck-transaction).",
    nodes:
      "Für ein Quorum sind zu wenige Oracle-Knoten da. Starte die genannten; einer genügt (Runbook a-halted-market).",
    membership:
      "Es unterzeichnen weniger Knoten, als ein Bericht braucht. Bringe PEERS und die Unterzeichner in Einklang (Runbook replace-an-oracle-node).",
    source:
      "Er kann seine Börse nicht lesen. Prüfe, ob sie oder der Weg zu ihr ausgefallen ist (Runbook an-exchange-is-down).",
    unequal:
      "Runden weichen von der Referenz ab: Nutze diesen Feed nicht, bis du weißt, warum (Runbook round-differs).",
    database:
      "Seine Datenbank antwortet nicht. Starte PostgreSQL oder berichtige DB_URL (Runbook database-lost-or-moved).",
    indexer: "Lies die Ursache in seinen Gründen (Runbook indexer-lag).",
    look: "Lies seine Gründe, dann sein Log (Runbook health-and-metrics).",
  },
  markets: {
    title: "Märkte",
    one: (market) => `Markt ${market}`,
    empty: "Noch kein Markt: Märkte erscheinen hier, sobald der Block indexiert ist, der einen anlegt.",
    price: "Preis",
    observed: "Beobachtet",
    candles: "Kerzen",
    next: "Nächster Schluss",
    band: "Band",
    least: "Nötige Quellen",
    ahead: (time) => `nicht vor ${time}`,
    waiting: "sobald er gemeldet wird",
    noCandle: "nach der ersten Kerze",
    none: "noch keiner",
    agreed: "übereinstimmend",
    haltedSince: "angehalten seit {time}",
    halted: "angehalten",
    source: "Quelle",
    off: "Neben dem Median",
    state: "Zustand",
    kinds: { signed: "Von Knoten unterzeichnet", chainlink: "Chainlink", other: "Andere" },
    states: {
      agreeing: "stimmt überein",
      deviating: "weicht ab",
      old: "zu alt, zählt nicht",
      silent: "noch kein Preis",
    },
    candleSource: "bildet Kerzen",
    alone: "Kerzen kommen allein von den Knoten: Nichts außerhalb ihres Quorums bestätigt sie.",
    confirmed: (others, needed) =>
      needed === 0
        ? `Kerzen kommen von den Knoten; solange ${others} frisch ist, muss ein Schluss in dessen Band liegen.`
        : `Kerzen kommen von den Knoten; ${others} muss frisch sein und jeden Schluss innerhalb des Bandes bestätigen.`,
  },
  nodes: {
    title: "Knoten",
    empty: "Noch keine Unterzeichner: Sie erscheinen, sobald der Block indexiert ist, der sie nennt.",
    quorum: (quorum, signers) => `${quorum} von ${signers} unterzeichnen einen Bericht`,
    node: "Knoten",
    signed: "Zuletzt unterzeichnet",
    share: (signed, reports) => `${signed} von ${some(String(reports), "Bericht", "Berichten")}`,
    changed: "Seit {time}, durch {tx}",
    unknown: "unbekannt",
    noReports: "In den letzten Blöcken kein Bericht; wer zuletzt unterzeichnet hat, ist daher unbekannt.",
    unreadable: "Der Node der Chain antwortet nicht; wer zuletzt unterzeichnet hat, ist daher unbekannt.",
    how: "In diesem Browser aus den Unterschriften der neuesten Berichte ermittelt. Ein Bericht trägt die ersten Unterschriften, die das Quorum ergeben: Wer fehlt, war langsamer oder ist nicht da.",
  },
  keepers: {
    title: "Keeper",
    fillers: "Filler",
    noFills: "Noch kein Fill: Wer eine Auktion füllt, erscheint hier mit dem, was er bekam.",
    filler: "Filler",
    fills: "Fills",
    volume: "Volumen",
    discount: "Abschlag",
    last: "Zuletzt",
    how: "Abschlag: was ein Filler über den Orakelpreis jedes Fills hinaus bekam, über alle Fills. Davon gehen seine Pool-Gebühren, Preiswirkung und Gas ab; was bleibt, ist seine Sache und steht nicht als eine Zahl auf der Chain.",
    senders: "Wer zuletzt gesendet hat",
    sender: "Absender zuletzt",
    published: "Runden",
    filled: "Fills",
    fee: "Gas bezahlt",
    ofNewest: (rounds, fills) =>
      `Aus ${some(rounds, "Runde", "Runden")} und ${some(fills, "Fill", "Fills")}, den neuesten.`,
    noSenders: "Noch wurde nichts veröffentlicht oder gefüllt.",
    unreadable: "Der Node der Chain antwortet nicht; die Absender sind daher unbekannt.",
  },
  chains: {
    title: "Chains",
    chain: "Chain",
    head: "Spitze",
    indexed: "Indexiert",
    lag: "Rückstand",
    noLag: "keiner",
    lagBlocks: (blocks, span) => `${some(blocks, "Block", "Blöcke")}, ${span}`,
    finality: "Endgültig",
    notFinal: "der Node sagt es nicht",
    time: "Zeit der Chain",
    node: "Node",
    states: {
      well: "antwortet",
      behind: "antwortet, Index im Rückstand",
      unindexed: "antwortet, nicht indexiert",
      "wrong-chain": "andere Chain",
      unreachable: "nicht erreichbar",
    },
    name: (id) => `Chain ${id}`,
    unknown: "unbekannt",
  },
  services: {
    title: "Dienste",
    service: "Dienst",
    state: "Zustand",
    figures: "Was er sagt",
    states: {
      healthy: "gesund",
      unhealthy: "nicht gesund",
      unreachable: "ausgefallen",
      silent: "keine Antwort in 1 s",
      unreadable: "kein Zustandsbericht",
    },
    unasked: "Der Server der App antwortet nicht; die Zustände der Dienste sind die letzten bekannten.",
    oracle: (members, quorum) => `${members} Knoten, ${quorum} unterzeichnen`,
    silentPeers: (count) => `${count} schweigen`,
    sourceLag: (span) => `Börse ${span} zurück`,
    openRounds: (count) => `${some(count, "Runde", "Runden")} offen`,
    rounds: (equal) => `${some(equal, "Runde", "Runden")} gleich der Referenz`,
    unequal: (count) => `${count} ungleich`,
    picked: (one, oneRate, many, manyRate) =>
      one === many
        ? `rechnet mit ${one}: von den Engines, die den Test bestanden, die schnellste, ${oneRate} Zeilen/s einzeln und ${manyRate} im Stapel`
        : `rechnet einzelne Zeilen mit ${one} (${oneRate}/s) und Stapel mit ${many} (${manyRate}/s): die schnellsten, die den Test bestanden`,
    engineRefused: (name, reason) => `${name} abgelehnt: ${reason}`,
    engineAbsent: (name, reason) => `${name} fehlt: ${reason}`,
    noReason: "ohne Angabe",
    pending: (count) =>
      count === "0" ? "nichts unterwegs" : `${some(count, "Transaktion", "Transaktionen")} unterwegs`,
    alarms: (count) => some(count, "Alarm", "Alarme"),
    indexed: (height, head) => `Block ${height} von ${head}`,
    lag: (blocks, span) => `${some(blocks, "Block", "Blöcke")}, ${span} zurück`,
    database: "seine Datenbank antwortet",
  },
};
