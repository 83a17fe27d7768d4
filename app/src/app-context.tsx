import { queryOptions, useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { OfflinePage } from "./components/OfflinePage.tsx";
import { type Config, loadConfig } from "./config.ts";
import { createGraphql, type Graphql } from "./data/graphql.ts";

type AppContext = { config: Config; graphql: Graphql };

const Context = createContext<AppContext | undefined>(undefined);

export const configQuery = queryOptions({
  queryKey: ["config"],
  queryFn: ({ signal }) => loadConfig(signal),
  refetchOnReconnect: true, // only where it is missing: what was read does not go stale
});

/** Reads /config.json once and gives every feature the addresses and the indexer it names. */
export const AppContextProvider = ({ children }: { children: ReactNode }) => {
  const { data: config, error, refetch } = useQuery(configQuery);
  const value = useMemo(() => config && { config, graphql: createGraphql(config.graphql) }, [config]);

  if (error !== null && config === undefined) return <OfflinePage error={error} retry={() => void refetch()} />;
  if (value === undefined) return null; // one loopback request: nothing to show yet
  return <Context value={value}>{children}</Context>;
};

export const useApp = (): AppContext => {
  const value = useContext(Context);
  if (value === undefined) throw new Error("useApp needs AppContextProvider above it");
  return value;
};
