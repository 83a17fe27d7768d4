// Writes src/generated/rows.ts from schema.graphql: `node indexer/src/generate.ts` after changing the schema.
import { writeFileSync } from "node:fs";
import { loadTables, rowTypesSource } from "./model.ts";

writeFileSync(new URL("./generated/rows.ts", import.meta.url), rowTypesSource(loadTables()));
