// Who may change a mandate, from the chain's own access manager. Imported only where it is shown.
import type { Address, Hex } from "viem";
import {
  decodeEventLog,
  decodeFunctionResult,
  encodeEventTopics,
  encodeFunctionData,
  numberToHex,
  parseAbi,
} from "viem/utils";
import * as z from "zod/mini";
import { askNode, callContract } from "./rpc.ts";
import { hex } from "./scalars.ts";

// The part of OpenZeppelin's AccessManager that says who holds which role.
const abi = parseAbi([
  "event RoleGranted(uint64 indexed roleId, address indexed account, uint32 delay, uint48 since, bool newMember)",
  "function hasRole(uint64 roleId, address account) view returns (bool isMember, uint32 executionDelay)",
]);

/** Ids of contracts/access/Roles.sol. */
const ROLES = { governor: 1n, guardian: 2n, curator: 3n, loosener: 4n } as const;

export type Role = keyof typeof ROLES;

/** `delay`: seconds that whatever the holder wants waits in public before it can happen. */
export type RoleHolder = { role: Role; account: Address; delay: number };

export type RolesParams = { rpc: string; accessManager: Address; fromBlock: number };

const logsSchema = z.array(z.object({ topics: z.array(hex), data: hex }));

const roleOf = (id: bigint): Role | undefined => (Object.keys(ROLES) as Role[]).find((role) => ROLES[role] === id);

const readGrants = async ({ rpc, accessManager, fromBlock }: RolesParams): Promise<[Role, Address][]> => {
  const topics = encodeEventTopics({ abi, eventName: "RoleGranted" });
  const filter = { address: accessManager, topics, fromBlock: numberToHex(fromBlock), toBlock: "latest" };
  const logs = logsSchema.parse(await askNode({ rpc, method: "eth_getLogs", params: [filter] }));
  const grants = logs.flatMap(({ topics: [first, ...rest], data }): [Role, Address][] => {
    if (first === undefined) return [];
    const { args } = decodeEventLog({ abi, eventName: "RoleGranted", topics: [first, ...rest] as [Hex], data });
    if (args === undefined) return [];
    const role = roleOf(args.roleId);
    return role === undefined ? [] : [[role, args.account]];
  });
  return [...new Map(grants.map((grant) => [grant.join(), grant])).values()];
};

/** Whoever was ever granted a role and still has it, with the delay that holds now. */
export const readRoleHolders = async (params: RolesParams): Promise<RoleHolder[]> => {
  const held = (await readGrants(params)).map(async ([role, account]): Promise<RoleHolder[]> => {
    const question = { abi, functionName: "hasRole", args: [ROLES[role], account] } as const;
    const { rpc, accessManager: to } = params;
    const data = await callContract({ rpc, to, data: encodeFunctionData(question) });
    const [isMember, delay] = decodeFunctionResult({ ...question, data });
    return isMember ? [{ role, account, delay }] : [];
  });
  return (await Promise.all(held)).flat();
};
