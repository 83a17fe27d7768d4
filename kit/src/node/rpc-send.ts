// One JSON-RPC endpoint over HTTP: a request, and the look that tells whether it is fit to be asked.
import { hexToBigInt, isHex, RpcRequestError } from "viem";
import { getHttpRpcClient } from "viem/utils";
import { shownUrl } from "./redact.ts";
import type { Probe } from "./rpc-endpoints.ts";

const PROBE_TIMEOUT_MS = 3_000;

export type Call = { method: string; params?: unknown };
export type SendOptions = { timeoutMs: number; signal?: AbortSignal | undefined };
export type Send = (call: Call, options: SendOptions) => Promise<unknown>;

/** Origins, numbered where two endpoints share one. */
export const nameEndpoints = (urls: string[]): string[] => {
  const shown = urls.map(shownUrl);
  return shown.map((name, index) => (shown.indexOf(name) === shown.lastIndexOf(name) ? name : `${name}#${index + 1}`));
};

/** viem's errors, which end in logs, learn the origin only: API keys stand in paths, queries and passwords. */
export const createSend = (url: string): Send => {
  const { origin, username, password } = new URL(url);
  const target = Object.assign(new URL(url), { username: "", password: "" }).href;
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
  const extra = username + password === "" ? {} : { authorization: `Basic ${credentials}` };
  const fetchFn = (_: unknown, init: RequestInit = {}) =>
    fetch(target, { ...init, headers: { ...(init.headers as Record<string, string>), ...extra } });
  const client = getHttpRpcClient(origin, { fetchFn });

  return async ({ method, params }, { timeoutMs: timeout, signal }) => {
    const body = { method, params };
    const answer: unknown = await client.request({ body, timeout, ...(signal && { fetchOptions: { signal } }) });
    const { error, result } = (answer ?? {}) as { error?: { code: number; message: string }; result?: unknown };
    if (error !== undefined) throw new RpcRequestError({ body, error, url: origin });
    if (result === undefined) throw new Error("it answers with something that is not JSON-RPC");
    return result;
  };
};

const readNumber = (answer: unknown): bigint => {
  if (isHex(answer) && answer !== "0x") return hexToBigInt(answer);
  throw new Error("it answers with something that is no number");
};

export const readChainId = async (send: Send, options: SendOptions): Promise<number> =>
  Number(readNumber(await send({ method: "eth_chainId" }, options)));

export const probeEndpoint = async (send: Send): Promise<Probe> => {
  const options = { timeoutMs: PROBE_TIMEOUT_MS };
  const [chainId, head] = await Promise.all([
    readChainId(send, options),
    send({ method: "eth_blockNumber" }, options).then(readNumber),
  ]);
  return { chainId, head };
};
