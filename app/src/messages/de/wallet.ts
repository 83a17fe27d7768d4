import type { WalletMessages } from "../wallet-text.ts";
import { refusals } from "./wallet-refusals.ts";

export const wallet: WalletMessages = {
  refusals,

  connect: {
    choose: "Wähle eine Wallet",
    none: "In diesem Browser ist keine Wallet. Installiere eine, die sich selbst meldet (EIP-6963), und lade die Seite neu.",
    demo: "Demo-Wallet",
    demoHint: "In diese Seite eingebaut, nur für Testgeld auf der lokalen Chain.",
    demoChip: "Demo, Testgeld",
    waiting: (name) => `Bestätige die Verbindung in ${name}.`,
    reconnecting: "Deine Wallet wird wieder verbunden…",
    disconnect: "Trennen",
    wrongChain: (chain) => `Dieser Vault ist auf Chain ${chain}; deine Wallet ist auf einer anderen.`,
    switchChain: "Netzwerk wechseln",
    switching: "Bestätige in deiner Wallet…",
  },

  you: {
    shares: "Du hältst",
    worth: "Wert",
    cash: "In deiner Wallet",
    tap: (symbol) => `Demo-${symbol} holen`,
    tapped: (symbol) => `Demo-${symbol} ist da.`,
    halted: (market) =>
      `${market} ist angehalten: Einzahlen und Auszahlen warten. Der Ausstieg in Sachwerten braucht keinen Preis und geht jetzt; ein angemeldeter Ausstieg wird bezahlt, sobald es einen Preis gibt.`,
    stale: (age) =>
      `Der Preis ist mehr als ${age} alt: Einzahlen und Auszahlen warten auf den nächsten. Der Ausstieg in Sachwerten geht jetzt; ein angemeldeter Ausstieg wird zum nächsten Preis bezahlt.`,
    paused: "Einzahlungen ruhen, vom Guardian angehalten. Aussteigen geht auf jede Art.",
    noCash:
      "Der Vault hat jetzt kein Bargeld zum Auszahlen. Melde einen Ausstieg an, der zum nächsten Preis bezahlt wird, oder steige in Sachwerten aus.",
  },

  shares: (amount) => `${amount}\u00a0Anteile`,
  sharesUnit: "Anteile",

  flow: {
    back: "Zurück",
    takeAll: (label) => `${label}: alles nehmen`,
    asking: "Die Chain wird gefragt…",
    held: (seconds) => `Die Marktzeit steht, während du liest: noch ${seconds} s.`,
    expired: "Der Markt stand zwei Minuten und ist weitergelaufen; prüfe die neuen Beträge.",
    steps: "Transaktionen",
    phases: {
      preparing: "die Chain wird gefragt…",
      signing: "wartet auf die Wallet…",
      mining: "wartet auf den Block…",
      asked:
        "Die Wallet wurde gefragt, bevor diese Seite geladen wurde, oder in einem anderen Tab. Bestätige oder lehne dort ab; diese Seite folgt dem.",
    },
    startAgain: "Neu anfangen",
    resumedAfter: "Ein früherer Schritt ist schon auf der Chain; prüfe, was noch fehlt.",
    elsewhere: "Ein anderer Tab dieser Seite sendet gerade für dieses Konto. Beende es dort und komm dann zurück.",
    reverted:
      "Die Transaktion wurde aufgenommen und rückgängig gemacht; es wurde nichts bewegt. Prüfe sie noch einmal.",
    replaced:
      "Deine Wallet hat die Transaktion durch eine andere ersetzt; hier wurde nichts bewegt. Fang neu an, wenn du willst.",
    lost: "Eine andere Transaktion deines Kontos kam an ihre Stelle. Vergleiche deine Bestände, bevor du es noch einmal versuchst.",
    noEvent: (event) =>
      `Die Transaktion wurde ohne das Ereignis ${event} aufgenommen; vergleiche deine Bestände, bevor du es noch einmal versuchst.`,
    transaction: "Transaktion",
    block: "Block",
    shownBelow: "Unten zu sehen",
    indexed: "indiziert",
    indexing: "wartet auf den Indexer…",
    done: "Fertig",
    backToForm: "Zurück zum Formular",
    waitingForBlock: "Wartet auf den Block…",
  },

  facts: {
    pay: "Du zahlst",
    give: "Du gibst",
    receiveAbout: "Du bekommst etwa",
    receive: "Du bekommst",
    atLeast: (percent) => `Mindestens (${percent} weniger)`,
    spread: "Spanne, an andere Halter",
    fee: "Gebühr",
    feeLater: (perYear, ofGains) => `jetzt keine; ${perYear} im Jahr und ${ofGains} vom Gewinn, aus dem Vault`,
    noFee: "keine",
    approval: "Darf von dir nehmen",
    approves: (amount) => `genau ${amount}, der Vault`,
    noApproval: "nichts: keine Freigabe nötig",
    deadline: "Frist, Zeit der Chain",
    noDeadline: "keine: es gilt in seinem Block",
    noLeast: "entscheidet der nächste Preis",
    worthNow: "Jetzt wert, etwa",
  },

  deposit: {
    verb: "Einzahlen",
    review: "Einzahlung prüfen",
    confirm: "Einzahlung bestätigen",
    field: "Betrag zum Einzahlen",
    most: (amount) => `Guthaben ${amount}`,
    room: (amount) => `Der Vault nimmt ${amount}`,
    overBalance: (amount) => `Mehr als dein Guthaben von ${amount}.`,
    overRoom: (amount) => `Der Vault nimmt noch höchstens ${amount}, seine Obergrenze; gib nicht mehr ein.`,
    closed:
      "Der Vault nimmt jetzt keine Einzahlung: Einzahlungen ruhen, er ist voll, sein Preis ist zu alt oder sein Markt angehalten. Versuch es nach dem nächsten Preis.",
    tooLittle: "Das reicht für keinen Bruchteil eines Anteils; gib mehr ein.",
    steps: {
      approve: (amount) => `Genau ${amount} freigeben`,
      permit: (amount) => `Genehmigung für genau ${amount} unterschreiben`,
      deposit: (amount) => `${amount} einzahlen`,
    },
    approved: "Freigegeben.",
    result: (shares) => `Du hast ${shares} bekommen.`,
  },

  redeem: {
    verb: "Auszahlen",
    review: "Auszahlung prüfen",
    confirm: "Auszahlung bestätigen",
    about: "Sofort bezahlt aus dem Bargeld, das der Vault hält.",
    shares: "Anteile zum Auszahlen",
    cash: "Betrag, den du bekommst",
    units: "Eingabe in",
    payable: (amount) => `Jetzt zahlbar ${amount}`,
    overShares: (amount) => `Mehr als die ${amount}, die du hältst.`,
    overCash: (amount) => `Mehr als die ${amount}, die deine Anteile nach der Spanne wert sind.`,
    overPayable: (amount) =>
      `Der Vault kann jetzt ${amount} aus seinem Bargeld zahlen; gib nicht mehr ein, oder melde einen Ausstieg an.`,
    closed:
      "Der Vault zahlt jetzt nichts aus: Sein Preis ist zu alt, sein Markt angehalten, oder er hat kein Bargeld. Versuch es nach dem nächsten Preis, melde einen Ausstieg an, oder steige in Sachwerten aus.",
    tooLittle: "Diese Anteile sind weniger wert als die kleinste Einheit Bargeld; gib mehr ein.",
    step: (shares) => `${shares} auszahlen`,
    result: (cash) => `Du hast ${cash} bekommen.`,
  },

  request: {
    verb: "Ausstieg anmelden",
    review: "Anmeldung prüfen",
    confirm: "Anmeldung bestätigen",
    about: "Für mehr, als das Bargeld des Vaults jetzt zahlt: Die nächste Auktion verkauft für dich.",
    field: "Anteile für den Ausstieg",
    most: (amount) => `Du hältst ${amount}`,
    next: "So geht es weiter: Der Vault verwahrt deine Anteile, die nächste Auktion verkauft für sie, und sie werden zum ersten Preis nach deiner Anmeldung bezahlt. Dann holst du das Geld hier ab. Eine Anmeldung ist verbindlich; zurücknehmen kannst du sie nur, solange Preise fehlen oder wenn sie zu lange gewartet hat.",
    step: (shares) => `Ausstieg für ${shares} anmelden`,
    result: (shares) => `Dein Ausstieg für ${shares} ist angemeldet; er wird zum nächsten Preis bezahlt.`,
  },

  cancel: {
    verb: "Zurücknehmen",
    review: "Prüfen",
    confirm: "Zurücknehmen bestätigen",
    step: (shares) => `${shares} zurücknehmen`,
    result: (shares) => `Du hast ${shares} zurück.`,
  },

  claim: {
    verb: "Abholen",
    review: "Abholung prüfen",
    confirm: "Abholung bestätigen",
    step: (amount) => `${amount} abholen`,
    result: (amount) => `Du hast ${amount} bekommen.`,
  },

  inKind: {
    verb: "In Sachwerten aussteigen",
    review: "Ausstieg prüfen",
    confirm: "Ausstieg bestätigen",
    about: "Dein Teil von jedem Wert, sofort. Braucht keinen Preis und geht auch, wenn der Markt angehalten ist.",
    field: "Anteile für den Ausstieg in Sachwerten",
    most: (amount) => `Du hältst ${amount}`,
    asset: (symbol) => `Du bekommst ${symbol}`,
    leftover:
      "Die Beträge sind dein genauer Teil in diesem Block. Was nicht gesendet werden kann, bleibt für dich zum Abholen.",
    step: (shares) => `${shares} gegen Sachwerte tauschen`,
    result: (amounts) => `Du hast ${amounts} bekommen.`,
    nothing: "Dein Teil war zu klein, um etwas auszuzahlen.",
    kept: (amounts) => `${amounts} ließ sich nicht senden und wartet auf dich zum Abholen.`,
  },

  open: {
    title: "Offen für dich",
    request: (shares) => `Ausstieg für ${shares} angemeldet`,
    requestPart: (pending, of) => `Ausstieg angemeldet: ${pending} offen, insgesamt ${of}`,
    waits: "Bezahlt zum ersten Preis danach; dann holst du das Geld hier ab.",
    binding: (time) => `Verbindlich bis ${time}, außer wenn Preise fehlen.`,
    takeBack: "Zurücknehmen",
    claim: (amount) => `${amount} zum Abholen`,
    claimNow: (symbol) => `${symbol} abholen`,
  },

  history: {
    title: (count) => `Dein Verlauf (${count})`,
    empty: "Hier werden deine Einzahlungen und Ausstiege stehen.",
    paidIn: "Eingezahlt",
    tookOut: "Herausgenommen",
    inKindNow: "In Sachwerten, zum heutigen Preis",
    gain: "Gewinn bisher",
    noGain: "unbekannt: Anteile wurden übertragen",
    cut: "unbekannt: zu viele Einträge, um sie hier zu addieren",
    unavailable: "Dein Verlauf ist nicht lesbar: Der Indexer antwortet nicht.",
    rows: {
      deposit: (cash, shares) => `${cash} für ${shares} eingezahlt`,
      withdrawal: (shares, cash) => `${shares} für ${cash} ausgezahlt`,
      request: (shares) => `Ausstieg für ${shares} angemeldet`,
      cancelled: (shares) => `Ausstieg für ${shares} angemeldet und zurückgenommen`,
      settlement: (shares, cash) => `${shares} für ${cash} abgerechnet`,
      inKind: (shares, amounts) => `${shares} gegen Sachwerte getauscht: ${amounts}`,
    },
  },
};
