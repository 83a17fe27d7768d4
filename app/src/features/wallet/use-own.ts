import { useQuery } from "@tanstack/react-query";
import { useApp } from "../../app-context.tsx";
import { LIVE, OWN } from "../../data/live.ts";
import type { FoundVault } from "../../links.ts";
import { ownRequest } from "./own-data.ts";

export const useOwn = ({ chain, vault }: FoundVault, owner: string) => {
  const { graphql } = useApp();
  const [vaultId, account] = [`${chain.id}-${vault.address.toLowerCase()}`, owner.toLowerCase()];
  return useQuery({
    queryKey: [LIVE, OWN, vaultId, account],
    queryFn: ({ signal }) => graphql.fetch(ownRequest(vaultId, account), signal),
  });
};
