import { refusals } from "./wallet-refusals.ts";

/** Wallets and what they sign; loaded with the wallet's code. */
export const wallet = {
  refusals,

  connect: {
    choose: "Choose a wallet",
    none: "No wallet found in this browser. Install one that announces itself (EIP-6963) and reload the page.",
    demo: "Demo wallet",
    demoHint: "Built into this page, for test funds on the local chain only.",
    demoChip: "Demo, test funds",
    waiting: (name: string) => `Confirm the connection in ${name}.`,
    reconnecting: "Connecting to your wallet again…",
    disconnect: "Disconnect",
    wrongChain: (chain: number) => `This vault is on chain ${chain}; your wallet is on another.`,
    switchChain: "Switch network",
    switching: "Confirm in your wallet…",
  },

  you: {
    shares: "You hold",
    worth: "Worth",
    cash: "In your wallet",
    tap: (symbol: string) => `Get demo ${symbol}`,
    tapped: (symbol: string) => `Demo ${symbol} arrived.`,
    halted: (market: string) =>
      `${market} is halted: deposits and redeeming wait. Leaving in kind needs no price and works now; a requested exit is paid once there is a price.`,
    stale: (age: string) =>
      `The price is older than ${age}: deposits and redeeming wait for the next one. Leaving in kind works now; a requested exit is paid at the next price.`,
    paused: "Deposits are paused by the guardian. Leaving works in every way.",
    noCash: "The vault holds no cash to pay out now. Request an exit to be paid at the next price, or leave in kind.",
  },

  shares: (amount: string) => `${amount}\u00a0shares`,
  sharesUnit: "shares",

  flow: {
    back: "Back",
    takeAll: (label: string) => `${label}: use all`,
    asking: "Asking the chain…",
    held: (seconds: number) => `Market time is held while you read: ${seconds} s left.`,
    expired: "The market was held for two minutes and has moved on; review the new amounts.",
    steps: "Transactions",
    phases: {
      preparing: "checking with the chain…",
      signing: "waiting for the wallet…",
      mining: "waiting for the block…",
      asked:
        "The wallet was asked before this page was loaded, or in another tab. Confirm or reject it there; this page follows it.",
    },
    startAgain: "Start again",
    resumedAfter: "An earlier step is on the chain already; review what is left.",
    elsewhere: "Another tab of this page is sending for this account. Finish there, then come back.",
    reverted: "The transaction was mined and reverted; nothing was moved. Review it again.",
    replaced:
      "Your wallet replaced the transaction by another one; nothing was moved here. Start again when you want to.",
    lost: "Another transaction of your account took its place. Compare your balances before you try again.",
    noEvent: (event: string) =>
      `The transaction was mined without a ${event} event; compare your balances before you try again.`,
    transaction: "Transaction",
    block: "Block",
    shownBelow: "Shown below",
    indexed: "indexed",
    indexing: "waiting for the indexer…",
    done: "Done",
    backToForm: "Back to the form",
    waitingForBlock: "Waiting for the block…",
  },

  facts: {
    pay: "You pay",
    give: "You give",
    receiveAbout: "You receive about",
    receive: "You receive",
    atLeast: (percent: string) => `At least (${percent} less)`,
    spread: "Spread, to other holders",
    fee: "Fee",
    feeLater: (perYear: string, ofGains: string) =>
      `none now; ${perYear} a year and ${ofGains} of gains, from the vault`,
    noFee: "none",
    approval: "May take from you",
    approves: (amount: string) => `exactly ${amount}, by the vault`,
    noApproval: "nothing: no approval needed",
    deadline: "Deadline, chain time",
    noDeadline: "none: it takes effect in its block",
    noLeast: "decided by the next price",
    worthNow: "Worth now, about",
  },

  deposit: {
    verb: "Deposit",
    review: "Review deposit",
    confirm: "Confirm deposit",
    field: "Amount to deposit",
    most: (amount: string) => `Balance ${amount}`,
    room: (amount: string) => `The vault takes ${amount}`,
    overBalance: (amount: string) => `More than your balance of ${amount}.`,
    overRoom: (amount: string) => `The vault takes ${amount} more at most, its deposit cap; enter no more than that.`,
    closed:
      "The vault takes no deposit now: deposits are paused, it is full, its price is too old or its market is halted. Try again after the next price.",
    tooLittle: "That is too little for a single share unit; enter more.",
    steps: {
      approve: (amount: string) => `Approve exactly ${amount}`,
      permit: (amount: string) => `Sign a permit for exactly ${amount}`,
      deposit: (amount: string) => `Deposit ${amount}`,
    },
    approved: "Approved.",
    result: (shares: string) => `You received ${shares}.`,
  },

  redeem: {
    verb: "Redeem",
    review: "Review redeem",
    confirm: "Confirm redeem",
    about: "Paid at once from the cash the vault holds.",
    shares: "Shares to redeem",
    cash: "Amount to receive",
    units: "Enter",
    payable: (amount: string) => `Payable now ${amount}`,
    overShares: (amount: string) => `More than the ${amount} you hold.`,
    overCash: (amount: string) => `More than the ${amount} your shares are worth after the spread.`,
    overPayable: (amount: string) =>
      `The vault can pay out ${amount} from its cash now; enter no more than that, or request an exit.`,
    closed:
      "The vault pays nothing out now: its price is too old, its market is halted, or it holds no cash. Try again after the next price, request an exit, or leave in kind.",
    tooLittle: "These shares are worth less than the smallest unit of cash; enter more.",
    step: (shares: string) => `Redeem ${shares}`,
    result: (cash: string) => `You received ${cash}.`,
  },

  request: {
    verb: "Request exit",
    review: "Review request",
    confirm: "Confirm request",
    about: "For more than the vault's cash pays now: the next auction sells for you.",
    field: "Shares to leave with",
    most: (amount: string) => `You hold ${amount}`,
    next: "What happens: the vault keeps your shares, the next auction sells for them, and they are paid at the first price after your request. Then you claim the cash here. A request is binding; it can be taken back only while prices are missing or once it has waited for too long.",
    step: (shares: string) => `Request an exit for ${shares}`,
    result: (shares: string) => `Your exit of ${shares} is requested; it is paid at the next price.`,
  },

  cancel: {
    verb: "Take back",
    review: "Review",
    confirm: "Confirm taking back",
    step: (shares: string) => `Take back ${shares}`,
    result: (shares: string) => `You have ${shares} back.`,
  },

  claim: {
    verb: "Claim",
    review: "Review claim",
    confirm: "Confirm claim",
    step: (amount: string) => `Claim ${amount}`,
    result: (amount: string) => `You received ${amount}.`,
  },

  inKind: {
    verb: "Leave in kind",
    review: "Review exit in kind",
    confirm: "Confirm exit in kind",
    about: "Your part of each asset, at once. Needs no price and works while the market is halted.",
    field: "Shares to leave in kind with",
    most: (amount: string) => `You hold ${amount}`,
    asset: (symbol: string) => `You receive ${symbol}`,
    leftover: "The amounts are your exact part at this block. An asset that cannot be sent is kept for you as a claim.",
    step: (shares: string) => `Leave in kind with ${shares}`,
    result: (amounts: string) => `You received ${amounts}.`,
    nothing: "Your part was too small to pay out anything.",
    kept: (amounts: string) => `${amounts} could not be sent and wait for you as a claim.`,
  },

  open: {
    title: "Open for you",
    request: (shares: string) => `Exit of ${shares} requested`,
    requestPart: (pending: string, of: string) => `Exit requested: ${pending} of ${of} still waiting`,
    waits: "Paid at the first price after it; then you claim the cash here.",
    binding: (time: string) => `Binding until ${time}, unless prices go missing.`,
    takeBack: "Take back",
    claim: (amount: string) => `${amount} to claim`,
    claimNow: (symbol: string) => `Claim ${symbol}`,
  },

  history: {
    title: (count: number) => `Your history (${count})`,
    empty: "Your deposits and exits will be listed here.",
    paidIn: "Paid in",
    tookOut: "Taken out",
    inKindNow: "Taken in kind, at today's price",
    gain: "Gain so far",
    noGain: "unknown: shares were transferred",
    cut: "unknown: too many entries to add up here",
    unavailable: "Your history cannot be read: the indexer does not answer.",
    rows: {
      deposit: (cash: string, shares: string) => `Deposited ${cash} for ${shares}`,
      withdrawal: (shares: string, cash: string) => `Redeemed ${shares} for ${cash}`,
      request: (shares: string) => `Requested an exit of ${shares}`,
      cancelled: (shares: string) => `Requested an exit of ${shares}, taken back`,
      settlement: (shares: string, cash: string) => `${shares} settled for ${cash}`,
      inKind: (shares: string, amounts: string) => `Left in kind with ${shares} for ${amounts}`,
    },
  },
};
