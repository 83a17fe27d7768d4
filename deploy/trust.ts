// Who may do what: the roles of the one AccessManager. The modules deploy this table, verify.ts reads it back.
import {
  chainlinkSourceAbi,
  mandateAbi,
  priceBookAbi,
  signalFeedAbi,
  signedSourceAbi,
} from "@aibot/kit/generated/abis";
import { type Abi, type Hex, isAddressEqual, parseAbi, toFunctionSelector } from "viem";
import type { Params } from "./params.ts";

/** Ids as in contracts/access/Roles.sol; 0 is OpenZeppelin's own administrator. */
export const roles = { admin: 0n, governor: 1n, guardian: 2n, curator: 3n, loosener: 4n } as const;
export type Role = keyof typeof roles;

export type Target = "priceBook" | "signedSource" | "chainlinkSource" | "signalFeed" | "mandate";
export type Rule = { role: Role; target: Target; functions: string[] };

/** Every function of ours that asks the AccessManager. Whatever is not named here stays with the administrator. */
export const rules: Rule[] = [
  { role: "governor", target: "priceBook", functions: ["createMarket", "seed", "acknowledgeGap"] },
  { role: "governor", target: "signedSource", functions: ["setSigners"] },
  { role: "governor", target: "chainlinkSource", functions: ["setAggregator"] },
  { role: "governor", target: "signalFeed", functions: ["createFeed", "setModel"] },
  { role: "guardian", target: "mandate", functions: ["pauseEntry", "resumeEntry"] },
  { role: "curator", target: "mandate", functions: ["tighten", "lowerCap", "lowerDepositCap"] },
  {
    role: "loosener",
    target: "mandate",
    functions: ["loosen", "raiseCap", "raiseDepositCap", "setBand", "setFeeRecipient"],
  },
];

/** Roles whose delayed operations the guardian may cancel while they wait. */
export const guarded = ["governor", "loosener"] as const;

/** `delay`: seconds that whatever the holder schedules waits in public before it can be executed. */
export type Holder = { role: Role; account: Hex; delay: number };

/** Who holds what while markets are created and seeded: the deployer governs. */
export const holdersAtDeployment = ({ roles: { guardian, curator, loosener } }: Params, deployer: Hex): Holder[] => [
  { role: "admin", account: deployer, delay: 0 },
  { role: "governor", account: deployer, delay: 0 },
  { role: "guardian", ...guardian },
  { role: "curator", ...curator },
  { role: "loosener", ...loosener },
];

/** Who holds what for good, once hand-over.ts has run. */
export const holdersInOperation = (params: Params): Holder[] => [
  { role: "admin", ...params.roles.governor },
  { role: "governor", ...params.roles.governor },
  ...holdersAtDeployment(params, params.roles.governor.account).slice(2),
];

const abis: Record<Target, Abi> = {
  priceBook: priceBookAbi,
  signedSource: signedSourceAbi,
  chainlinkSource: chainlinkSourceAbi,
  signalFeed: signalFeedAbi,
  mandate: mandateAbi,
};

export const selector = (target: Target, name: string): Hex => {
  const item = abis[target].find((entry) => entry.type === "function" && entry.name === name);
  if (item?.type !== "function") throw new Error(`${target} has no function ${name}`);
  return toFunctionSelector(item);
};

/** The part of OpenZeppelin's AccessManager that a deployment uses after Ignition. */
export const accessManagerAbi = parseAbi([
  "event RoleGranted(uint64 indexed roleId, address indexed account, uint32 delay, uint48 since, bool newMember)",
  "function grantRole(uint64 roleId, address account, uint32 executionDelay)",
  "function renounceRole(uint64 roleId, address callerConfirmation)",
  "function hasRole(uint64 roleId, address account) view returns (bool isMember, uint32 executionDelay)",
  "function getTargetFunctionRole(address target, bytes4 selector) view returns (uint64)",
  "function getRoleGuardian(uint64 roleId) view returns (uint64)",
]);

/** One restricted function and the role it asks for. */
export type Opening = { target: Target; name: string; role: Role };

export const openings: Opening[] = rules.flatMap(({ role, target, functions }) =>
  functions.map((name) => ({ role, target, name })),
);

/** What the AccessManager says of all that is deployed; `guarded` are the roles whose delayed operations the guardian may cancel. */
export type Trust = { holders: Holder[]; openings: Opening[]; guarded: Role[] };

/** One sentence for each way in which `trust` is not the table above. */
export const trustProblems = (trust: Trust, params: Params, deployer: Hex): string[] => {
  const tables = [holdersAtDeployment(params, deployer), holdersInOperation(params)];
  const isExpected = tables.some((table) => sameHolders(trust.holders, table));
  const holders = trust.holders.map(({ role, account, delay }) => `${role} ${account} after ${delay} s`).join(", ");
  return [
    ...(isExpected ? [] : [`The roles are ${holders}: the parameters say otherwise.`]),
    ...trust.openings
      .map((opening) => ({ ...opening, expected: roleOf(opening) }))
      .filter(({ role, expected }) => role !== expected)
      .map(({ target, name, role, expected }) => `${name} of ${target} asks for ${role}, not ${expected}.`),
    ...guarded
      .filter((role) => !trust.guarded.includes(role))
      .map((role) => `The guardian cannot cancel what the ${role} schedules.`),
  ];
};

const roleOf = ({ target, name }: Opening): Role | undefined =>
  openings.find((opening) => opening.target === target && opening.name === name)?.role;

const sameHolders = (actual: Holder[], expected: Holder[]): boolean =>
  actual.length === expected.length && expected.every((holder) => actual.some((other) => isSame(other, holder)));

const isSame = (a: Holder, b: Holder): boolean =>
  a.role === b.role && a.delay === b.delay && isAddressEqual(a.account, b.account);

/** The table as text: role, holder, delay, what it may do. */
export const trustLines = (trust: Trust): string[] => {
  const rows = trust.holders.map(({ role, account, delay }) => [
    role,
    account,
    delay === 0 ? "none" : `${delay} s`,
    may(role),
  ]);
  return [["role", "holder", "delay", "may"], ...rows].map(
    ([role = "", holder = "", delay = "", what = ""]) =>
      `${role.padEnd(8)}  ${holder.padEnd(42)}  ${delay.padEnd(8)}  ${what}`,
  );
};

const may = (role: Role): string => {
  if (role === "admin") return "grant and revoke roles";
  const functions = openings.flatMap((opening) => (opening.role === role ? [opening.name] : [])).join(", ");
  return role === "guardian" ? `${functions}; cancel what ${guarded.join(" and ")} have scheduled` : functions;
};
