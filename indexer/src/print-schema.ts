// Prints the served schema: `node indexer/src/print-schema.ts > schema.graphql`, ready for composition in a federation.
import { buildSchema, federationText } from "./schema.ts";

process.stdout.write(federationText(buildSchema()));
