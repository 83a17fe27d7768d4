// Steps on the AccessManager that more than one module takes.
import type { CallableContractFuture, ContractFuture, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import { roles, rules, selector, type Target } from "../trust.ts";

export type RoleSteps = {
  m: IgnitionModuleBuilder;
  accessManager: CallableContractFuture<string>;
  targets: Partial<Record<Target, ContractFuture<string>>>;
};

/** Opens the restricted functions of `targets` to their roles. */
export const assignFunctions = ({ m, accessManager, targets }: RoleSteps) =>
  rules.flatMap(({ role, target, functions }) => {
    const contract = targets[target];
    if (contract === undefined) return [];
    const selectors = functions.map((name) => selector(target, name));
    const id = `${target}_${role}`;
    return [m.call(accessManager, "setTargetFunctionRole", [contract, selectors, roles[role]], { id })];
  });
