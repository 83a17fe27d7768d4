// Calldata, logs and refusals by the ABIs of the protocol. Imported only when a page shows them: it brings the ABIs along.
import * as generated from "@aibot/kit/generated/abis";
import { idText } from "@aibot/kit/ids";
import type { Abi, AbiEvent, AbiFunction, AbiParameter, Hex } from "viem";
import { parseAbi } from "viem";
import { decodeErrorResult, decodeEventLog, decodeFunctionData, toEventSelector, toFunctionSelector } from "viem/utils";
import type { Log } from "../../data/facts.ts";

/** Of the pools that keepers cover their fills on. */
const pool = parseAbi([
  "event Swap(address indexed sender, address indexed recipient, int256 amount0, int256 amount1, uint160 sqrtPriceX96, uint128 liquidity, int24 tick)",
]);

const all: Abi = [...Object.values(generated).flatMap((abi) => abi as Abi), ...pool];

const isFunction = (item: Abi[number]): item is AbiFunction => item.type === "function";
const isEvent = (item: Abi[number]): item is AbiEvent => item.type === "event";

const functions = new Map(all.filter(isFunction).map((item) => [toFunctionSelector(item), item]));
const events = new Map(all.filter(isEvent).map((item) => [toEventSelector(item), item]));
const errors = all.filter(({ type }) => type === "error");

/** `text` in full; an address is one to link to. */
export type Argument = { name: string; text: string; isAddress: boolean };

const IDS = new Set(["market", "feed"]);

const isId = ({ name = "", type }: AbiParameter): boolean => type === "bytes32" && IDS.has(name);

const fieldsOf = (parameter: AbiParameter): readonly AbiParameter[] =>
  "components" in parameter ? (parameter.components as readonly AbiParameter[]) : [];

const textOf = (parameter: AbiParameter, value: unknown): string => {
  if (Array.isArray(value)) {
    const item = { ...parameter, type: parameter.type.replace(/\[\d*\]$/, "") };
    return `[${value.map((one) => textOf(item, one)).join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const record = value as Record<string, unknown>;
    return `{ ${fieldsOf(parameter)
      .map((field) => `${field.name}: ${textOf(field, record[field.name ?? ""])}`)
      .join(", ")} }`;
  }
  if (parameter.type === "address") return String(value).toLowerCase(); // as everywhere in this app
  return isId(parameter) ? idText(value as Hex) : String(value);
};

const argumentOf = (parameter: AbiParameter, index: number, value: unknown): Argument => ({
  name: parameter.name || String(index),
  text: textOf(parameter, value),
  isAddress: parameter.type === "address",
});

const argumentsOf = (inputs: readonly AbiParameter[], values: readonly unknown[]): Argument[] =>
  inputs.map((input, index) => argumentOf(input, index, values[index]));

export type DecodedCall = { name: string; args: Argument[]; inner: DecodedCall[] };

/** Undefined for a function that no contract of the protocol has. */
export const decodeCall = (input: Hex): DecodedCall | undefined => {
  const item = functions.get(input.slice(0, 10) as Hex);
  if (item === undefined) return undefined;
  try {
    const { args = [] } = decodeFunctionData({ abi: [item], data: input });
    const calls = item.name === "multicall" ? (args[0] as readonly Hex[]) : [];
    const inner = calls.flatMap((call) => decodeCall(call) ?? []);
    // The inner calls say more than their bytes.
    const isSaid = calls.length > 0 && inner.length === calls.length;
    return { name: item.name, args: isSaid ? [] : argumentsOf(item.inputs, args), inner };
  } catch {
    return undefined; // the selector by chance, and other arguments behind it
  }
};

export type DecodedEvent = {
  address: Hex;
  name: string;
  args: Argument[];
  values: Record<string, unknown>; // as viem types them
};

export const decodeEvent = ({ address, topics, data }: Log): DecodedEvent | undefined => {
  const [selector] = topics;
  const item = selector && events.get(selector);
  if (!item) return undefined;
  try {
    const decoded = decodeEventLog({ abi: [item], topics: topics as [Hex, ...Hex[]], data });
    const values = (decoded.args ?? {}) as unknown as Record<string, unknown>;
    const args = item.inputs.map((input, index) => argumentOf(input, index, values[input.name ?? ""]));
    return { address, name: item.name, args, values };
  } catch {
    return undefined;
  }
};

export type DecodedRefusal = { name: string; args: Argument[] } | { text: string };

/** What a contract reverted with; undefined for an error that no contract of the protocol has. */
export const decodeRefusal = (data: Hex): DecodedRefusal | undefined => {
  try {
    const { abiItem, errorName, args = [] } = decodeErrorResult({ abi: errors, data });
    if (errorName === "Error" || errorName === "Panic") return { text: String(args[0]) };
    const inputs = abiItem.type === "error" ? abiItem.inputs : [];
    return { name: errorName, args: argumentsOf(inputs, args) };
  } catch {
    return undefined;
  }
};
