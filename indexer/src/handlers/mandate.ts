// The limits of a mandate that a role may change. Its constructor emits them all, so the events tell everything.
import type { Draft } from "../draft.ts";
import type { MandateEvent, Origin } from "../events.ts";
import type { RowTypes } from "../generated/rows.ts";

type Mandate = RowTypes["Mandate"];
type Context = { draft: Draft; origin: Origin; eventId: string; address: string };

/** What an event says: a field, its new value, and for a cap the position. */
type Change = { field: keyof Mandate; value: bigint | number | string; position: number | null };

// In the order of IMandate.Limit.
const limits = [
  "targetVolBps",
  "maxSignalAge",
  "maxDrawdownBps",
  "lossBudgetBps",
  "turnoverBudgetBps",
  "managementFeeBps",
  "performanceFeeBps",
] as const;

const emptyMandate = ({ origin: { chain }, address }: Context): Mandate => ({
  id: `${chain}-${address}`,
  chain,
  address,
  targetVolBps: 0,
  bandBps: 0,
  maxSignalAge: 0n,
  maxDrawdownBps: 0,
  lossBudgetBps: 0,
  turnoverBudgetBps: 0,
  capsBps: [],
  managementFeeBps: 0,
  performanceFeeBps: 0,
  feeRecipient: "",
  depositCap: 0n,
  entryPausedUntil: 0n,
});

const limitChange = (limit: number, value: number): Change => {
  const field = limits[limit];
  if (field === undefined) throw new Error(`A mandate tells of limit ${limit}, which is not known here.`);
  return { field, value: field === "maxSignalAge" ? BigInt(value) : value, position: null };
};

const changeOf = (event: MandateEvent): Change => {
  const position = null;
  switch (event.eventName) {
    case "LimitChanged":
      return limitChange(event.args.limit, event.args.value);
    case "CapChanged":
      return { field: "capsBps", value: event.args.capBps, position: Number(event.args.position) };
    case "BandChanged":
      return { field: "bandBps", value: event.args.bandBps, position };
    case "DepositCapChanged":
      return { field: "depositCap", value: event.args.depositCap, position };
    case "FeeRecipientChanged":
      return { field: "feeRecipient", value: event.args.feeRecipient.toLowerCase(), position };
    case "EntryPaused":
      return { field: "entryPausedUntil", value: BigInt(event.args.until), position };
    case "EntryResumed":
      return { field: "entryPausedUntil", value: 0n, position };
  }
};

export const applyMandate = (context: Context, event: MandateEvent): void => {
  const { draft, origin, eventId, address } = context;
  const id = `${origin.chain}-${address}`;
  const mandate = draft.find("Mandate", id) ?? emptyMandate(context);
  const { field, value, position } = changeOf(event);
  const next = position === null ? value : mandate.capsBps.toSpliced(position, 1, Number(value));
  draft.put("Mandate", { ...mandate, [field]: next });
  draft.put("MandateChange", { id: eventId, mandate: id, field, position, value: String(value), ...origin });
};
