import * as z from "zod/mini";
import type { Request } from "./graphql.ts";
import { hex, int } from "./scalars.ts";

const setSchema = z.object({ chain: int, signers: z.array(hex) });

/** Who may sign, on every chain. */
export const signersRequest: Request<{ signerSets: z.infer<typeof setSchema>[] }> = {
  query: "query Signers { signerSets(orderBy: id_ASC, limit: 20) { chain signers } }",
  schema: z.object({ signerSets: z.array(setSchema) }),
};
