// A wallet inside the page for the local chain, whose key is public anyway. It speaks EIP-1193 like any other wallet,
// so that nothing behind it knows the difference.
import { type Chain, createWalletClient, type EIP1193Provider, type Hex, http, numberToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

export type DemoProviderParams = { key: Hex; chains: readonly Chain[]; isConnected: boolean };

type Call = { method: string; params?: readonly unknown[] };
type Transaction = { to: Hex; data?: Hex; value?: Hex; gas?: Hex };

const UNKNOWN_CHAIN = 4902; // EIP-3085

const rpcError = (code: number, message: string): Error => Object.assign(new Error(message), { code });

/** Listeners of `chainChanged`; the demo wallet's account never changes. */
const createListeners = () => {
  const listeners = new Set<(chainId: string) => void>();
  return {
    on: (event: string, listener: (chainId: string) => void) =>
      void (event === "chainChanged" && listeners.add(listener)),
    removeListener: (_: string, listener: (chainId: string) => void) => void listeners.delete(listener),
    emit: (chainId: string) => {
      for (const listener of listeners) listener(chainId);
    },
  };
};

export const createDemoProvider = ({ key, chains, isConnected: wasConnected }: DemoProviderParams): EIP1193Provider => {
  const account = privateKeyToAccount(key);
  const { on, removeListener, emit } = createListeners();
  const clients = new Map(chains.map((chain) => [chain.id, createWalletClient({ account, chain, transport: http() })]));
  let current = chains[0]?.id ?? 0;
  let isConnected = wasConnected; // like any wallet, it shows its account only to a page that asked

  const client = () => {
    const found = clients.get(current);
    if (found === undefined) throw rpcError(UNKNOWN_CHAIN, `The demo wallet does not know chain ${current}.`);
    return found;
  };

  const switchChain = (chainId: number): null => {
    if (!clients.has(chainId)) throw rpcError(UNKNOWN_CHAIN, `The demo wallet does not know chain ${chainId}.`);
    current = chainId;
    emit(numberToHex(chainId));
    return null;
  };

  const send = ({ to, data, value, gas }: Transaction): Promise<Hex> =>
    client().sendTransaction({
      to,
      ...(data === undefined ? {} : { data }),
      ...(value === undefined ? {} : { value: BigInt(value) }),
      ...(gas === undefined ? {} : { gas: BigInt(gas) }),
    });

  const request = async ({ method, params = [] }: Call): Promise<unknown> => {
    switch (method) {
      case "eth_accounts":
        return isConnected ? [account.address] : [];
      case "eth_requestAccounts":
        isConnected = true;
        return [account.address];
      case "wallet_requestPermissions":
        isConnected = true;
        return [
          {
            parentCapability: "eth_accounts",
            caveats: [{ type: "restrictReturnedAccounts", value: [account.address] }],
          },
        ];
      case "wallet_revokePermissions":
        isConnected = false;
        return null;
      case "eth_chainId":
        return numberToHex(current);
      case "wallet_switchEthereumChain":
        return switchChain(Number((params[0] as { chainId: Hex }).chainId));
      case "eth_sendTransaction":
        return send(params[0] as Transaction);
      case "personal_sign":
        return account.signMessage({ message: { raw: params[0] as Hex } });
      case "eth_signTypedData_v4":
        return account.signTypedData(JSON.parse(params[1] as string));
      default:
        return client().request({ method, params } as never);
    }
  };

  return { on, removeListener, request } as unknown as EIP1193Provider; // its overloads name every method there is
};
