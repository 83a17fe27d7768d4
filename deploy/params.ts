// What a deployment is made of. One file per chain in deploy/params; nothing else decides a parameter.
import { readFileSync } from "node:fs";
import { InputError } from "@aibot/kit/errors";
import { type Hex, isAddressEqual, zeroAddress } from "viem";
import { z } from "zod"; // at the root, plain "zod" may be the version 3 that Hardhat brings
import { isLocalChain, localAccounts } from "./local-accounts.ts";

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "is not an address: write 0x and 40 hexadecimal digits")
  .refine((value) => value !== zeroAddress, "is the zero address: fill in the real one")
  .transform((value) => value as Hex);

const decimal = z.string().regex(/^\d+(\.\d+)?$/, 'is not a decimal number: write it as "1418.3"');
const within = (least: number, most: number) =>
  z.number().int().min(least, `is below ${least}`).max(most, `is above ${most}, the most that is ever allowed`);
const bps = within(0, 10_000);
const seconds = z.number().int().positive();
const name = z.string().min(1);
const asset = z.strictObject({
  token: address.optional(), // absent: a demo token is deployed
  name,
  symbol: name,
  decimals: z.number().int().min(0).max(24),
});

const holder = z.strictObject({ account: address, delay: z.number().int().nonnegative() });

const chainlinkSchema = z.strictObject({
  aggregator: address,
  sequencer: z.strictObject({ uptime: address, grace: seconds }).optional(), // of an L2
});

const marketSchema = z.strictObject({
  id: name, // "SPX/USD"
  label: name,
  symbol: name, // the exchange's symbol
  feed: name,
  origins: z.array(name).min(1), // data sources that the nodes read, for display
  period: z.number().int().min(900, "is too short: the shortest period is 900 seconds"),
  maxGap: seconds,
  periodsPerYear: z.number().int().min(1).max(65_535),
  sourceMaxAge: seconds,
  bandBps: bps,
  deviationBps: within(1, 10_000), // change of the price that the oracle network reports at once
  minSources: z.number().int().min(1).max(8),
  featureSet: z.number().int().positive(),
  halfLives: z.array(z.number().positive()).min(1), // periods, one per feature word
  chainlink: chainlinkSchema.optional(), // a second source of prices
});

const mandateSchema = z.strictObject({
  targetVolBps: within(1, 10_000),
  bandBps: within(1, 10_000),
  cashFloorBps: within(0, 9_999),
  levels: z.number().int().min(1).max(7), // mask: 1 executed, 2 optimistic, 4 scored
  maxSignalAge: seconds,
  unwindDelay: z.number().int().nonnegative(), // seconds beyond maxSignalAge
  maxPriceAge: seconds,
  entryMaxAge: seconds,
  fillMaxAge: seconds,
  auctionLife: seconds,
  premiumBps: within(0, 1_000),
  slippageBps: within(1, 1_000),
  venueFeeBps: bps, // that a filler is assumed to pay
  maxDrawdownBps: within(1, 10_000), // 10000: never reduce-only
  lossBudgetBps: within(1, 1_000),
  turnoverBudgetBps: within(10, 100_000),
  budgetWindow: z.number().int().min(14_400, "is below 14400: a budget is counted over four hours or more"),
  capBps: bps,
  shareBps: bps, // of the volatility target
});

const termsSchema = z.strictObject({
  depositCap: decimal.optional(), // base asset; absent: none
  entrySpreadBps: within(0, 1_000),
  exitSpreadBps: within(0, 1_000),
  managementFeeBps: within(0, 500), // a year
  performanceFeeBps: within(0, 3_000), // of the gain above the high-water mark
  feeRecipient: address,
});

// A Uniswap v3 pool of our own and demo money: what a chain without a market for the token needs.
const venueSchema = z.strictObject({
  fee: z.literal(500), // of 1e6; its tick spacing is 10
  price: decimal, // quote per token at the start
  depth: decimal, // base asset put into the full range, and as much worth of the token
  keeper: address, // owns the PoolFiller
  treasury: address, // first depositor
  treasuryBalance: decimal,
  wallet: address, // the app's built-in demo wallet
  walletBalance: decimal,
});

const minSigners = 4; // 3f + 1 with f = 1
const minOrigins = 2;

const schema = z.strictObject({
  chainId: z.number().int().positive(),
  confirmations: z.number().int().positive(),
  signers: z.array(address).min(1), // oracle nodes
  quorum: z.number().int().positive(),
  roles: z.strictObject({ governor: holder, guardian: holder, curator: holder, loosener: holder }),
  market: marketSchema,
  mandate: mandateSchema,
  terms: termsSchema,
  vault: z.strictObject({ name, symbol: name, base: asset, position: asset }),
  venue: venueSchema.optional(),
});

export type Params = z.infer<typeof schema>;

type Refuse = (path: string, message: string) => void;

const checkQuorum = ({ signers, quorum }: Params, refuse: Refuse): void => {
  if (quorum * 2 <= signers.length || quorum > signers.length)
    refuse("quorum", `is ${quorum} of ${signers.length} signers: it must be more than half of them`);
  const repeated = signers.find((signer, index) =>
    signers.slice(0, index).some((other) => isAddressEqual(other, signer)),
  );
  if (repeated !== undefined) refuse("signers", `name ${repeated} twice: give each oracle node a key of its own`);
};

// What PriceBook, Mandate and Vault refuse with an error, as sentences.
const checkMarket = ({ market }: Params, refuse: Refuse): void => {
  const { bandBps, deviationBps, minSources, chainlink } = market;
  if (deviationBps >= bandBps)
    refuse(
      "market.deviationBps",
      `is ${deviationBps}: the band, ${bandBps}, must be wider, or calm days halt the market`,
    );
  const sources = chainlink === undefined ? 1 : 2;
  if (minSources > sources)
    refuse("market.minSources", `is ${minSources}, there is ${sources}: lower it or name a Chainlink aggregator`);
};

const checkMandate = ({ market: { deviationBps }, mandate }: Params, refuse: Refuse): void => {
  const { capBps, cashFloorBps, maxPriceAge, slippageBps, venueFeeBps } = mandate;
  if (capBps + cashFloorBps > 10_000)
    refuse("mandate.capBps", `is ${capBps}: cap and cash floor together exceed 10000`);
  for (const age of ["entryMaxAge", "fillMaxAge"] as const)
    if (mandate[age] > maxPriceAge)
      refuse(`mandate.${age}`, `is ${mandate[age]}: beyond maxPriceAge, ${maxPriceAge}, a price cannot even value`);
  if (slippageBps <= venueFeeBps + deviationBps)
    refuse(
      "mandate.slippageBps",
      `is ${slippageBps}: no more than venue fee and deviation, ${venueFeeBps + deviationBps}, so no keeper could fill`,
    );
};

const checkTerms = ({ market, mandate, terms }: Params, refuse: Refuse): void => {
  const spread = terms.entrySpreadBps + terms.exitSpreadBps;
  const least = Math.max(market.deviationBps, mandate.slippageBps);
  if (spread < least)
    refuse(
      "terms.exitSpreadBps",
      `makes entry and exit cost ${spread}: below ${least} a stale price would pay for both`,
    );
};

// Where other people's money may come, nothing of the demonstration may be left.
const checkPublicChain = ({ signers, roles, market, terms, vault, venue }: Params, refuse: Refuse): void => {
  const { length } = market.origins;
  if (length < minOrigins)
    refuse("market.origins", `name ${length} data source: a public chain needs ${minOrigins} or more, add an exchange`);
  if (signers.length < minSigners)
    refuse("signers", `are ${signers.length}: a public chain needs ${minSigners} or more, add oracle nodes`);
  if (venue !== undefined) refuse("venue", "deploys demo money: remove it, a public chain brings its own");
  for (const side of ["base", "position"] as const)
    if (vault[side].token === undefined) refuse(`vault.${side}.token`, "is missing: name the token on this chain");
  for (const role of ["governor", "loosener"] as const)
    if (roles[role].delay === 0) refuse(`roles.${role}.delay`, "is 0: users need time to leave, set seconds");

  const known = Object.values(localAccounts()).flat();
  const named = [...signers, ...Object.values(roles).map(({ account }) => account), terms.feeRecipient];
  const leaked = named.find((account) => known.some((local) => isAddressEqual(local.address, account)));
  if (leaked !== undefined)
    refuse("signers", `or roles or terms name ${leaked}, whose key is public: use your own accounts`);
};

const paramsSchema = schema.superRefine((params, context) => {
  const refuse: Refuse = (path, message) => context.addIssue({ code: "custom", path: path.split("."), message });
  for (const check of [checkQuorum, checkMarket, checkMandate, checkTerms]) check(params, refuse);
  if (!isLocalChain(params.chainId)) checkPublicChain(params, refuse);
});

export const parseParams = (value: unknown, file: string): Params => {
  const result = paramsSchema.safeParse(value);
  if (result.success) return result.data;

  const issue = result.error.issues[0];
  throw new InputError(`${file}: ${issue?.path.join(".")} ${issue?.message}.`);
};

export const readParams = (path: string): Params => parseParams(parseJson(path), path);

const parseJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`${path} cannot be read as JSON (${reason}): name a file like deploy/params/sepolia.json.`);
  }
};
