import type { WalletMessages } from "../wallet-text.ts";

const AGAIN = "Es wurde nichts bewegt; prüfe es noch einmal.";
const NEXT_PRICE = "Warte auf den nächsten Preis und prüfe es noch einmal.";
const UNMOVED = "Von dir wurde nichts bewegt.";
const KEEPERS = "Darum kümmern sich die Keeper; von dir wurde nichts bewegt.";
const MODEL = "Die Modelldatei ist ungültig; bitte ihren Autor um eine berichtigte.";
const SETUP = "Sag es dem, der das hier eingerichtet hat; deine Anteile sind unberührt.";
const NODES = "Die Preis-Knoten melden sich von selbst wieder; versuch es gleich noch einmal.";

export const refusals: WalletMessages["refusals"] = {
  errors: {
    AssetsBelowMin: `Der Vault würde jetzt weniger zahlen, als du mindestens willst. ${AGAIN}`,
    SharesBelowMin: `Der Vault würde jetzt weniger Anteile geben, als du mindestens willst. ${AGAIN}`,
    DeadlinePassed: (at) => `Die Frist ${at} ist in der Zeit der Chain vorbei. ${AGAIN}`,
    ERC4626ExceededMaxDeposit:
      "So viel nimmt der Vault jetzt nicht: Die Obergrenze wäre überschritten, Einzahlungen ruhen, oder der Preis ist zu alt. Gib weniger ein oder versuch es nach dem nächsten Preis.",
    ERC4626ExceededMaxMint:
      "So viele Anteile gibt der Vault jetzt nicht aus: Die Obergrenze wäre überschritten, Einzahlungen ruhen, oder der Preis ist zu alt. Gib weniger ein oder versuch es nach dem nächsten Preis.",
    ERC4626ExceededMaxRedeem:
      "So viele Anteile kann der Vault jetzt nicht aus seinem Bargeld zahlen, oder der Preis ist zu alt. Gib weniger ein, melde einen Ausstieg an oder versuch es nach dem nächsten Preis.",
    ERC4626ExceededMaxWithdraw:
      "So viel kann der Vault jetzt nicht aus seinem Bargeld zahlen, oder der Preis ist zu alt. Gib weniger ein, melde einen Ausstieg an oder versuch es nach dem nächsten Preis.",
    InsideFill: `Der Vault ist mitten in einem Handel. ${AGAIN}`,
    ReentrancyGuardReentrantCall: `Der Vault ist mitten in einem anderen Aufruf. ${AGAIN}`,
    TransferNotExact: `Der Token hat nicht den ganzen Betrag überwiesen, darum lehnt der Vault ab. ${UNMOVED} Nimm einen anderen Token oder Vault.`,
    ClaimMissing: "Für dieses Konto gibt es nichts mehr abzuholen. Lade neu, um deine Bestände zu sehen.",
    ExitGasTooLow: "Die Wallet hat zu wenig Gas gesetzt. Sende noch einmal mit dem Gas, das sie vorschlägt.",
    ExitUnknown:
      "Dieses Konto hat keinen solchen Ausstieg angemeldet, oder er ist schon bezahlt. Sieh nach, ob etwas abzuholen ist.",
    ExitNotCancellable: (at) =>
      `Ein angemeldeter Ausstieg ist verbindlich. Ab ${at}, oder solange Preise fehlen, kannst du ihn zurücknehmen.`,
    PositionInvalid: "Der Vault hält diesen Token nicht. Wähle einen, den er hält.",
    ReceiverInvalid: "Der Vault selbst kann das nicht empfangen. Nenne ein anderes Konto.",
    SharesZero: "Ein Ausstieg ohne Anteile ist keiner. Gib einen Betrag über null ein.",
    ValueTooLarge: (market) =>
      `Der Preis von ${market} ist unglaubwürdig, darum rechnet der Vault nicht mit ihm. Der Ausstieg in Sachwerten geht weiter; alles andere wartet.`,
    AuctionNotDue: `Es ist keine Auktion fällig: Das Gewicht liegt im Band, oder die Runde ist schon gehandelt. ${KEEPERS}`,
    AuctionNotOpen: `Die Auktion ist vorbei. ${KEEPERS}`,
    FillTooSmall: `Der Handel ist kleiner als das Mindeste der Auktion. ${KEEPERS}`,
    FillTooLarge: `Der Handel ist größer als der Rest der Auktion. ${KEEPERS}`,
    LimitExceeded: `Der Preis der Auktion ist über die Grenze gelaufen. ${KEEPERS}`,
    Underpaid: `Der Vault bekam weniger, als ihm zusteht, darum wurde der Handel zurückgenommen. ${KEEPERS}`,
    CallbackUnexpected: `Jemand anderes als der Vault hat den Händler aufgerufen. ${KEEPERS}`,
    ProfitBelowMin: `Der Handel brächte seinem Keeper zu wenig. ${KEEPERS}`,
    PositionUnknown: "Das Mandat kennt diese Position nicht. Wähle eine, die der Vault hält.",
    WeightAboveCap: `Nach diesem Handel hielte der Vault mehr von dem Token, als er darf. ${KEEPERS}`,
    CashBelowFloor: `Nach diesem Handel hielte der Vault weniger Bargeld, als er muss. ${KEEPERS}`,
    TurnoverBudgetExceeded:
      "Der Vault hat vorerst so viel gehandelt, wie er darf. Warte, bis sein Budget wieder gefüllt ist.",
    LossBudgetExceeded:
      "Der Vault hat vorerst so viel abgegeben, wie er darf. Warte, bis sein Budget wieder gefüllt ist.",
    NotTighter: "Das würde die Grenze lockern. Nimm den verzögerten Weg, den alle kommen sehen.",
    NotLooser: "Das würde die Grenze straffen. Nimm dafür den sofortigen Weg.",
    CapsAboveInvestable: "Die Obergrenzen ließen zusammen zu wenig Bargeld übrig. Senke eine davon.",
    MandateParamInvalid: (name) => `Kein Mandat darf ${name} so setzen. Wähle einen erlaubten Wert.`,
    AccessManagedUnauthorized: "Dieses Konto darf das nicht. Nimm das Konto, das die Rolle hat.",
    AccessManagedRequiredDelay: "Das muss erst angekündigt werden. Plane es ein und warte öffentlich.",
    AccessManagedInvalidAuthority: `Die Verwaltung der Rechte ist kein Vertrag. ${SETUP}`,
    OwnableUnauthorizedAccount: "Das darf nur der Eigentümer des Tokens. Nimm das Konto des Eigentümers.",
    OwnableInvalidOwner: `Der Vertrag gehörte dann niemandem mehr. ${SETUP}`,
    ERC20InsufficientBalance: "Dein Guthaben ist zu klein. Gib weniger ein oder fülle es erst auf.",
    ERC20InsufficientAllowance:
      "Der Vault ist für diesen Betrag nicht freigegeben. Fang neu an; die Freigabe ist der erste Schritt.",
    ERC20InvalidApprover: `Der Token lehnt eine Freigabe durch niemanden ab. ${AGAIN}`,
    ERC20InvalidReceiver: "Der Token lehnt diesen Empfänger ab. Nenne ein anderes Konto.",
    ERC20InvalidSender: `Der Token lehnt eine Überweisung von niemandem ab. ${AGAIN}`,
    ERC20InvalidSpender: `Der Token lehnt eine Freigabe für niemanden ab. ${AGAIN}`,
    ERC2612ExpiredSignature: (at) =>
      `Deine Genehmigung galt nur bis ${at}. Prüfe noch einmal und unterschreibe eine neue.`,
    ERC2612InvalidSigner:
      "Die Genehmigung hat ein anderes Konto unterschrieben. Wähle deines in der Wallet und unterschreibe noch einmal.",
    InvalidAccountNonce:
      "Die Genehmigung ist schon benutzt, oder eine andere kam zuerst. Prüfe noch einmal und unterschreibe eine neue.",
    ECDSAInvalidSignature:
      "Die Unterschrift ist ungültig. Unterschreibe noch einmal, notfalls mit einer anderen Wallet.",
    ECDSAInvalidSignatureLength:
      "Die Unterschrift hat die falsche Länge. Unterschreibe noch einmal, notfalls mit einer anderen Wallet.",
    ECDSAInvalidSignatureS:
      "Die Unterschrift hat nicht die eine erlaubte Form. Unterschreibe noch einmal, notfalls mit einer anderen Wallet.",
    SafeERC20FailedOperation:
      "Der Token hat die Überweisung abgelehnt. Sieh nach, ob du ihn senden und empfangen darfst.",
    FaucetCapExceeded: (cap) => `Der Hahn gibt höchstens ${cap} Einheiten auf einmal. Nimm weniger.`,
    MarketIsHalted: (market) =>
      `${market} ist angehalten: Seine Preisquellen schweigen oder widersprechen sich. Der Ausstieg in Sachwerten geht weiter; alles andere wartet.`,
    PriceTooOld: (market, age) => `Der Preis von ${market} ist mehr als ${age} alt. ${NEXT_PRICE}`,
    SignalTooOld: (age) => `Die Vorhersage ist mehr als ${age} alt. Warte auf die nächste Runde.`,
    SignalLevelNotAccepted: "Diese Art von Vorhersage nimmt der Vault nicht an. Warte auf die nächste Runde.",
    MarketUnknown: (market) => `Das Preisbuch kennt keinen Markt ${market}. ${SETUP}`,
    FeedUnknown: (feed) => `Es gibt keinen Feed ${feed}. ${SETUP}`,
    GapNotAcknowledged: (market) =>
      `${market} schwieg zu lange, darum warten Vorhersagen auf einen Governor. Aussteigen geht inzwischen.`,
    CandlesTooFew: "Der Markt hat noch zu wenige Kerzen für eine Vorhersage. Warte, bis mehr geschlossen sind.",
    RoundAlreadyPublished: "Diese Runde ist schon veröffentlicht. Lade neu, um sie zu sehen.",
    CandleMissing: "Es gibt keine neue Kerze. Warte auf den nächsten Schluss.",
    CandleMalformed: `Eine gemeldete Kerze widerspricht sich. ${NODES}`,
    CandleOutOfOrder: `Eine gemeldete Kerze ist nicht die nächste. ${NODES}`,
    CandleOutsideBand: `Eine gemeldete Kerze liegt zu weit von den anderen Quellen. ${NODES}`,
    CandleUnconfirmed: `Zu wenige Quellen bestätigen die Kerze. ${NODES}`,
    QuorumShort: `Zu wenige Knoten haben die Meldung unterschrieben. ${NODES}`,
    ReportFromFuture: `Die Meldung kommt aus der Zukunft dieser Chain. ${NODES}`,
    ReportNotNewer: `Es gibt schon eine neuere Meldung. ${NODES}`,
    ReportPriceZero: `Die Meldung nennt keinen Preis. ${NODES}`,
    SignatureLengthInvalid: `Eine Unterschrift der Meldung hat die falsche Länge. ${NODES}`,
    SignerUnknown: `Die Meldung hat ein Fremder unterschrieben. ${NODES}`,
    SignersNotAscending: `Die Unterschriften der Meldung sind nicht geordnet. ${NODES}`,
    SourceGasTooLow: "Die Wallet hat zu wenig Gas gesetzt, um jede Preisquelle zu fragen. Sende noch einmal mit mehr.",
    LogarithmOfZero: `Null hat keinen Logarithmus, darum wurde nicht damit gerechnet. ${NODES}`,
    ModelUnknown: "Dieses Modell gibt es nicht. Wähle ein registriertes.",
    ModelMismatch: (name) => `Das Modell ist nicht für diesen Feed gemacht (${name}). Wähle eines, das es ist.`,
    BlobBoundExceeded: (name) => `Der Wert ${name} könnte überlaufen. ${MODEL}`,
    BlobFieldInvalid: (name) => `Der Wert ${name} ist nicht erlaubt. ${MODEL}`,
    BlobLengthInvalid: `Die Länge passt nicht zur Form. ${MODEL}`,
    BlobMagicInvalid: `Sie beginnt nicht wie ein Modell. ${MODEL}`,
    BlobTooLong: `Sie ist zu lang für einen Vertrag. ${MODEL}`,
    LayerFieldInvalid: (name) => `Der Wert ${name} einer Schicht ist nicht erlaubt. ${MODEL}`,
    OutputSumTooLarge: `Eine Ausgabe könnte überlaufen. ${MODEL}`,
    PaddingInvalid: `Unbenutzte Gewichte sind nicht null. ${MODEL}`,
    TreeLaneInvalid: `Ein Baum liest eine Eingabe, die es nicht gibt. ${MODEL}`,
    UnitInvalid: (name) => `Der Wert ${name} einer Eingabe ist nicht erlaubt. ${MODEL}`,
    AggregatorDecimalsInvalid: `Ein Preis-Aggregator hat zu viele Nachkommastellen. ${SETUP}`,
    AggregatorExists: `Der Markt hat schon einen Preis-Aggregator. ${SETUP}`,
    SequencerGraceInvalid: `Die Wartezeit nach einem Ausfall des Sequencers ist nicht erlaubt. ${SETUP}`,
    QuorumInvalid: `Das Quorum passt nicht zur Zahl der Unterzeichner. ${SETUP}`,
    MarketExists: `Den Markt gibt es schon. ${SETUP}`,
    MarketParamInvalid: (name) => `Ein Markt darf ${name} nicht so setzen. ${SETUP}`,
    SeedTooLate: `Der Markt hat schon einen Preis und bekommt keine Vorgeschichte mehr. ${SETUP}`,
    GapNotFound: `Es gibt keine Lücke zu bestätigen. ${SETUP}`,
    FeedExists: `Den Feed gibt es schon. ${SETUP}`,
    FeedNameInvalid: `Der Feed heißt nicht nach seinem Markt. ${SETUP}`,
    PositionCountInvalid: `Vault und Mandat zählen verschieden viele Positionen. ${SETUP}`,
    TooManyDecimals: `Ein Token hat mehr Nachkommastellen, als ein Vault zählt. ${SETUP}`,
    VaultParamInvalid: (name) => `Ein Vault darf ${name} nicht so setzen. ${SETUP}`,
    InvalidShortString: `Ein Name ist nicht so geschrieben, wie ihn die Chain speichert. ${SETUP}`,
    StringTooLong: `Ein Name ist länger, als ihn die Chain speichert. ${SETUP}`,
    AddressEmptyCode: `Wo ein Vertrag sein sollte, ist keiner. ${SETUP}`,
    FailedCall: `Ein Aufruf an einen anderen Vertrag schlug ohne Grund fehl. ${AGAIN}`,
    ExponentTooLarge: `Eine Zahl ist größer, als der Vertrag zählt. ${UNMOVED} Gib weniger ein.`,
    SafeCastOverflowedIntDowncast: `Der Betrag ist größer, als der Vertrag zählt. ${UNMOVED} Gib weniger ein.`,
    SafeCastOverflowedUintDowncast: `Der Betrag ist größer, als der Vertrag zählt. ${UNMOVED} Gib weniger ein.`,
    SafeCastOverflowedUintToInt: `Der Betrag ist größer, als der Vertrag zählt. ${UNMOVED} Gib weniger ein.`,
    Error: (reason) => `Der Vertrag lehnt ab: „${reason}“. ${AGAIN}`,
    Panic: (code) =>
      `Der Vertrag hielt an einem unmöglichen Wert an (Code ${code}). ${UNMOVED} Gib einen anderen Betrag ein.`,
  },
  unknown: (data) =>
    `Der Vertrag lehnt aus einem Grund ab, den diese Seite nicht kennt (${data}). Es wurde nichts bewegt; versuch einen anderen Betrag oder schlage den Code nach.`,

  rejected: "In der Wallet abgelehnt; es wurde nichts gesendet.",
  walletBusy: "Die Wallet hat schon eine offene Anfrage. Öffne sie, beantworte die Anfrage und versuch es noch einmal.",
  walletCannot: "Das kann diese Wallet nicht. Nimm eine andere.",
  walletGone: "Die Wallet antwortet nicht. Öffne sie oder lade die Seite neu, dann versuch es noch einmal.",
  wrongChain: "Die Wallet ist in einem anderen Netzwerk. Wechsle es und versuch es noch einmal.",
  noGas:
    "Das Konto kann die Gebühr des Netzwerks nicht zahlen. Lade etwas von der eigenen Münze der Chain auf und versuch es noch einmal.",
  nonce:
    "Die Wallet hat ihre Transaktionen falsch gezählt. Versuch es noch einmal; wenn es sich wiederholt, setze in der Wallet die Aktivität des Kontos zurück.",
  unreachable: "Der Knoten der Chain antwortet nicht. Sieh nach, ob er läuft, dann versuch es noch einmal.",
  other: (message) => `Das ging nicht: ${message} Es wurde nichts bestätigt; versuch es noch einmal.`,
};
