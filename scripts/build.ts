// `npm run build`: contracts and app, only what has changed.
import { buildApp } from "../app/server/build.ts";
import { buildContracts } from "./start/build.ts";

await Promise.all([buildContracts(), buildApp()]);
