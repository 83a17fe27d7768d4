// Rows as the handlers see them: what the database holds, with the changes of this batch on top.
import type { RowTypes } from "./generated/rows.ts";

export type EntityName = keyof RowTypes;
export type Rows = { [E in EntityName]: Map<string, RowTypes[E]> };
export type AnyRow = RowTypes[EntityName];
export type Change = { entity: EntityName; before: AnyRow | undefined; after: AnyRow };

export type Draft = {
  find<E extends EntityName>(entity: E, id: string): RowTypes[E] | undefined;
  /** A row that must exist, because an earlier event has made it. */
  get<E extends EntityName>(entity: E, id: string): RowTypes[E];
  list<E extends EntityName>(entity: E): RowTypes[E][];
  put<E extends EntityName>(entity: E, row: RowTypes[E]): void;
  changes(): Change[];
};

export const emptyRows = (entities: string[]): Rows =>
  Object.fromEntries(entities.map((entity) => [entity, new Map()])) as unknown as Rows;

/** A draft over `base`, which it never writes to. */
export const createDraft = (base: Rows): Draft => {
  const changed = emptyRows(Object.keys(base));
  const find = <E extends EntityName>(entity: E, id: string): RowTypes[E] | undefined =>
    changed[entity].get(id) ?? base[entity].get(id);
  return {
    find,
    get(entity, id) {
      const row = find(entity, id);
      if (row === undefined) throw new Error(`An event refers to ${entity} ${id}, which no event has created.`);
      return row;
    },
    list(entity) {
      const rows = [...base[entity].values()].map(({ id }) => find(entity, id) as RowTypes[typeof entity]);
      for (const row of changed[entity].values()) if (!base[entity].has(row.id)) rows.push(row);
      return rows;
    },
    put: (entity, row) => void changed[entity].set(row.id, row),
    changes: () =>
      (Object.keys(changed) as EntityName[]).flatMap((entity) =>
        [...changed[entity].values()].map((after) => ({ entity, before: base[entity].get(after.id), after })),
      ),
  };
};

/** Takes `changes` over into `rows`. */
export const absorb = (rows: Rows, changes: Change[]): void => {
  for (const { entity, after } of changes) (rows[entity] as Map<string, AnyRow>).set(after.id, after);
};
