import { demoTokenAbi, mandateAbi, priceBookAbi, signalFeedAbi, vaultAbi } from "@aibot/kit/generated/abis";
import { idText } from "@aibot/kit/ids";
import {
  type Abi,
  BaseError,
  ContractFunctionRevertedError,
  decodeErrorResult,
  type Hex,
  HttpRequestError,
  UserRejectedRequestError,
} from "viem";
import { duration, utcTime } from "../../format.ts";

/** Every way a deposit, a redemption or the tap can be refused; a refusal may come from a contract behind the vault. */
const abi: Abi = [...vaultAbi, ...priceBookAbi, ...signalFeedAbi, ...mandateAbi, ...demoTokenAbi];

type Sentence = (args: readonly unknown[]) => string;

const seconds = (value: unknown): string => duration(BigInt(String(value)));
const market = (value: unknown): string => idText(value as Hex);
const fixed =
  (text: string): Sentence =>
  () =>
    text;

const WAIT_FOR_PRICE = "Wait for the next price and review again.";
const AGAIN = "Nothing was moved; review it again.";

const tooMuchToDeposit = (most: unknown): string =>
  BigInt(String(most)) === 0n
    ? `Deposits are closed: paused, full, the price too old or the market halted. ${WAIT_FOR_PRICE}`
    : "More than the vault takes now: it would pass its deposit cap. Enter less.";

/** What each contract error means to the person who met it, and what to do. */
export const sentences: Record<string, Sentence> = {
  // vault
  AssetsBelowMin: fixed(`The vault would now pay less than the least you accept. ${AGAIN}`),
  SharesBelowMin: fixed(`The vault would now give fewer shares than the least you accept. ${AGAIN}`),
  DeadlinePassed: ([deadline]) =>
    `The deadline ${utcTime(BigInt(String(deadline)))} has passed in the chain's time. ${AGAIN}`,
  ERC4626ExceededMaxDeposit: ([, , most]) => tooMuchToDeposit(most),
  ERC4626ExceededMaxMint: ([, , most]) => tooMuchToDeposit(most),
  ERC4626ExceededMaxRedeem: fixed(
    "More than the vault can pay from its cash now, or the price is too old. Enter less or try after the next price.",
  ),
  ERC4626ExceededMaxWithdraw: fixed(
    "More than the vault can pay from its cash now, or the price is too old. Enter less or try after the next price.",
  ),
  InsideFill: fixed(`The vault is in the middle of a trade. ${AGAIN}`),
  TransferNotExact: fixed("The token did not transfer the whole amount, so the vault refused it."),
  ClaimMissing: fixed("There is nothing to claim for this account."),
  ExitGasTooLow: fixed("The wallet set too little gas. Send it again with the gas the wallet proposes."),
  PositionInvalid: fixed("The vault does not hold this token."),
  ReceiverInvalid: fixed("The vault itself cannot receive this; name another account."),
  SharesZero: fixed("Enter an amount of shares above zero."),
  ExitUnknown: fixed("This account has no such exit request, or it is settled already."),
  ExitNotCancellable: ([, at]) =>
    `A requested exit is binding: it can be taken back from ${utcTime(BigInt(String(at)))} on, or while prices are missing.`,
  ValueTooLarge: ([id]) =>
    `The price of ${market(id)} is beyond belief. Leaving in kind still works; everything else waits.`,
  ReentrancyGuardReentrantCall: fixed(`The vault is in the middle of another call. ${AGAIN}`),
  AuctionNotDue: fixed("No auction is due: the weight is inside its band or the round was traded already."),
  AuctionNotOpen: fixed("The auction has ended."),
  FillTooSmall: fixed("The fill is below the auction's smallest."),
  FillTooLarge: fixed("The fill is above what the auction has left."),
  LimitExceeded: fixed("The auction's price has moved past the limit."),
  Underpaid: fixed("The vault was paid less than it is owed."),
  // mandate
  PositionUnknown: fixed("The mandate knows no such position."),
  WeightAboveCap: fixed("After this trade the vault would hold more of the token than its cap allows."),
  CashBelowFloor: fixed("After this trade the vault would hold less cash than it must keep."),
  TurnoverBudgetExceeded: fixed("The vault has traded as much as it may for now. Wait until its budget has refilled."),
  LossBudgetExceeded: fixed("The vault has given away as much as it may for now. Wait until its budget has refilled."),
  NotTighter: fixed("That would loosen the limit; only the delayed way may do that."),
  NotLooser: fixed("That would tighten the limit; the instant way does that."),
  CapsAboveInvestable: fixed("The caps together would leave too little for the cash floor."),
  MandateParamInvalid: fixed("No mandate may ever be set to that."),
  AccessManagedUnauthorized: fixed("This account may not do that."),
  AccessManagedRequiredDelay: fixed("This has to be scheduled first, and waits in public before it can be done."),
  // tokens
  ERC20InsufficientBalance: fixed("Your balance is too small. Enter less or add funds first."),
  ERC20InsufficientAllowance: fixed(
    "The vault is not approved for this amount. Start again; the approval is the first step.",
  ),
  SafeERC20FailedOperation: fixed("The token refused the transfer."),
  FaucetCapExceeded: fixed("The tap gives less than that at once."),
  // prices and signals
  MarketIsHalted: ([id]) =>
    `${market(id)} is halted: its price sources are silent or disagree. Leaving in kind still works; everything else waits.`,
  PriceTooOld: ([id, , maxAge]) => `The price of ${market(id)} is older than ${seconds(maxAge)}. ${WAIT_FOR_PRICE}`,
  SignalTooOld: ([, , maxAge]) => `The forecast is older than ${seconds(maxAge)}. Wait for the next round.`,
};

const nested = (error: unknown): Hex | undefined => {
  const found =
    error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null;
  return found instanceof ContractFunctionRevertedError ? (found.raw ?? found.signature) : undefined;
};

/** The sentence of a contract's revert data. */
export const refusalSentence = (data: Hex): string => {
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi, data });
    const sentence = sentences[errorName];
    return sentence === undefined
      ? `The contract refused: ${errorName}(${args.map(String).join(", ")}).`
      : sentence(args);
  } catch {
    return `The contract refused for a reason this page does not know (${data.slice(0, 10)}).`;
  }
};

export const isRejection = (error: unknown): boolean =>
  error instanceof BaseError && error.walk((cause) => cause instanceof UserRejectedRequestError) !== null;

/** Any failure on the way to the chain as one sentence. */
export const sentenceOf = (error: unknown): string => {
  if (isRejection(error)) return "Rejected in the wallet; nothing was sent.";
  const data = nested(error);
  if (data !== undefined) return refusalSentence(data);
  if (error instanceof BaseError && error.walk((cause) => cause instanceof HttpRequestError) !== null) {
    return "The chain's node does not answer. Check that it runs, then try again.";
  }
  if (error instanceof BaseError) return error.shortMessage;
  return error instanceof Error ? error.message : String(error);
};
