import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { buildModel, buildSchema } from "@subsquid/openreader/lib/model.schema.js";
import { parse } from "graphql";
import { createTableSql, loadTables, rowTypesSource, selectSql, tablesOf, upsertSql } from "./model.ts";

const tables = tablesOf(
  buildModel(
    buildSchema(
      parse(`
        type Shop @entity { id: ID! openAt: BigInt! isOpen: Boolean! tags: [String!]! best: Fruit fruits: [Fruit!]! @derivedFrom(field: "shop") }
        type Fruit @entity @index(fields: ["shop", "count"]) { id: ID! shop: Shop! count: Int prices: [BigInt!]! }
      `),
    ),
  ),
);
const [shop, fruit] = tables;
assert.ok(shop && fruit);

describe("tables of a GraphQL schema", () => {
  it("have a column per stored field, and none for the far side of a relation", () => {
    assert.deepEqual(createTableSql(shop), [
      'CREATE TABLE IF NOT EXISTS "shop" ("id" text PRIMARY KEY, "open_at" numeric NOT NULL, "is_open" bool NOT NULL, ' +
        '"tags" text[] NOT NULL, "best_id" text)',
    ]);
  });

  it("have the indexes that the schema asks for", () => {
    assert.deepEqual(createTableSql(fruit).slice(1), [
      'CREATE INDEX IF NOT EXISTS "fruit_shop_id_count" ON "fruit" ("shop_id", "count")',
    ]);
  });

  it("are read with numbers as text under the names of the fields", () => {
    assert.equal(
      selectSql(fruit, "id = $1"),
      'SELECT "id" AS "id", "shop_id" AS "shop", "count" AS "count", "prices"::text[] AS "prices" FROM "fruit" WHERE id = $1',
    );
  });

  it("are written over rows of the same id", () => {
    assert.equal(
      upsertSql(fruit, 3),
      'INSERT INTO "fruit" ("id", "shop_id", "count", "prices") SELECT "id", "shop_id", "count", "prices" ' +
        'FROM json_populate_recordset(null::"fruit", $3::json) ON CONFLICT (id) DO UPDATE SET ' +
        '"shop_id" = excluded."shop_id", "count" = excluded."count", "prices" = excluded."prices"',
    );
  });

  it("refuse a field type that has no column", () => {
    const model = buildModel(buildSchema(parse("type A @entity { id: ID! at: DateTime! }")));

    assert.throws(() => tablesOf(model), { message: "A.at in schema.graphql has a type that no column is made for." });
  });
});

describe("schema.graphql", () => {
  it("is what src/generated/rows.ts was generated from", () => {
    const generated = readFileSync(new URL("./generated/rows.ts", import.meta.url), "utf8");

    assert.equal(generated, rowTypesSource(loadTables()), "run: node indexer/src/generate.ts");
  });

  it("gives every table the chain it is from, so that one chain can be forgotten", () => {
    for (const { name, columns } of loadTables()) {
      assert.ok(
        columns.some((column) => column.name === "chain" && column.type === "int4"),
        `${name} has a chain`,
      );
    }
  });
});
