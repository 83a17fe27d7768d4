import { type Connector, injected } from "wagmi";
import { createDemoProvider, type DemoProviderParams } from "./demo-provider.ts";

export const DEMO_ID = "demo";

/** The demo wallet as one among the visitor's wallets. */
export const demoConnector = (params: DemoProviderParams) => {
  const provider = createDemoProvider(params);
  return injected({ target: { id: DEMO_ID, name: "Demo wallet", provider: () => provider as never } });
};

export const isDemo = ({ id }: Pick<Connector, "id">): boolean => id === DEMO_ID;
