import {
  type Abi,
  type BaseError,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionParameters,
  type ContractFunctionReturnType,
  ContractFunctionRevertedError,
  type PublicClient,
} from "viem";

type Mutability = "pure" | "view" | "nonpayable" | "payable";

type Question = <
  const abi extends Abi,
  name extends ContractFunctionName<abi, Mutability>,
  const args extends ContractFunctionArgs<abi, Mutability, name>,
>(
  call: ContractFunctionParameters<abi, Mutability, name, args>,
) => Promise<ContractFunctionReturnType<abi, Mutability, name, args>>;

/** Questions about one block. All of one look travel in a single `eth_call`, so that the answers fit each other. */
export type Ask = {
  read: Question;
  /**
   * What a transaction would return and leave behind: executed in the same call, after every read, in the order of
   * asking, and then forgotten. A later `after` sees what earlier ones have done.
   */
  after: Question;
};

/** Why a question failed: the contract's error by name. */
export const errorName = (error: unknown): string => {
  const revert = (error as BaseError).walk?.((cause) => cause instanceof ContractFunctionRevertedError);
  if (!(revert instanceof ContractFunctionRevertedError)) return "no answer";
  return revert.data?.errorName ?? revert.reason ?? "revert without a reason";
};

type Asked = { call: ContractFunctionParameters; resolve: (value: never) => void; reject: (error: Error) => void };

/** Collects the questions that `look` asks before it first waits, sends them and hands out the answers. */
export const askOnce = async <T>(client: PublicClient, look: (ask: Ask) => Promise<T>): Promise<T> => {
  const reads: Asked[] = [];
  const afters: Asked[] = [];
  const into = (list: Asked[]): Question => {
    const question = (call: ContractFunctionParameters) => {
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      promise.catch(() => {}); // a question whose answer turns out not to matter
      list.push({ call, resolve, reject });
      return promise;
    };
    return question as Question;
  };

  const answer = look({ read: into(reads), after: into(afters) });
  answer.catch(() => {}); // when the node does not answer, that is the error to report
  const asked = [...reads, ...afters];
  // Multicall3's code travels with the call: nothing needs to be deployed on the chain.
  const results = await client.multicall({ contracts: asked.map(({ call }) => call), deployless: true, batchSize: 0 });
  for (const [i, result] of results.entries()) {
    if (result.status === "success") asked[i]?.resolve(result.result as never);
    else asked[i]?.reject(result.error);
  }
  return answer;
};
