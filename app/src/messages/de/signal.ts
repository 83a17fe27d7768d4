import type { Messages } from "../text.tsx";

type Pace = { name: string; average: string };

const PACES: Record<string, Pace> = {
  fastest: { name: "am schnellsten", average: "schnellster" },
  fast: { name: "schnell", average: "schneller" },
  slow: { name: "langsam", average: "langsamer" },
  slowest: { name: "am langsamsten", average: "langsamster" },
};

/** Names of features are a word and a pace: "range fastest". */
const featureOf = (name: string): { word: string; pace: Pace } | undefined => {
  const [word = "", key = ""] = name.split(" ");
  const pace = PACES[key];
  return pace === undefined ? undefined : { word, pace };
};

const NAMES: Record<string, string> = { range: "Spanne", drift: "Drift" };

const MEANINGS: Record<string, (pace: string) => string> = {
  range: (pace) => `log2 der Volatilität je Periode aus Hoch-Tief-Spannen, ${pace} Mittelwert`,
  drift: (pace) => `mittlere Rendite je Periode in Einheiten der Volatilität, ${pace} Mittelwert`,
};

export const signal: Messages["signal"] = {
  pageTitle: (label) => `Volatilität ${label}`,
  title: (label) => `Volatilität ${label}`,
  titleOfRound: (label, round) => `Volatilität ${label} · Runde ${round}`,
  perYear: (percent) => `${percent}/Jahr`,
  ahead: (candles) => `über die nächsten ${candles} Kerzen`,
  closed: (time) => `aus der Kerze mit Schluss ${time}, {ago}`,
  cameTo: (outcome, naive) => `Was geschah: ${outcome}; „wie zuletzt“ sagte ${naive}.`,
  open: (candles) => `Was geschieht, ist ${candles} Kerzen nach dieser bekannt.`,
  valid: "gültig bis zum nächsten Schluss",
  validAtMost: (age, until) => `gültig bis zum nächsten Schluss, höchstens ${age}, bis ${until}`,
  replaced: "ersetzt durch {round}",
  roundName: (round) => `Runde ${round}`,
  rounds: "Runden",
  older: (round) => `‹ Runde ${round}`,
  newer: (round) => `Runde ${round} ›`,
  noOlder: "‹ erste Runde",
  noNewer: "neueste Runde",
  newest: "der neuesten folgen",
  following: "neueste Runde, live",
  keys: "Die Pfeiltasten links und rechts führen von Runde zu Runde.",

  noFeed: (name) => `Kein Feed heißt ${name}.`,
  noRound: (text) => `${text} ist keine Runde: Runden zählen ab 1.`,
  silent:
    "Noch keine Prognose: Die erste erscheint, wenn eine Kerze geschlossen hat und das Modell auf der Chain gelaufen ist.",
  missing: (round) =>
    `Runde ${round} wurde nie veröffentlicht: Eine Kerze, deren Prognose zu spät kommt, fällt für immer aus, und eine künftige Runde hat noch nicht geschlossen.`,
  halted: (market, why, price) =>
    `${market} ist angehalten (${why}): keine neue Prognose, bis die Quellen wieder übereinstimmen. Der letzte gemeinsame Preis ist ${price}, {ago}. Diese Runde lässt sich weiter lesen und prüfen; was einen Preis braucht (Einzahlungen, Handel), wartet.`,
  haltedWhy: { TooFewSources: "zu wenige frische Preisquellen", Disagreement: "die Preisquellen sind uneins" },
  tooOld: (age, vault) =>
    `Diese Prognose ist älter als ${age}: ${vault} handelt nicht mehr danach, und ein Vertrag mit diesem Höchstalter bekommt einen Revert.`,

  proof: {
    title: "Beweis",
    published: "Block {block}, {transaction}",
    chain: "die Chain hat berechnet",
    browser: "dein Browser hat berechnet",
    trial: "dein Versuch hat berechnet",
    equal: "Gleich, Bit für Bit",
    unequal: "NICHT GLEICH",
    wrongModel: "NICHT DAS MODELL, DAS DIE CHAIN NENNT",
    wrongIndexer: "DER INDEXER ZEIGT EINE ANDERE ZAHL ALS DIE CHAIN",
    explained:
      "Dasselbe WebAssembly, das die Knoten ausführen, gerade eben in deinem Browser, nur mit ganzen Zahlen. Der Wert ist log2 der Jahresvolatilität mit 32 Nachkommabits.",
    instruction: (command) =>
      `Benutze diese Runde nicht. Führe „${command}“ auf deinem eigenen Rechner aus und melde die Transaktion den Betreibern dieser Installation.`,
    indexerInstruction:
      "Benutze diese Seite nicht: Ihr Indexer irrt oder wurde manipuliert. Die Zahl der Chain selbst steht oben.",
    unreachable: (url) =>
      `Der Knoten der Chain unter ${url} antwortet nicht, also ist hier nichts bewiesen. Die Zahlen auf dieser Seite sind das Wort des Indexers.`,
    noModel: (reason) =>
      `Was der Knoten als Code des Modells lieferte, ist kein Modell, also ist hier nichts bewiesen: ${reason}`,
    inputs: "Woher die Eingaben kommen",
    features: "Merkmale und Zahl der Chain",
    featuresFrom: "gelesen vom Knoten der Chain: Ereignis SignalPublished von {contract} in {transaction}",
    featuresFromIndexer: "vom Indexer; der Knoten hat {transaction} nicht mehr",
    code: "Code des Modells",
    codeFrom: "gelesen vom Knoten der Chain und hier gehasht: ModelRegistry {contract}",
    periods: "Kerzen im Jahr",
    periodsFrom: (count) => `${count}, aus den Parametern des Marktes, vom Indexer`,
    engine: "Rechenwerk",
    engineName: "WebAssembly, in diesem Tab",
  },

  trial: {
    invite: "Glaub es nicht einfach: Ändere ein Merkmal und sieh, dass das Ergebnis nicht mehr passt.",
    start: "Probier es: ein Merkmal ändern",
    title: "Ein Versuch mit geändertem Merkmal, nicht die Daten der Chain",
    feature: "Merkmal",
    change: "Ändern um, in Einheiten seines int16",
    reset: "Zurück zu den Merkmalen der Chain",
    unequal: "Nicht gleich, wie es sein muss",
    equal: "Immer noch gleich: Das Ergebnis des Modells hängt von dieser Änderung nicht ab.",
    explained: (name, before, after, off, volatility) =>
      `${name}: Aus ${before} wurde ${after}, und das Ergebnis liegt um ${off} daneben. Das Modell würde dann ${volatility} erwarten; die Zahl der Chain passt nur zu den Merkmalen der Chain.`,
  },

  features: {
    title: "Merkmale, die das Modell sah",
    name: (name) => {
      const feature = featureOf(name);
      return feature === undefined ? name : `${NAMES[feature.word] ?? feature.word}, ${feature.pace.name}`;
    },
    meaning: (name, meaning) => {
      const feature = featureOf(name);
      return (feature && MEANINGS[feature.word]?.(feature.pace.average)) ?? meaning;
    },
    withVolatility: (meaning, volatility) => `${meaning}: ${volatility}`,
    adds: (amount) => `trägt ${amount} bei`,
    moved: (amount, round) => `${amount} seit Runde ${round}`,
    exact: (lane) => `int16 ${lane}`,
    explained:
      "Die Prognose ist eine Summe im log2 der Volatilität: +1 verdoppelt sie, −1 halbiert sie. Der Beitrag ist Gewicht mal Merkmal. Einzelne Beiträge sind groß, weil Volatilität klein ist; mehr sagt, was sich seit der Runde davor bewegt hat.",
    otherModel: "Die Runde davor hat ein anderes Modell berechnet, darum wird mit ihr nichts verglichen.",
    ledger: "Zähl zusammen: exakte ganze Zahlen",
    ledgerLabel: "Summanden der Prognose, exakte ganze Zahlen",
    columns: ["Summand", "Gewicht", "Merkmal", "Produkt (32 Nachkommabits)"],
    terms: {
      bias: "Konstante des Modells",
      closeToRange: "Schlusskurse gegenüber Hoch-Tief-Spanne",
      periods: (count) => `½ log2 von ${count} Kerzen im Jahr`,
      forest: (trees) => `${trees} Bäume zusammen`,
      dense: (layers) => `Netz aus ${layers} Schichten`,
    },
    sum: "Summe = Zahl deines Browsers",
    undivided: (term) =>
      `Der Summand „${term}“ liest mehrere Merkmale zugleich; ihn auf sie aufzuteilen wäre Ansichtssache, darum bleibt er eine Zahl.`,
  },

  model: {
    title: "Modell",
    id: "Id",
    kind: "Art",
    linear: (inputs) => `linear, ${inputs} Eingänge`,
    forest: (inputs, trees) => `linear, ${inputs} Eingänge, und ein Wald aus ${trees} Bäumen`,
    dense: (inputs, layers) => `linear, ${inputs} Eingänge, und ein Netz aus ${layers} Schichten`,
    hash: "Hash des Codes",
    hashEqual: "gleicht der Id",
    hashDiffers: "weicht von der Id ab",
    horizon: "Horizont",
    horizonOf: (candles, period) => `${candles} Kerzen von ${period}`,
    warm: "Bereit nach",
    candles: (count) => `${count} Kerzen`,
    code: "Code",
    download: (bytes) => `${bytes} Bytes herunterladen`,
    author: "Urheber",
    registered: "Registriert in",
    contract: "Vertrag mit dem Code",
    unread: "nicht gelesen",
    others: "Modelle dieses Feeds",
    since: "seit {round}",
    next: "rechnet ab der nächsten Runde",
  },

  outlook: {
    title: "Prognose und was geschah, Volatilität im Jahr",
    label: "Prognostizierte Volatilität neben der eingetretenen und neben der der Tage davor",
    forecast: "Prognose",
    outcome: "Was geschah",
    naive: "Wie zuletzt",
    empty: "Das Diagramm beginnt mit der ersten Runde.",
    newest: (count) => `Die neuesten ${count} Runden`,
    columns: ["Runde", "Schluss", "Prognose", "Was geschah", "Wie zuletzt"],
  },

  score: {
    title: "Wie gut solche Prognosen waren",
    none: "Noch keine Wertung: Sie beginnt, wenn der Ausgang zweier Runden bekannt ist.",
    better: "Bisher schlägt das Modell die naive Prognose nach jedem Maß hier.",
    worse: "Bisher ist das Modell nach jedem Maß hier schlechter als die naive Prognose.",
    mixed:
      "Bisher ist keine besser: Das Modell schlägt die naive Prognose nach manchen Maßen und verliert nach anderen.",
    equal: "Bisher sind das Modell und die naive Prognose gleich gut.",
    closer: (closer, rounds, share) => `Es lag in ${closer} von ${rounds} Runden näher (${share}).`,
    label: "Wertung der Prognose und der naiven",
    columns: ["Maß", "Prognose", "Wie zuletzt"],
    r2: "R² der Log-Volatilität (1 ist perfekt, 0 nicht besser als der Durchschnitt)",
    error: "Typischer Fehler, als Faktor (1× ist perfekt)",
    qlike: "QLIKE der Varianz (0 ist perfekt, zu niedrig kostet mehr)",
    measured: (rounds, from, to, candles) =>
      `Gemessen über alle ${rounds} veröffentlichten Runden mit bekanntem Ausgang, Schlüsse ${from} bis ${to}. Ausgang: Volatilität der Schlusskurse der ${candles} Kerzen nach der Runde. Wie zuletzt: die der ${candles} Kerzen bis zu ihr. Die Chain hat jede Prognose vor ihrem Ausgang gespeichert; die Ausgänge benachbarter Runden überlappen, sind also nicht unabhängig. Studien gegen Hoch-Tief-Spannen, einen weniger verrauschten Ausgang, nennen ein höheres R².`,
  },

  calibration: {
    title: "Kalibrierung",
    label: "Mittlerer Ausgang gegen mittlere Prognose, nach Gruppen von Prognosen",
    explained: (bins, least, most) =>
      least === most
        ? `${bins} Gruppen von ${most} Runden, nach Prognose sortiert. Auf der Diagonale trafen die Prognosen im Mittel zu; darüber waren sie zu niedrig.`
        : `${bins} Gruppen von ${least} bis ${most} Runden, nach Prognose sortiert. Auf der Diagonale trafen die Prognosen im Mittel zu; darüber waren sie zu niedrig.`,
    empty: "Die Kalibrierung beginnt mit 40 Runden, deren Ausgang bekannt ist.",
    forecastAxis: "Prognose, %/Jahr",
    outcomeAxis: "was geschah, %/Jahr",
    columns: ["Prognosen", "Runden", "Mittlere Prognose", "Mittlerer Ausgang"],
    range: (from, to) => `${from} bis ${to}`,
    means: "Die Mittel sind geometrisch; beide Achsen sind logarithmisch.",
  },

  errors: {
    title: "Fehler im Lauf der Zeit",
    label: (rounds) => `Fehler der Prognose und der naiven über die letzten ${rounds} Runden`,
    error: "Fehler, Prognose",
    errorNaive: "Fehler, wie zuletzt",
    qlike: "QLIKE, Prognose",
    qlikeNaive: "QLIKE, wie zuletzt",
    explained: (rounds) =>
      `Jeder Punkt ist das Mittel über die ${rounds} Runden bis zu ihm. Oben: mittlerer absoluter Fehler der Log-Volatilität, als Faktor. Unten: QLIKE der Varianz. Niedriger ist besser.`,
    empty: (rounds) => `Das Diagramm beginnt, wenn ${rounds} Ausgänge bekannt sind.`,
    columns: ["Runde", "Schluss", "Fehler", "Fehler, wie zuletzt", "QLIKE", "QLIKE, wie zuletzt"],
  },

  trades: {
    title: "Auktionen zu dieser Runde",
    none: "Keine: Jeder Vault war nah genug an seinem Ziel.",
    buys: (amount, from, to) => `{vault} kauft ${amount}: Gewicht ${from} auf ${to}, {transaction}`,
    sells: (amount, from, to) => `{vault} verkauft ${amount}: Gewicht ${from} auf ${to}, {transaction}`,
  },

  trust: {
    title: "Worauf du vertraust",
    levels: {
      executed: "EXECUTED: Die Chain hat Merkmale und Prognose selbst berechnet. Du vertraust nur den Preisen.",
      optimistic: "OPTIMISTIC: Ein Knoten mit Pfand hat sie eingestellt, und niemand hat sie rechtzeitig angefochten.",
      scored:
        "SCORED: Viele Knoten haben sich verdeckt festgelegt und dann aufgedeckt; ihre bisherige Wertung gewichtet sie.",
    },
    unknown: (level) => `${level}: eine Stufe, die diese Seite nicht kennt.`,
    origins: (names) => `Die Preise kommen aus: ${names}.`,
    quorum: (quorum, signers) => `${quorum} von ${signers} Knoten müssen einen Bericht unterschreiben.`,
    sources: (least) =>
      least === 1
        ? "Dem Markt genügt eine einzige Preisquelle:"
        : `Der Markt braucht ${least} frische Quellen, die übereinstimmen; es zählt ihr Median:`,
    kinds: { signed: "von Knoten unterschrieben", chainlink: "Chainlink-Aggregator", other: "anderer Vertrag" },
    silentSource: "noch kein Bericht",
    agrees: "stimmt überein",
    disagrees: "außerhalb des Bandes",
    replay: "Das ist eine lokale Wiederholung vergangener Daten, kein lebender Markt.",
  },

  integrate: {
    title: "Lies diese Zahl in deinem Vertrag",
    explained:
      "Ein Aufruf. Sag, was dir zu alt ist und wessen Signale du annimmst; sonst gibt es einen Revert, damit keine veraltete Zahl durchrutscht.",
    snippet: "Solidity",
    command: "Von einem Terminal aus",
    copyNoun: "Beispiel",
    feedId: "Feed-Id",
    feedIdNoun: "Feed-Id",
    signalFeed: "SignalFeed",
    priceBook: "PriceBook",
    registry: "ModelRegistry",
    maxAge: "Höchstalter",
    maxAgeOf: (age, seconds) => `${age} = ${seconds} s, wie der Vault hier; gezählt ab dem Schluss der Kerze`,
    maxAgeFree: "wählst du selbst, in Sekunden ab dem Schluss der Kerze",
    levels: "Stufen",
    levelsOf: "EXECUTED 1, OPTIMISTIC 2, SCORED 4; addiere, was du annimmst",
    value: "Wert",
    valueOf: "log2 der Jahresvolatilität, 32 Nachkommabits; 0 ist 100 %/Jahr",
    example:
      "Der ganze Vertrag mit Test: examples/read-signal. Wer Chainlink-Feeds liest, nimmt SignalAggregator: 8 Dezimalen, 1e8 = 100 %/Jahr.",
  },
};
