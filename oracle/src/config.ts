// The settings of a node, from the environment.
import { absolutePath, port, privateKey, serviceSettings } from "@aibot/kit/node/env";
import { jsonSetting } from "@aibot/kit/node/json-setting";
import { getAddress } from "viem";
import { z } from "zod";

const MAX_NODES = 31; // as many as SignedSource can check in one transaction

const peers = jsonSetting("expected a JSON list of nodes").pipe(
  z
    .array(
      z.strictObject({
        address: z
          .string()
          .regex(/^0x[0-9a-fA-F]{40}$/, "expected a 20-byte address")
          .transform((text) => getAddress(text)),
        url: z.url({ protocol: /^wss?$/, error: "expected a URL that begins with ws:// or wss://" }),
      }),
    )
    .min(1, "expected at least one node")
    .max(MAX_NODES, `expected at most ${MAX_NODES} nodes`)
    .refine((list) => new Set(list.map(({ address }) => address)).size === list.length, "one address appears twice"),
);

const wholeNumber = (least: number, most: number) =>
  z.coerce.number("expected a whole number").int("expected a whole number").min(least).max(most);

export const settings = z.object({
  ...serviceSettings,
  STATE_DIR: absolutePath.describe("folder for this node's transaction journals"),
  PRIVATE_KEY: privateKey.describe("signs observations, reports and transactions"),
  NODE_INDEX: wholeNumber(0, MAX_NODES - 1).describe("position of this node in PEERS, from 0"),
  PEERS: peers.describe('JSON list of all nodes, the same everywhere: [{"address":"0x…","url":"ws://…"}]'),
  LISTEN_PORT: port.min(1).describe("loopback port for the other nodes' WebSockets"),
  SOURCE: z.string().describe("replay:<url> or ccxt:<exchange>:<symbol>"),
  MARKET: z.string().optional().describe('market id, for example "SPX/USD"; may be absent where there is one market'),
  HEARTBEAT: wholeNumber(1, 2 ** 32)
    .default(86_400)
    .describe("seconds after which an unchanged price is reported again (86400)"),
  SPREAD_BPS: wholeNumber(1, 10_000)
    .default(500)
    .describe("an outcome further than this from what the node saw itself is not signed (500)"),
  GRACE_MS: wholeNumber(0, 10_000).default(5).describe("how long a leader with a quorum waits for the other nodes (5)"),
  TAKEOVER_MS: wholeNumber(50, 600_000)
    .default(1_000)
    .describe("silence after which the next leader takes over; above the block time of every chain (1000)"),
});

export type Config = z.output<typeof settings>;
