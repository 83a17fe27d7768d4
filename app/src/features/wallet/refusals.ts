// Every way an action can fail, as one sentence in the reader's language.
import {
  chainlinkSourceAbi,
  demoTokenAbi,
  mandateAbi,
  modelRegistryAbi,
  poolFillerAbi,
  priceBookAbi,
  signalFeedAbi,
  signedSourceAbi,
  vaultAbi,
} from "@aibot/kit/generated/abis";
import { idText } from "@aibot/kit/ids";
import { type Abi, decodeErrorResult, type Hex } from "viem";
import { type Format, utcTime } from "../../format.ts";
import type { WalletMessages } from "../../messages/wallet-text.ts";
import { Refusal } from "../flow/flow.ts";
import { failureKind, isRejection, isUnreachable, ownWords, revertData } from "./failures.ts";

export { isRejection, isUnreachable } from "./failures.ts";

/** A refusal may come from any contract behind the vault. */
const abi: Abi = [
  ...vaultAbi,
  ...mandateAbi,
  ...priceBookAbi,
  ...signalFeedAbi,
  ...signedSourceAbi,
  ...chainlinkSourceAbi,
  ...modelRegistryAbi,
  ...poolFillerAbi,
  ...demoTokenAbi,
];

type Refusals = WalletMessages["refusals"];
type Errors = Refusals["errors"];
type Words = (args: readonly unknown[], f: Format) => string[];

const time = (value: unknown): string => utcTime(BigInt(String(value)));
const span = (value: unknown, f: Format): string => f.duration(BigInt(String(value)));
const id = (value: unknown): string => idText(value as Hex);

/** Only numbers that a clock can show are times: a deadline may be as far away as an integer reaches. */
const MAX_TIME = 253_402_300_799n; // the end of the year 9999
const timeOrCode = (value: unknown): string => (BigInt(String(value)) > MAX_TIME ? "9999" : time(value));

const first: Words = ([value]) => [id(value)];

/** What a sentence tells of its error's arguments. */
const words: { [name in keyof Errors as Errors[name] extends string ? never : name]: Words } = {
  DeadlinePassed: ([deadline]) => [timeOrCode(deadline)],
  ExitNotCancellable: ([, at]) => [timeOrCode(at)],
  ERC2612ExpiredSignature: ([deadline]) => [timeOrCode(deadline)],
  ValueTooLarge: first,
  MarketIsHalted: first,
  PriceTooOld: ([market, , maxAge], f) => [id(market), span(maxAge, f)],
  SignalTooOld: ([, , maxAge], f) => [span(maxAge, f)],
  MarketUnknown: first,
  FeedUnknown: first,
  GapNotAcknowledged: first,
  MandateParamInvalid: first,
  MarketParamInvalid: first,
  VaultParamInvalid: first,
  ModelMismatch: first,
  BlobBoundExceeded: first,
  BlobFieldInvalid: first,
  LayerFieldInvalid: ([, name]) => [id(name)],
  UnitInvalid: ([, name]) => [id(name)],
  FaucetCapExceeded: ([, cap]) => [String(cap)],
  Error: ([reason]) => [String(reason)],
  Panic: ([code]) => [String(code)],
};

const hasSentence = (name: string, errors: Errors): name is keyof Errors => Object.hasOwn(errors, name);

/** The sentence of a contract's revert data. */
export const refusalSentence = (data: Hex, refusals: Refusals, f: Format): string => {
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi, data });
    if (!hasSentence(errorName, refusals.errors)) return refusals.unknown(errorName);
    const sentence = refusals.errors[errorName];
    if (typeof sentence === "string") return sentence;
    return (sentence as (...said: string[]) => string)(...words[errorName as keyof typeof words](args, f));
  } catch {
    return refusals.unknown(data.slice(0, 10));
  }
};

/** Any failure on the way to the chain as one sentence. */
export const sentenceOf = (error: unknown, refusals: Refusals, f: Format): string => {
  if (error instanceof Refusal) return error.message;
  if (isRejection(error)) return refusals.rejected;
  const data = revertData(error);
  if (data !== undefined) return refusalSentence(data, refusals, f);
  const kind = failureKind(error);
  if (kind !== undefined) return refusals[kind];
  return isUnreachable(error) ? refusals.unreachable : refusals.other(ownWords(error));
};
