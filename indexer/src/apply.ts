// Events in, changed rows out. Nothing here knows a database, a clock or a network.
import type { Deployment } from "@aibot/kit/deployment";
import { type Change, createDraft, type Draft, type EntityName, type Rows } from "./draft.ts";
import type { ProtocolEvent } from "./events.ts";
import { sampleVaults } from "./handlers/days.ts";
import { claimId, exitRequestId } from "./handlers/exits.ts";
import { fillerId } from "./handlers/fillers.ts";
import { applyMandate } from "./handlers/mandate.ts";
import { applyPriceBook } from "./handlers/price-book.ts";
import { applySignalFeed, registerModel } from "./handlers/signal-feed.ts";
import { applySignedSource } from "./handlers/sources.ts";
import { applyVault } from "./handlers/vault.ts";

export type Head = { height: number; hash: string; timestamp: bigint };
export type ApplyParams = { rows: Rows; deployment: Deployment; events: ProtocolEvent[]; head: Head };

const factsOf = ({ vaults }: Deployment, address: string) => {
  const facts = vaults.find((vault) => vault.address.toLowerCase() === address);
  if (facts === undefined) throw new Error(`The deployment file has no vault ${address}.`);
  return facts;
};

const applyEvent = (draft: Draft, deployment: Deployment, event: ProtocolEvent): void => {
  const { origin } = event;
  switch (event.eventName) {
    case "MarketCreated":
    case "PriceUpdated":
    case "MarketHalted":
    case "MarketResumed":
    case "CandleSeeded":
    case "CandleClosed":
    case "GapFound":
    case "GapAcknowledged":
      applyPriceBook({ draft, deployment, origin }, event);
      break;
    case "PriceReported":
    case "SignersChanged":
      applySignedSource(draft, origin, event);
      break;
    case "ModelRegistered":
      registerModel(draft, origin, event);
      break;
    case "FeedCreated":
    case "ModelSwitched":
    case "SignalPublished":
      applySignalFeed(draft, origin, event);
      break;
    case "LimitChanged":
    case "CapChanged":
    case "BandChanged":
    case "DepositCapChanged":
    case "FeeRecipientChanged":
    case "EntryPaused":
    case "EntryResumed":
      applyMandate({ draft, origin, eventId: event.id, address: event.address }, event);
      break;
    default: {
      const vault = `${origin.chain}-${event.address}`;
      const facts = factsOf(deployment, event.address);
      applyVault({ draft, origin, eventId: event.id, vault, facts }, event);
      break;
    }
  }
};

/** The events of each block, block by block. */
const byBlock = (events: ProtocolEvent[]): ProtocolEvent[][] => {
  const blocks: ProtocolEvent[][] = [];
  for (const event of events) {
    const block = blocks.at(-1);
    if (block?.[0]?.origin.block === event.origin.block) block.push(event);
    else blocks.push([event]);
  }
  return blocks;
};

const applyBlock = (draft: Draft, deployment: Deployment, events: ProtocolEvent[]): void => {
  const [first] = events;
  if (first === undefined) return;
  const before = new Set(draft.list("Vault"));
  for (const event of events) applyEvent(draft, deployment, event);
  sampleVaults(draft, before, first.origin.timestamp);
};

/** The rows that `events`, up to and including block `head`, change in `rows`. */
export const apply = ({ rows, deployment, events, head }: ApplyParams): Change[] => {
  const draft = createDraft(rows);
  for (const block of byBlock(events)) applyBlock(draft, deployment, block);
  draft.put("Head", { id: `${deployment.chainId}`, chain: deployment.chainId, ...head });
  return draft.changes();
};

export type Reference = { entity: EntityName; id: string };

/** Rows of unbounded tables that `event` reads. Everything else that handlers read is small and always loaded. */
export const references = (event: ProtocolEvent): Reference[] => {
  const vault = `${event.origin.chain}-${event.address}`;
  switch (event.eventName) {
    case "Transfer":
      return [event.args.from, event.args.to].map((owner) => ({
        entity: "Holder",
        id: `${vault}-${owner.toLowerCase()}`,
      }));
    case "AuctionFilled":
      return [{ entity: "Filler", id: fillerId(vault, event.args) }];
    case "ExitCancelled":
    case "ExitSettled":
      return [{ entity: "ExitRequest", id: exitRequestId(vault, event.args.id) }];
    case "ClaimAdded":
    case "Claimed":
      return [{ entity: "Claim", id: claimId(vault, event.args) }];
    default:
      return [];
  }
};
