/** The page of a forecast. */
export const signal = {
  pageTitle: (label: string) => `${label} volatility`,
  title: (label: string) => `${label} volatility`,
  titleOfRound: (label: string, round: number) => `${label} volatility · round ${round}`,
  perYear: (percent: string) => `${percent}/yr`,
  ahead: (candles: string) => `over the next ${candles} candles`,
  closed: (time: string) => `from the candle closed ${time}, {ago}`,
  cameTo: (outcome: string, naive: string) => `What happened: ${outcome}; “same as lately” said ${naive}.`,
  open: (candles: string) => `What happened is known ${candles} candles after this one.`,
  valid: "valid to the next close",
  validAtMost: (age: string, until: string) => `valid to the next close, at most ${age}, until ${until}`,
  replaced: "replaced by {round}",
  roundName: (round: number) => `round ${round}`,
  rounds: "Rounds",
  older: (round: number) => `‹ round ${round}`,
  newer: (round: number) => `round ${round} ›`,
  noOlder: "‹ first round",
  noNewer: "newest round",
  newest: "follow the newest",
  following: "newest round, followed live",
  keys: "Arrow keys left and right go from round to round.",

  noFeed: (name: string) => `No feed has the name ${name}.`,
  noRound: (text: string) => `${text} is not a round: rounds are numbered from 1.`,
  silent: "No forecast yet: the first appears when a candle has closed and the model ran on the chain.",
  missing: (round: number) =>
    `Round ${round} was never published: a candle whose forecast comes too late is skipped for good, and a round ahead has not closed yet.`,
  halted: (market: string, why: string, price: string) =>
    `${market} is halted (${why}): no new forecast until its sources agree again. The last agreed price is ${price}, {ago}. This round can still be read and proved; what needs a price (deposits, trades) waits.`,
  haltedWhy: { TooFewSources: "too few fresh price sources", Disagreement: "its price sources disagree" } as Record<
    string,
    string
  >,
  tooOld: (age: string, vault: string) =>
    `This forecast is older than ${age}: ${vault} no longer trades on it, and a contract with that maximum age gets a revert.`,

  proof: {
    title: "Proof",
    published: "block {block}, {transaction}",
    chain: "the chain computed",
    browser: "your browser computed",
    trial: "your trial computed",
    equal: "Equal, bit for bit",
    unequal: "NOT EQUAL",
    wrongModel: "NOT THE MODEL THE CHAIN NAMED",
    wrongIndexer: "THE INDEXER SHOWS ANOTHER NUMBER THAN THE CHAIN",
    explained:
      "The same WebAssembly that nodes run, in your browser, just now, in integers only. The value is log2 of the yearly volatility with 32 fraction bits.",
    instruction: (command: string) =>
      `Do not use this round. Run “${command}” on your own machine and report the transaction to the operators of this deployment.`,
    indexerInstruction:
      "Do not use this page: its indexer is wrong or was tampered with. The chain's own number is above.",
    unreachable: (url: string) =>
      `The chain's node at ${url} does not answer, so nothing is proved here. The numbers on this page are the indexer's word.`,
    noModel: (reason: string) =>
      `What the node gave as the model's code is not a model, so nothing is proved here: ${reason}`,
    inputs: "Where the inputs came from",
    features: "Features and the chain's integer",
    featuresFrom: "read from the chain's node: event SignalPublished of {contract} in {transaction}",
    featuresFromIndexer: "the indexer; the node no longer keeps {transaction}",
    code: "Model code",
    codeFrom: "read from the chain's node and hashed here: ModelRegistry {contract}",
    periods: "Candles a year",
    periodsFrom: (count: string) => `${count}, from the market's parameters by the indexer`,
    engine: "Engine",
    engineName: "WebAssembly, in this tab",
  },

  trial: {
    invite: "Do not take our word: change one feature and see that the result no longer fits.",
    start: "Try it: change a feature",
    title: "A trial with a changed feature, not the chain's data",
    feature: "Feature",
    change: "Change by, in units of its int16",
    reset: "Back to the chain's features",
    unequal: "Not equal, as it must be",
    equal: "Still equal: the model's result does not depend on this change.",
    explained: (name: string, before: string, after: string, off: string, volatility: string) =>
      `${name}: ${before} became ${after}, and the result is off by ${off}. The model would then expect ${volatility}; the chain's integer fits the chain's features only.`,
  },

  features: {
    title: "Features the model saw",
    name: (name: string, _meaning: string) => name,
    meaning: (_name: string, meaning: string) => meaning,
    withVolatility: (meaning: string, volatility: string) => `${meaning}: ${volatility}`,
    adds: (amount: string) => `adds ${amount}`,
    moved: (amount: string, round: number) => `${amount} since round ${round}`,
    exact: (lane: number) => `int16 ${lane}`,
    explained:
      "The forecast is a sum in log2 of volatility: +1 doubles it, −1 halves it. “Adds” is weight times feature. Single terms are large because volatility is small; what moved since the round before says more.",
    otherModel: "The round before was computed by another model, so nothing is compared with it.",
    ledger: "Add it up: exact integers",
    ledgerLabel: "Terms of the forecast, exact integers",
    columns: ["Term", "Weight", "Feature", "Product (32 fraction bits)"],
    terms: {
      bias: "bias of the model",
      closeToRange: "close-to-close over high–low range",
      periods: (count: string) => `½ log2 of ${count} candles a year`,
      forest: (trees: string) => `${trees} trees together`,
      dense: (layers: string) => `network of ${layers} layers`,
    },
    sum: "sum = your browser's integer",
    undivided: (term: string) =>
      `The term “${term}” reads several features at once; dividing it among them would be a convention, so it stays one number.`,
  },

  model: {
    title: "Model",
    id: "Id",
    kind: "Kind",
    linear: (inputs: string) => `linear, ${inputs} inputs`,
    forest: (inputs: string, trees: string) => `linear, ${inputs} inputs, and a forest of ${trees} trees`,
    dense: (inputs: string, layers: string) => `linear, ${inputs} inputs, and a network of ${layers} layers`,
    hash: "Hash of its code",
    hashEqual: "equals the id",
    hashDiffers: "differs from the id",
    horizon: "Horizon",
    horizonOf: (candles: string, period: string) => `${candles} candles of ${period}`,
    warm: "Warm after",
    candles: (count: string) => `${count} candles`,
    code: "Code",
    download: (bytes: string) => `download ${bytes} bytes`,
    author: "Author",
    registered: "Registered in",
    contract: "Contract with the code",
    unread: "not read",
    others: "Models of this feed",
    since: "since {round}",
    next: "computes from the next round on",
  },

  outlook: {
    title: "Forecast against what happened, volatility a year",
    label: "Forecast volatility against what happened and against the volatility of the days before",
    forecast: "Forecast",
    outcome: "What happened",
    naive: "Same as lately",
    empty: "The chart begins with the first round.",
    newest: (count: string) => `Newest ${count} rounds`,
    columns: ["Round", "Close", "Forecast", "What happened", "Same as lately"],
  },

  score: {
    title: "How good such forecasts were",
    none: "No score yet: it begins when the outcomes of two rounds are known.",
    better: "So far the model beats the naive forecast by every measure here.",
    worse: "So far the model is worse than the naive forecast by every measure here.",
    mixed: "So far neither is better: the model beats the naive forecast by some measures and loses by others.",
    equal: "So far the model and the naive forecast are equally good.",
    closer: (closer: string, rounds: string, share: string) =>
      `It came closer in ${closer} of ${rounds} rounds (${share}).`,
    label: "Scores of the forecast and of the naive one",
    columns: ["Measure", "Forecast", "Same as lately"],
    r2: "R² of log volatility (1 is perfect, 0 is no better than the average)",
    error: "Typical error, as a factor (1× is perfect)",
    qlike: "QLIKE of variance (0 is perfect, too low costs more)",
    measured: (rounds: string, from: string, to: string, candles: string) =>
      `Measured over all ${rounds} published rounds whose outcome is known, closes ${from} to ${to}. Outcome: close-to-close volatility of the ${candles} candles after the round. Same as lately: that of the ${candles} candles up to it. Every forecast was stored by the chain before its outcome; outcomes of neighbouring rounds overlap, so they are not independent. Studies against high–low ranges, a less noisy outcome, report a higher R².`,
  },

  calibration: {
    title: "Calibration",
    label: "Mean outcome against mean forecast, by groups of forecasts",
    explained: (bins: string, least: string, most: string) =>
      least === most
        ? `${bins} groups of ${most} rounds, sorted by forecast. On the diagonal, forecasts came true on average; above it they were too low.`
        : `${bins} groups of ${least} to ${most} rounds, sorted by forecast. On the diagonal, forecasts came true on average; above it they were too low.`,
    empty: "Calibration begins with 40 rounds whose outcome is known.",
    forecastAxis: "forecast, %/yr",
    outcomeAxis: "what happened, %/yr",
    columns: ["Forecasts", "Rounds", "Mean forecast", "Mean outcome"],
    range: (from: string, to: string) => `${from} to ${to}`,
    means: "Means are geometric; both axes are logarithmic.",
  },

  errors: {
    title: "Errors over time",
    label: (rounds: string) => `Errors of the forecast and of the naive one over the last ${rounds} rounds`,
    error: "Error, forecast",
    errorNaive: "Error, as lately",
    qlike: "QLIKE, forecast",
    qlikeNaive: "QLIKE, as lately",
    explained: (rounds: string) =>
      `Each point is the mean over the ${rounds} rounds up to it. Upper: mean absolute error of log volatility, as a factor. Lower: QLIKE of variance. Lower is better.`,
    empty: (rounds: string) => `The chart begins when ${rounds} outcomes are known.`,
    columns: ["Round", "Close", "Error", "Error, as lately", "QLIKE", "QLIKE, as lately"],
  },

  trades: {
    title: "Auctions on this round",
    none: "None: every vault was close enough to its target.",
    buys: (amount: string, from: string, to: string) =>
      `{vault} buys ${amount}: weight ${from} to ${to}, {transaction}`,
    sells: (amount: string, from: string, to: string) =>
      `{vault} sells ${amount}: weight ${from} to ${to}, {transaction}`,
  },

  trust: {
    title: "What you trust",
    levels: {
      executed: "EXECUTED: the chain computed features and forecast itself. You trust the prices only.",
      optimistic: "OPTIMISTIC: a node with a bond posted it, and nobody has challenged it in time.",
      scored: "SCORED: many nodes committed to it and revealed it; their past scores weigh it.",
    },
    unknown: (level: string) => `${level}: a level this page does not know.`,
    origins: (names: string) => `The prices come from ${names}.`,
    quorum: (quorum: number, signers: number) => `${quorum} of ${signers} nodes must sign a report.`,
    sources: (least: number) =>
      least === 1
        ? "The market accepts a single price source:"
        : `The market needs ${least} fresh sources that agree; their median counts:`,
    kinds: { signed: "signed by nodes", chainlink: "Chainlink aggregator", other: "other contract" } as Record<
      string,
      string
    >,
    silentSource: "no report yet",
    agrees: "agrees",
    disagrees: "outside the band",
    replay: "This is a local replay of past data, not a live market.",
  },

  integrate: {
    title: "Read this number in your contract",
    explained:
      "One call. Say how old is too old and whose signals you accept; otherwise it reverts, so a stale number cannot slip through.",
    snippet: "Solidity",
    command: "From a terminal",
    copyNoun: "snippet",
    feedId: "Feed id",
    feedIdNoun: "feed id",
    signalFeed: "SignalFeed",
    priceBook: "PriceBook",
    registry: "ModelRegistry",
    maxAge: "Max age",
    maxAgeOf: (age: string, seconds: string) =>
      `${age} = ${seconds} s, as the vault here; counted from the candle's close`,
    maxAgeFree: "yours to choose, in seconds from the candle's close",
    levels: "Levels",
    levelsOf: "EXECUTED 1, OPTIMISTIC 2, SCORED 4; add up those you accept",
    value: "Value",
    valueOf: "log2 of the yearly volatility, 32 fraction bits; 0 is 100 %/yr",
    example:
      "The whole contract with its test: examples/read-signal. Readers of Chainlink feeds use SignalAggregator: 8 decimals, 1e8 = 100 %/yr.",
  },
};
