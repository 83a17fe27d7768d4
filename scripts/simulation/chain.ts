// An EVM inside this process. Transactions are sent one by one, at a time the caller chooses, and never fail silently.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { type Address, createPublicClient, custom, type Hex, numberToHex } from "viem";
import hardhatConfig from "../../hardhat.config.ts";

const root = join(import.meta.dirname, "../..");
const gasLimit = 16_000_000n; // below the 2^24 that a transaction may use

export type Receipt = {
  gasUsed: bigint;
  contractAddress: Address | null;
  logs: { address: Address; topics: [Hex, ...Hex[]]; data: Hex }[];
};

export type Transaction = {
  from: Address; // one of the local accounts, or whoever is impersonated
  to?: Address; // undefined: deploys `data`
  data: Hex;
  at?: bigint; // unix seconds; undefined: the clock goes on by itself
};

export type Simulation = Awaited<ReturnType<typeof startSimulation>>;

export type SimulationParams = { chainId: number; genesis: bigint };

export const startSimulation = async ({ chainId, genesis }: SimulationParams) => {
  const hardhat = await createHardhatRuntimeEnvironment(hardhatConfig, {}, root);
  const override = { chainId, initialDate: new Date(Number(genesis) * 1000) };
  const { provider, close } = await hardhat.network.create({ network: "simulated", override });
  const client = createPublicClient({ transport: custom(provider), cacheTime: 0 });

  /** Mines `transaction`; throws what a contract reverts with. */
  const send = async ({ at, ...transaction }: Transaction): Promise<Receipt> => {
    if (at !== undefined) await provider.request({ method: "evm_setNextBlockTimestamp", params: [numberToHex(at)] });
    const params = [{ ...transaction, gas: numberToHex(gasLimit) }];
    const hash = await provider.request({ method: "eth_sendTransaction", params }).catch((error) => {
      // The error itself carries whole source files.
      throw new Error([error.message, error.solidityStack].join("\n"));
    });
    const receipt = (await provider.request({ method: "eth_getTransactionReceipt", params: [hash] })) as Receipt;
    return { ...receipt, gasUsed: BigInt(receipt.gasUsed) };
  };

  /** Runs `action` and takes back everything it did to the chain. */
  const undone = async <Result>(action: () => Promise<Result>): Promise<Result> => {
    const snapshot = await provider.request({ method: "evm_snapshot", params: [] });
    const result = await action();
    await provider.request({ method: "evm_revert", params: [snapshot] });
    return result;
  };

  return { client, send, undone, serve: () => serve(provider), close };
};

type Provider = { request: (request: { method: string; params: unknown[] }) => Promise<unknown> };
type Request = { id: unknown; method: string; params?: unknown[] };

/** Lets `deploy/`, which knows chains by their URL, reach the one in this process. */
const serve = async (provider: Provider): Promise<{ rpc: string; close: () => void }> => {
  const answer = async ({ id, method, params = [] }: Request) => {
    try {
      return { jsonrpc: "2.0", id, result: await provider.request({ method, params }) };
    } catch (error) {
      const { code = -32_603, message, data } = error as Error & { code?: number; data?: unknown };
      return { jsonrpc: "2.0", id, error: { code, message, data } };
    }
  };
  const server = createServer(async (request, response) => {
    const asked = JSON.parse(await text(request)) as Request | Request[];
    const answers = Array.isArray(asked) ? await Promise.all(asked.map(answer)) : await answer(asked);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answers));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    rpc: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
