const AGAIN = "Nothing was moved; review it again.";
const NEXT_PRICE = "Wait for the next price and review again.";
const UNMOVED = "Nothing of yours has moved.";
const KEEPERS = "That is for the keepers to settle; nothing of yours has moved.";
const MODEL = "The model file is not valid; ask its author for a corrected one.";
const SETUP = "Tell whoever set this deployment up; your shares are untouched.";
const NODES = "The price nodes send the next report by themselves; try again in a moment.";

/** What each contract error means to the person who met it, and what to do; then what else can go wrong on the way. */
export const refusals = {
  errors: {
    // entering and leaving
    AssetsBelowMin: `The vault would now pay less than the least you accept. ${AGAIN}`,
    SharesBelowMin: `The vault would now give fewer shares than the least you accept. ${AGAIN}`,
    DeadlinePassed: (at: string) => `The deadline ${at} has passed in the chain's time. ${AGAIN}`,
    ERC4626ExceededMaxDeposit:
      "The vault takes less than that now: its deposit cap would be passed, deposits are paused, or its price is too old. Enter less or try after the next price.",
    ERC4626ExceededMaxMint:
      "The vault mints fewer shares than that now: its deposit cap would be passed, deposits are paused, or its price is too old. Enter less or try after the next price.",
    ERC4626ExceededMaxRedeem:
      "More shares than the vault can pay from its cash now, or the price is too old. Enter less, request an exit, or try after the next price.",
    ERC4626ExceededMaxWithdraw:
      "More than the vault can pay from its cash now, or the price is too old. Enter less, request an exit, or try after the next price.",
    InsideFill: `The vault is in the middle of a trade. ${AGAIN}`,
    ReentrancyGuardReentrantCall: `The vault is in the middle of another call. ${AGAIN}`,
    TransferNotExact: `The token did not transfer the whole amount, so the vault refused it. ${UNMOVED} Use another token or vault.`,
    ClaimMissing: "There is nothing left to claim for this account. Reload to see your balances.",
    ExitGasTooLow: "The wallet set too little gas. Send it again with the gas that the wallet proposes.",
    ExitUnknown: "This account has no such exit request, or it is settled already. Look for a claim instead.",
    ExitNotCancellable: (at: string) =>
      `A requested exit is binding. It can be taken back from ${at} on, or while prices are missing.`,
    PositionInvalid: "The vault does not hold this token. Choose one that it holds.",
    ReceiverInvalid: "The vault itself cannot receive this. Name another account.",
    SharesZero: "An exit of no shares is none. Enter an amount above zero.",
    ValueTooLarge: (market: string) =>
      `The price of ${market} is beyond belief, so the vault refuses to count with it. Leaving in kind still works; everything else waits.`,
    // auctions
    AuctionNotDue: `No auction is due: the weight is inside its band or the round was traded already. ${KEEPERS}`,
    AuctionNotOpen: `The auction has ended. ${KEEPERS}`,
    FillTooSmall: `The fill is below the auction's smallest. ${KEEPERS}`,
    FillTooLarge: `The fill is above what the auction has left. ${KEEPERS}`,
    LimitExceeded: `The auction's price has moved past the limit. ${KEEPERS}`,
    Underpaid: `The vault was paid less than it is owed, so the trade was undone. ${KEEPERS}`,
    CallbackUnexpected: `Somebody other than the vault called the filler. ${KEEPERS}`,
    ProfitBelowMin: `The trade would earn its keeper too little. ${KEEPERS}`,
    // mandate
    PositionUnknown: "The mandate knows no such position. Choose one that the vault holds.",
    WeightAboveCap: `After this trade the vault would hold more of the token than its cap allows. ${KEEPERS}`,
    CashBelowFloor: `After this trade the vault would hold less cash than it must keep. ${KEEPERS}`,
    TurnoverBudgetExceeded: "The vault has traded as much as it may for now. Wait until its budget has refilled.",
    LossBudgetExceeded: "The vault has given away as much as it may for now. Wait until its budget has refilled.",
    NotTighter: "That would loosen the limit. Use the delayed way, which people can see coming.",
    NotLooser: "That would tighten the limit. Use the instant way for that.",
    CapsAboveInvestable: "The caps together would leave too little for the cash floor. Lower one of them.",
    MandateParamInvalid: (name: string) => `No mandate may set ${name} to that. Choose a value inside its bounds.`,
    // permissions
    AccessManagedUnauthorized: "This account may not do that. Use the account that holds the role.",
    AccessManagedRequiredDelay: "This has to be announced first. Schedule it and wait in public.",
    AccessManagedInvalidAuthority: `The manager of permissions is not a contract. ${SETUP}`,
    OwnableUnauthorizedAccount: "Only the token's owner may do that. Use the owner's account.",
    OwnableInvalidOwner: `Nobody would own the contract any more. ${SETUP}`,
    // tokens and permits
    ERC20InsufficientBalance: "Your balance is too small. Enter less, or add funds first.",
    ERC20InsufficientAllowance:
      "The vault is not approved for this amount. Start again; the approval is the first step.",
    ERC20InvalidApprover: `The token refused an approval by nobody. ${AGAIN}`,
    ERC20InvalidReceiver: "The token refused this receiver. Name another account.",
    ERC20InvalidSender: `The token refused a transfer from nobody. ${AGAIN}`,
    ERC20InvalidSpender: `The token refused to approve nobody. ${AGAIN}`,
    ERC2612ExpiredSignature: (at: string) => `Your permit was good until ${at} only. Review again and sign a new one.`,
    ERC2612InvalidSigner: "The permit was signed by another account. Choose yours in the wallet and sign again.",
    InvalidAccountNonce: "The permit was used already, or another came first. Review again and sign a new one.",
    ECDSAInvalidSignature: "The signature is not valid. Sign again, with another wallet if that repeats.",
    ECDSAInvalidSignatureLength: "The signature has the wrong length. Sign again, with another wallet if that repeats.",
    ECDSAInvalidSignatureS:
      "The signature is not in the one accepted form. Sign again, with another wallet if that repeats.",
    SafeERC20FailedOperation: "The token refused the transfer. Check that the token lets you send and receive it.",
    FaucetCapExceeded: (cap: string) => `The tap gives at most ${cap} units at once. Take less.`,
    // prices and signals
    MarketIsHalted: (market: string) =>
      `${market} is halted: its price sources are silent or disagree. Leaving in kind still works; everything else waits.`,
    PriceTooOld: (market: string, age: string) => `The price of ${market} is older than ${age}. ${NEXT_PRICE}`,
    SignalTooOld: (age: string) => `The forecast is older than ${age}. Wait for the next round.`,
    SignalLevelNotAccepted: "The forecast is not of a kind the vault accepts. Wait for the next round.",
    MarketUnknown: (market: string) => `The price book knows no market ${market}. ${SETUP}`,
    FeedUnknown: (feed: string) => `There is no feed ${feed}. ${SETUP}`,
    GapNotAcknowledged: (market: string) =>
      `${market} was silent for too long, so forecasts wait for a governor. Leaving works meanwhile.`,
    CandlesTooFew: "The market has too few candles for a forecast yet. Wait until more have closed.",
    RoundAlreadyPublished: "This round is published already. Reload to see it.",
    CandleMissing: "There is no new candle to take. Wait for the next close.",
    CandleMalformed: `A reported candle contradicts itself. ${NODES}`,
    CandleOutOfOrder: `A reported candle is not the next one. ${NODES}`,
    CandleOutsideBand: `A reported candle is too far from what the other sources say. ${NODES}`,
    CandleUnconfirmed: `Too few sources confirm the candle. ${NODES}`,
    QuorumShort: `Too few nodes have signed the report. ${NODES}`,
    ReportFromFuture: `The report is from the future of this chain. ${NODES}`,
    ReportNotNewer: `A newer report is there already. ${NODES}`,
    ReportPriceZero: `The report names no price. ${NODES}`,
    SignatureLengthInvalid: `A signature of the report has the wrong length. ${NODES}`,
    SignerUnknown: `The report is signed by a stranger. ${NODES}`,
    SignersNotAscending: `The signatures of the report are out of order. ${NODES}`,
    SourceGasTooLow: "The wallet set too little gas to ask every price source. Send it again with more.",
    LogarithmOfZero: `A value of zero has no logarithm, so nothing was counted with it. ${NODES}`,
    // models
    ModelUnknown: "There is no such model. Choose one that is registered.",
    ModelMismatch: (name: string) =>
      `The model was made for another ${name} than the feed has. Choose one made for it.`,
    BlobBoundExceeded: (name: string) => `Its ${name} could overflow. ${MODEL}`,
    BlobFieldInvalid: (name: string) => `Its ${name} is out of range. ${MODEL}`,
    BlobLengthInvalid: `Its length does not fit its shape. ${MODEL}`,
    BlobMagicInvalid: `It does not begin as a model does. ${MODEL}`,
    BlobTooLong: `It is too long for a contract. ${MODEL}`,
    LayerFieldInvalid: (name: string) => `The ${name} of a layer is out of range. ${MODEL}`,
    OutputSumTooLarge: `An output could overflow. ${MODEL}`,
    PaddingInvalid: `Unused weights are not zero. ${MODEL}`,
    TreeLaneInvalid: `A tree reads an input that does not exist. ${MODEL}`,
    UnitInvalid: (name: string) => `The ${name} of an input is out of range. ${MODEL}`,
    // setting up
    AggregatorDecimalsInvalid: `A price aggregator has too many decimals. ${SETUP}`,
    AggregatorExists: `The market has a price aggregator already. ${SETUP}`,
    SequencerGraceInvalid: `The waiting time after a sequencer's outage is out of range. ${SETUP}`,
    QuorumInvalid: `The quorum does not fit the number of signers. ${SETUP}`,
    MarketExists: `The market exists already. ${SETUP}`,
    MarketParamInvalid: (name: string) => `A market may not set ${name} to that. ${SETUP}`,
    SeedTooLate: `The market has a price already and cannot be seeded. ${SETUP}`,
    GapNotFound: `There is no gap to acknowledge. ${SETUP}`,
    FeedExists: `The feed exists already. ${SETUP}`,
    FeedNameInvalid: `The feed is not named after its market. ${SETUP}`,
    PositionCountInvalid: `The vault and its mandate disagree on the number of positions. ${SETUP}`,
    TooManyDecimals: `A token has more decimals than a vault can count. ${SETUP}`,
    VaultParamInvalid: (name: string) => `A vault may not set ${name} to that. ${SETUP}`,
    InvalidShortString: `A name is not written as the chain stores it. ${SETUP}`,
    StringTooLong: `A name is longer than the chain stores. ${SETUP}`,
    AddressEmptyCode: `There is no contract where one is expected. ${SETUP}`,
    FailedCall: `A call to another contract failed without a reason. ${AGAIN}`,
    // arithmetic that refuses rather than overflow
    ExponentTooLarge: `A number is larger than the contract counts. ${UNMOVED} Enter less.`,
    SafeCastOverflowedIntDowncast: `The amount is larger than the contract counts. ${UNMOVED} Enter less.`,
    SafeCastOverflowedUintDowncast: `The amount is larger than the contract counts. ${UNMOVED} Enter less.`,
    SafeCastOverflowedUintToInt: `The amount is larger than the contract counts. ${UNMOVED} Enter less.`,
    // the language's own
    Error: (reason: string) => `The contract refused: “${reason}”. ${AGAIN}`,
    Panic: (code: string) =>
      `The contract stopped at an impossible value (code ${code}). ${UNMOVED} Enter another amount.`,
  },
  /** An error that no contract of ours declares. */
  unknown: (data: string) =>
    `The contract refused for a reason this page does not know (${data}). Nothing was moved; try another amount, or look the code up.`,

  rejected: "Rejected in the wallet; nothing was sent.",
  walletBusy: "The wallet has a request open already. Open the wallet, answer it, and try again.",
  walletCannot: "The wallet cannot do this. Use another wallet.",
  walletGone: "The wallet does not answer. Open it or reload the page, then try again.",
  wrongChain: "The wallet is on another network. Switch it and try again.",
  noGas: "The account cannot pay the network's fee. Add some of the chain's own coin and try again.",
  nonce:
    "The wallet counted its transactions wrongly. Try again; if that repeats, reset the account's activity in the wallet.",
  unreachable: "The chain's node does not answer. Check that it runs, then try again.",
  other: (message: string) => `It did not work: ${message} Nothing was confirmed; try again.`,
};
