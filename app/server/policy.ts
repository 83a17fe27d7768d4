import type { Config } from "../src/config.ts";

const originOf = (url: string): string => new URL(url).origin;

/** Everything the page may talk to: itself, the indexer, the chains' nodes and the local replay. Nobody else. */
const connections = ({ graphql, chains, replay }: Config): string[] => [
  "'self'",
  ...new Set([
    originOf(graphql),
    originOf(graphql).replace(/^http/, "ws"),
    ...chains.map(({ rpc }) => originOf(rpc)),
    ...(replay === undefined ? [] : [originOf(replay)]),
  ]),
];

/** The page's content security policy; `nonce` is on the style tags that Emotion writes. */
export const contentSecurityPolicy = (config: Config, nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'", // compiles the model engine; JavaScript's eval stays forbidden
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connections(config).join(" ")}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/** The service worker runs outside every page: it may fetch from its own origin, and nothing else. */
export const WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'";
