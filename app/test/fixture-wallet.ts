// A wallet that announces itself (EIP-6963). The page holds a thin provider only: keys, consent and refusals live here,
// so that a test decides what the person at the wallet does.
import type { BrowserContext, Page } from "playwright-core";
import { type Hex, hexToBigInt, hexToNumber, numberToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { CHAIN } from "./fixture-graphql.ts";

type Answer = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** `answer` is the chain's node, `fee` what the wallet pays for a unit of gas, in wei. */
export type WalletParams = { context: BrowserContext; answer: Answer; name: string; key: Hex; fee?: bigint };

type Reply = { result: unknown; emit?: [string, unknown] } | { error: { code: number; message: string } };
type Transaction = { to: Hex; data?: Hex };

const ICON =
  "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCA4IDgiPjxjaXJjbGUgY3g9IjQiIGN5PSI0IiByPSI0IiBmaWxsPSIjYzYwIi8+PC9zdmc+";

const refuse = (code: number, message: string): Error => Object.assign(new Error(message), { code });

/** In the page: announces a provider whose every request is answered by the test's process. */
const announceInPage = ({ binding, name, icon }: { binding: string; name: string; icon: string }) => {
  const listeners = new Map<string, Set<(value: unknown) => void>>();
  const emit = (event: string, value: unknown) => {
    for (const listener of listeners.get(event) ?? []) listener(value);
  };
  const ask = (window as unknown as Record<string, (text: string) => Promise<string>>)[binding];
  const provider = {
    on: (event: string, listener: (value: unknown) => void) =>
      void listeners.set(event, (listeners.get(event) ?? new Set()).add(listener)),
    removeListener: (event: string, listener: (value: unknown) => void) => void listeners.get(event)?.delete(listener),
    request: async (asked: unknown) => {
      const reply = JSON.parse((await ask?.(JSON.stringify(asked))) ?? "{}");
      if (reply.error !== undefined) throw Object.assign(new Error(reply.error.message), { code: reply.error.code });
      if (reply.emit !== undefined) emit(reply.emit[0], reply.emit[1]);
      return reply.result;
    },
  };
  (window as unknown as Record<string, unknown>)[`${binding}Emit`] = emit;
  const info = Object.freeze({ uuid: crypto.randomUUID(), name, icon, rdns: `test.${binding.toLowerCase()}` });
  const announce = () =>
    window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
};

export const installWallet = async ({ context, answer, name, key, fee = 1n }: WalletParams) => {
  const binding = `wallet${name.replace(/\W/g, "")}`;
  const account = privateKeyToAccount(key);
  const state = {
    isConnected: false,
    chainId: CHAIN,
    known: new Set([CHAIN]),
    rejects: new Set<string>(), // methods that the person says no to
    waits: undefined as Promise<void> | undefined, // how long the person takes to answer
    waitsFor: {} as Record<string, Promise<void>>, // and to answer one method
    asked: [] as string[],
  };

  const accounts = () => (state.isConnected ? [account.address] : []);

  let last: (Transaction & { nonce: number }) | undefined;
  const sign = async ({ to, data = "0x", nonce }: Transaction & { nonce: number }, price: bigint): Promise<unknown> => {
    const estimate = await answer("eth_estimateGas", [{ from: account.address, to, data }]);
    const gas = (hexToBigInt(estimate as Hex) * 3n) / 2n; // as wallets do, for what may change until it is mined
    const fees = { gas, maxFeePerGas: price, maxPriorityFeePerGas: price };
    const raw = await account.signTransaction({ chainId: CHAIN, to, data, nonce, ...fees });
    return answer("eth_sendRawTransaction", [raw]);
  };

  const send = async (asked: Transaction): Promise<unknown> => {
    const pending = await answer("eth_getTransactionCount", [account.address, "pending"]);
    last = { ...asked, nonce: hexToNumber(pending as Hex) };
    return sign(last, fee);
  };

  /** What "speed up" and "cancel" do in a wallet: the same nonce again, for more. */
  const replace = async ({ isSame }: { isSame: boolean }): Promise<unknown> => {
    if (last === undefined) throw new Error("Nothing was sent that could be replaced.");
    return sign(isSame ? last : { to: account.address, nonce: last.nonce }, 2n * fee);
  };

  const handle = async (method: string, params: readonly unknown[]): Promise<Reply> => {
    state.asked.push(method);
    if (/send|sign|switch|add|request/.test(method)) await state.waits;
    await state.waitsFor[method];
    if (state.rejects.has(method)) throw refuse(4001, "User rejected the request.");
    switch (method) {
      case "eth_accounts":
        return { result: accounts() };
      case "eth_requestAccounts":
        state.isConnected = true;
        return { result: accounts() };
      case "wallet_requestPermissions":
      case "wallet_revokePermissions":
        throw refuse(-32601, "not supported"); // as many wallets
      case "eth_chainId":
        return { result: numberToHex(state.chainId) };
      case "wallet_switchEthereumChain": {
        const { chainId } = params[0] as { chainId: Hex };
        if (!state.known.has(hexToNumber(chainId))) throw refuse(4902, "Unrecognized chain.");
        state.chainId = hexToNumber(chainId);
        return { result: null, emit: ["chainChanged", chainId] };
      }
      case "wallet_addEthereumChain": {
        const { chainId } = params[0] as { chainId: Hex };
        state.known.add(hexToNumber(chainId));
        state.chainId = hexToNumber(chainId);
        return { result: null, emit: ["chainChanged", chainId] };
      }
      case "eth_sendTransaction":
        return { result: await send(params[0] as Transaction) };
      case "eth_signTypedData_v4":
        return { result: await account.signTypedData(JSON.parse(params[1] as string)) };
      default:
        return { result: await answer(method, params) };
    }
  };

  await context.exposeFunction(binding, async (text: string): Promise<string> => {
    const { method, params = [] } = JSON.parse(text) as { method: string; params?: readonly unknown[] };
    try {
      return JSON.stringify(await handle(method, params));
    } catch (error) {
      const { code = -32603, message } = error as Error & { code?: number };
      return JSON.stringify({ error: { code, message } });
    }
  });
  await context.addInitScript(announceInPage, { binding, name, icon: ICON });

  /** What the wallet tells a page by itself, such as another account chosen in it. */
  const emit = (page: Page, event: string, value: unknown) =>
    page.evaluate(
      ([name_, event_, value_]) =>
        (window as unknown as Record<string, (event: string, value: unknown) => void>)[name_ as string]?.(
          event_ as string,
          value_,
        ),
      [`${binding}Emit`, event, value] as const,
    );

  return { state, account, emit, replace };
};
