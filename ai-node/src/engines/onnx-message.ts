// As much of protocol buffers as an ONNX file needs: https://protobuf.dev/programming-guides/encoding
import { concat } from "viem";

const VARINT = 0;
const LENGTH_DELIMITED = 2;

const varint = (value: number): Uint8Array => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Uint8Array.from([...bytes, rest]);
};

/** A field that holds a whole number from 0 on. */
export const numberField = (field: number, value: number): Uint8Array =>
  concat([varint(8 * field + VARINT), varint(value)]);

/** A field that holds bytes: a message, or a tensor's numbers. */
export const bytesField = (field: number, bytes: Uint8Array): Uint8Array =>
  concat([varint(8 * field + LENGTH_DELIMITED), varint(bytes.length), bytes]);

export const textField = (field: number, text: string): Uint8Array => bytesField(field, new TextEncoder().encode(text));

export const message = (...fields: Uint8Array[]): Uint8Array => concat(fields);
