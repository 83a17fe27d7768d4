import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useApp } from "../../app-context.tsx";
import { signersRequest } from "../../data/signers.ts";
import { type Names, namesOf } from "../../names.ts";

const NO_NAMES: Names = new Map();

/** What the addresses of a chain are called; the signers join once the indexer has told them. */
export const useNames = (chain: number): Names => {
  const { config, graphql } = useApp();
  const { data: sets } = useQuery({
    queryKey: ["signers"],
    queryFn: ({ signal }) => graphql.fetch(signersRequest, signal),
    select: ({ signerSets }) => signerSets,
  });
  return useMemo(() => {
    const found = config.chains.find(({ id }) => id === chain);
    const signers = (sets ?? []).filter((set) => set.chain === chain).flatMap((set) => set.signers);
    return found === undefined ? NO_NAMES : namesOf(found, signers);
  }, [config, chain, sets]);
};
