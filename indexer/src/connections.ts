// Pages that stay right while rows are added or rolled back: a cursor names a place in the order, not a count of rows.

import { parseOrderBy } from "@subsquid/openreader/lib/dialect/opencrud/orderBy.js";
import { parseObjectTree } from "@subsquid/openreader/lib/dialect/opencrud/tree.js";
import { parseWhere } from "@subsquid/openreader/lib/dialect/opencrud/where.js";
import type { Where } from "@subsquid/openreader/lib/ir/args.js";
import type { FieldRequest } from "@subsquid/openreader/lib/ir/fields.js";
import { getListSize } from "@subsquid/openreader/lib/limit.size.js";
import type { Entity, Model } from "@subsquid/openreader/lib/model.js";
import { CountQuery, ListQuery } from "@subsquid/openreader/lib/sql/query.js";
import {
  getResolveTree,
  getTreeRequest,
  hasTreeRequest,
  simplifyResolveTree,
} from "@subsquid/openreader/lib/util/resolve-tree.js";
import type { GraphQLFieldResolver, GraphQLResolveInfo } from "graphql";
import type { Context } from "./context.ts";

const usualPage = 100;

type Key = { field: string; isDescending: boolean };
type Place = (string | number | boolean)[]; // of a row: the values it is ordered by, its id last

export type ConnectionArgs = { orderBy: string[]; after?: string; first?: number; where?: unknown };

/** The fields to order by, the id at the end, so that no two rows have the same place. */
const keysOf = (entity: Entity, orderBy: string[]): Key[] | { fault: string } => {
  const keys: Key[] = [];
  for (const name of orderBy) {
    const [, field = "", direction] = /^(\w+?)_(ASC|DESC)$/.exec(name) ?? [];
    const property = entity.properties[field];
    const isPlain = property !== undefined && property.type.kind === "scalar" && !property.nullable;
    if (!isPlain)
      return {
        fault: `Pages cannot be ordered by ${name}: order by fields of the row itself that always have a value.`,
      };
    if (!keys.some((key) => key.field === field)) keys.push({ field, isDescending: direction === "DESC" });
    if (field === "id") return keys;
  }
  return [...keys, { field: "id", isDescending: keys.at(-1)?.isDescending ?? false }];
};

const orderText = (keys: Key[]): string =>
  keys.map(({ field, isDescending }) => `${isDescending ? "-" : ""}${field}`).join();

/** A cursor carries the order it was made for: in another one it would name no place. */
const encodeCursor = (keys: Key[], place: Place): string =>
  Buffer.from(JSON.stringify([orderText(keys), ...place])).toString("base64url");

const decodeCursor = (keys: Key[], cursor: string): Place | undefined => {
  try {
    const [order, ...place] = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const isPlace = place.every((value: unknown) => ["string", "number", "boolean"].includes(typeof value));
    return order === orderText(keys) && isPlace && place.length === keys.length ? place : undefined;
  } catch {
    return undefined;
  }
};

/** Rows after `place`: equal in the first fields and beyond it in the next, for each field. */
export const beyond = (keys: Key[], place: Place): Where => ({
  op: "OR",
  args: keys.map(({ field, isDescending }, k) => ({
    op: "AND",
    args: [
      ...keys.slice(0, k).map((key, i): Where => ({ op: "eq", field: key.field, value: place[i] })),
      { op: isDescending ? "lt" : "gt", field, value: place[k] } satisfies Where,
    ],
  })),
});

/** A scalar of the row, whether the client has asked for it or not. */
const requestField = (entity: Entity, field: string): FieldRequest => {
  const prop = entity.properties[field] as Entity["properties"][string];
  return { field, aliases: [field], kind: prop.type.kind, type: prop.type, prop, index: 0 } as FieldRequest;
};

type Asked = { node: FieldRequest[]; totalCount: boolean };

const whatIsAsked = (model: Model, typeName: string, info: GraphQLResolveInfo, connection: string): Asked => {
  const tree = getResolveTree(info, connection);
  const edges = getTreeRequest(tree.fields, "edges");
  const node = edges && getTreeRequest(simplifyResolveTree(info.schema, edges, `${typeName}Edge`).fields, "node");
  return {
    node: node === undefined ? [] : parseObjectTree(model, typeName, info.schema, node),
    totalCount: hasTreeRequest(tree.fields, "totalCount"),
  };
};

type Row = Record<string, string | number | boolean>;

export type ConnectionParams = { model: Model; typeName: string; connection: string };

/** Answers `<entities>Connection` by places. */
export const resolveConnection =
  ({ model, typeName, connection }: ConnectionParams): GraphQLFieldResolver<unknown, Context, ConnectionArgs> =>
  async (_, { orderBy, after, first = usualPage, where: given }, { openreader, refuse }, info) => {
    const entity = model[typeName] as Entity;
    const keys = keysOf(entity, orderBy);
    if ("fault" in keys) throw refuse("BAD_CURSOR", keys.fault);
    const place = after === undefined || after === null ? undefined : decodeCursor(keys, after);
    if (after && place === undefined)
      throw refuse(
        "BAD_CURSOR",
        `The cursor ${after.slice(0, 40)} is of another order or none at all; take one of this query.`,
      );

    const where = parseWhere(given);
    const { node, totalCount } = whatIsAsked(model, typeName, info, connection);
    const missing = keys.filter(({ field }) => !node.some((one) => one.field === field));
    const fields = [...node, ...missing.map(({ field }) => requestField(entity, field))];
    openreader.responseSizeLimit?.check(() => getListSize(model, typeName, fields, first, where) + 1);

    const conditions = [where, place && beyond(keys, place)].filter((one) => one !== undefined);
    const rows = (await openreader.executeQuery(
      new ListQuery(model, "postgres", typeName, fields, {
        orderBy: parseOrderBy(
          model,
          typeName,
          keys.map(({ field, isDescending }) => `${field}_${isDescending ? "DESC" : "ASC"}`),
        ),
        ...(conditions.length > 0 && { where: { op: "AND", args: conditions } }),
        limit: first + 1,
      }),
    )) as Row[];
    const page = rows.slice(0, first);
    const edges = page.map((row) => ({
      node: row,
      cursor: encodeCursor(
        keys,
        keys.map(({ field }) => row[field] as Place[number]),
      ),
    }));
    return {
      edges,
      pageInfo: {
        hasNextPage: rows.length > first,
        hasPreviousPage: place !== undefined,
        startCursor: edges[0]?.cursor ?? "",
        endCursor: edges.at(-1)?.cursor ?? "",
      },
      totalCount: totalCount ? await openreader.executeQuery(new CountQuery(model, "postgres", typeName, where)) : 0,
    };
  };
