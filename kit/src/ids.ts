// Markets and feeds are named by short ASCII texts, left-aligned in a bytes32.
import type { Hex } from "viem";
import { bytesToHex, hexToBytes } from "viem/utils";
import { InputError } from "./errors.ts";

const WORD_BYTES = 32;

const asciiWord = (text: string, noun: "market" | "feed"): Hex => {
  const isNameable = /^[\x20-\x7e]+$/.test(text) && text.length <= WORD_BYTES;
  if (!isNameable) {
    throw new InputError(`The ${noun} name "${text}" does not fit: use 1 to ${WORD_BYTES} ASCII characters.`);
  }
  const word = new Uint8Array(WORD_BYTES);
  word.set(new TextEncoder().encode(text));
  return bytesToHex(word);
};

/** bytes32 of a market name, "SPX/USD". */
export const marketId = (text: string): Hex => asciiWord(text, "market");

/** bytes32 of a feed name, "SPX/USD vol". */
export const feedId = (text: string): Hex => asciiWord(text, "feed");

/** The name inside a market or feed id. */
export const idText = (id: Hex): string => new TextDecoder().decode(hexToBytes(id)).replace(/\0+$/, "");
