// The trust table as the AccessManager enforces it.
import type { Deployment } from "@aibot/kit/deployment";
import { InputError } from "@aibot/kit/errors";
import type { Hex } from "viem";
import type { Connection } from "./connection.ts";
import type { Holder, Opening, Role, Target, Trust } from "./trust.ts";
import { accessManagerAbi, guarded, openings, roles, selector } from "./trust.ts";

const LOG_RANGE = 10_000n; // blocks: what public nodes answer in one call

export const readTrust = async (client: Connection, deployment: Deployment): Promise<Trust> => {
  const [holders, found, guardedRoles] = await Promise.all([
    readHolders(client, deployment),
    readOpenings(client, deployment),
    readGuarded(client, deployment),
  ]);
  return { holders, openings: found, guarded: guardedRoles };
};

const roleNamed = (id: bigint): Role => {
  const role = (Object.keys(roles) as Role[]).find((name) => roles[name] === id);
  if (role === undefined) throw new InputError(`The AccessManager knows role ${id}, the trust table does not: add it.`);
  return role;
};

// Grants name every account that ever had a role; the contract says which of them still have it.
const readHolders = async (client: Connection, deployment: Deployment): Promise<Holder[]> => {
  const grants = await readGrants(client, deployment);
  const address = deployment.contracts.accessManager;
  const holders = await Promise.all(
    grants.map(async ({ id, account }): Promise<Holder[]> => {
      const args = [id, account] as const;
      const [isMember, delay] = await client.readContract({
        address,
        abi: accessManagerAbi,
        functionName: "hasRole",
        args,
      });
      return isMember ? [{ role: roleNamed(id), account, delay }] : [];
    }),
  );
  return holders.flat();
};

const readGrants = async (client: Connection, { startBlock, contracts }: Deployment) => {
  const head = await client.getBlockNumber();
  const grants = new Map<string, { id: bigint; account: Hex }>();
  for (let fromBlock = BigInt(startBlock); fromBlock <= head; fromBlock += LOG_RANGE) {
    const logs = await client.getContractEvents({
      address: contracts.accessManager,
      abi: accessManagerAbi,
      eventName: "RoleGranted",
      fromBlock,
      toBlock: fromBlock + LOG_RANGE - 1n,
      strict: true,
    });
    for (const { args } of logs)
      grants.set(`${args.roleId} ${args.account}`, { id: args.roleId, account: args.account });
  }
  return [...grants.values()].sort((a, b) => Number(a.id - b.id));
};

const readOpenings = (client: Connection, { contracts, vaults }: Deployment): Promise<Opening[]> => {
  const address = contracts.accessManager;
  const targets: Partial<Record<Target, Hex>> = { ...contracts, mandate: vaults[0]?.mandate ?? address };
  const deployed = openings.flatMap(({ target, name }) => {
    const contract = targets[target];
    return contract === undefined ? [] : [{ contract, target, name }];
  });
  return Promise.all(
    deployed.map(async ({ contract, target, name }) => {
      const args = [contract, selector(target, name)] as const;
      const functionName = "getTargetFunctionRole";
      const id = await client.readContract({ address, abi: accessManagerAbi, functionName, args });
      return { target, name, role: roleNamed(id) };
    }),
  );
};

const readGuarded = async (client: Connection, { contracts }: Deployment): Promise<Role[]> => {
  const address = contracts.accessManager;
  const functionName = "getRoleGuardian";
  const guardians = await Promise.all(
    guarded.map((role) => client.readContract({ address, abi: accessManagerAbi, functionName, args: [roles[role]] })),
  );
  return guarded.filter((_, index) => guardians[index] === roles.guardian);
};
