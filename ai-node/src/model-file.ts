// A model on disk: the blob as bytes, or as 0x and hex digits.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { InputError } from "@aibot/kit/errors";
import { decodeModel } from "@aibot/kit/models";
import { bytesToHex, type Hex, hexToBytes, isHex } from "viem";

/** The blob in `path`; InputError when there is none that ModelRegistry would take. */
export const readModelFile = (path: string): Hex => {
  const bytes = readInput(path);
  const text = bytes.toString("latin1").trim();
  const blob = text.startsWith("0x") ? text : bytesToHex(bytes);
  if (!isHex(blob)) throw new InputError(`${path} begins with 0x but is not hex: name a file that \`train\` wrote.`);
  try {
    decodeModel(blob);
  } catch (error) {
    throw new InputError(`${path} is not a model: ${(error as Error).message} Name a file that \`train\` wrote.`);
  }
  return blob;
};

/** Writes a blob: bytes when the name ends in .bin, hex otherwise. */
export const writeModelFile = (path: string, blob: Hex): void =>
  writeWhole(path, path.endsWith(".bin") ? hexToBytes(blob) : `${blob}\n`);

export const readInput = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new InputError(`${path} cannot be read (${(error as Error).message}): name a file that exists.`);
  }
};

/** Writes a file at once or not at all. */
export const writeWhole = (path: string, content: string | Uint8Array): void => {
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeFileSync(partial, content);
    renameSync(partial, path);
  } catch (error) {
    throw new InputError(`${path} cannot be written (${(error as Error).message}): choose a folder that can be.`);
  }
};
