// EIP-2612: one signature instead of an approval, where the token and the account can do it.
import { type Address, erc20Abi, type Hex, hashDomain, hexToNumber, parseAbi, slice } from "viem";
import { getBytecode, readContract, signTypedData } from "wagmi/actions";
import type { WalletConfig } from "../wagmi-config.ts";

const permitAbi = parseAbi([
  "function nonces(address owner) view returns (uint256)",
  "function DOMAIN_SEPARATOR() view returns (bytes32)",
  "function version() view returns (string)",
  "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
]);

const types = {
  EIP712Domain: [
    { name: "name", type: "string" },
    { name: "version", type: "string" },
    { name: "chainId", type: "uint256" },
    { name: "verifyingContract", type: "address" },
  ],
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

const DELEGATED = "0xef0100"; // EIP-7702: still an account with a key

export type PermitParams = { wallets: WalletConfig; chainId: number; token: Address; owner: Address };
type Domain = { name: string; version: string; chainId: bigint; verifyingContract: Address };
export type Permit = { domain: Domain; nonce: bigint };
export type Signature = { v: number; r: Hex; s: Hex };

const domainsOf = async ({ wallets, chainId, token }: PermitParams): Promise<Domain[]> => {
  const call = { address: token, abi: permitAbi, chainId } as const;
  const [announced, name, version] = await Promise.allSettled([
    readContract(wallets, { ...call, functionName: "eip712Domain" }),
    readContract(wallets, { address: token, abi: erc20Abi, chainId, functionName: "name" }),
    readContract(wallets, { ...call, functionName: "version" }),
  ]);
  const base = { chainId: BigInt(chainId), verifyingContract: token };
  return [
    ...(announced.status === "fulfilled" ? [{ ...base, name: announced.value[1], version: announced.value[2] }] : []),
    ...(name.status === "fulfilled"
      ? [{ ...base, name: name.value, version: version.status === "fulfilled" ? version.value : "1" }]
      : []),
  ];
};

const hasKey = async ({ wallets, chainId, owner }: PermitParams): Promise<boolean> => {
  const code = (await getBytecode(wallets, { address: owner, chainId })) ?? "0x";
  return code === "0x" || code.startsWith(DELEGATED);
};

/** What has to be signed; undefined where the token has no permit or its domain is not the one it hashes. */
export const readPermit = async (params: PermitParams): Promise<Permit | undefined> => {
  const { wallets, chainId, token, owner } = params;
  const call = { address: token, abi: permitAbi, chainId } as const;
  try {
    const [nonce, separator, domains, canSign] = await Promise.all([
      readContract(wallets, { ...call, functionName: "nonces", args: [owner] }),
      readContract(wallets, { ...call, functionName: "DOMAIN_SEPARATOR" }),
      domainsOf(params),
      hasKey(params),
    ]);
    const domain = domains.find((one) => hashDomain({ domain: one, types }) === separator);
    return domain === undefined || !canSign ? undefined : { domain, nonce };
  } catch {
    return undefined; // a token without a permit answers nothing or reverts
  }
};

export type SignParams = PermitParams & { permit: Permit; spender: Address; value: bigint; deadline: bigint };

export const signPermit = async (params: SignParams): Promise<Signature> => {
  const { wallets, owner, permit, spender, value, deadline } = params;
  const signature = await signTypedData(wallets, {
    account: owner,
    domain: permit.domain,
    types: { Permit: types.Permit },
    primaryType: "Permit",
    message: { owner, spender, value, nonce: permit.nonce, deadline },
  });
  const parity = hexToNumber(slice(signature, 64, 65));
  return { r: slice(signature, 0, 32), s: slice(signature, 32, 64), v: parity < 27 ? parity + 27 : parity };
};
