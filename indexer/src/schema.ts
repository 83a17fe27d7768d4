// The GraphQL schema: openreader's of schema.graphql, with our pages, and with words for what it adds by itself.
import { SchemaBuilder } from "@subsquid/openreader/lib/dialect/opencrud/schema.js";
import type { Model } from "@subsquid/openreader/lib/model.js";
import { loadModel } from "@subsquid/openreader/lib/tools.js";
import { type GraphQLObjectType, type GraphQLSchema, getNamedType, isObjectType, printSchema } from "graphql";
import { resolveConnection } from "./connections.ts";
import { schemaFile } from "./model.ts";

const connectionWords: Record<string, string> = {
  edges: "The rows of this page, in order.",
  pageInfo: "Where the page begins and ends.",
  totalCount: "Rows on all pages together.",
  node: "The row.",
  cursor: "Its place in this order: give it as `after` for the rows behind it.",
  hasNextPage: "Whether rows follow.",
  hasPreviousPage: "Whether this is not the first page.",
  startCursor: "Place of the first row; empty on an empty page.",
  endCursor: "Place of the last row; empty on an empty page.",
};

const describeFields = (type: GraphQLObjectType, wordsFor: (name: string, of: string) => string | undefined): void => {
  for (const field of Object.values(type.getFields())) {
    field.description ??= wordsFor(field.name, getNamedType(field.type).name);
  }
};

const rootWords =
  (verb: string) =>
  (name: string, of: string): string => {
    if (name.endsWith("Connection")) return `${verb} page by page; a cursor stays right while rows come and go.`;
    return name.endsWith("ById") ? `${verb}: the ${of} of this id, or null.` : `${verb}: rows of ${of}.`;
  };

const describeAll = (schema: GraphQLSchema): void => {
  const [query, subscription] = [schema.getQueryType(), schema.getSubscriptionType()];
  if (query) describeFields(query, rootWords("Once"));
  if (subscription) describeFields(subscription, rootWords("Now and after each change"));
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !/(Connection|Edge|PageInfo)$/.test(type.name)) continue;
    type.description ??= type.name === "PageInfo" ? "Where a page begins and ends." : "Part of an answer page by page.";
    describeFields(type, (name) => connectionWords[name]);
  }
};

const entitiesOf = (model: Model): string[] =>
  Object.entries(model).flatMap(([name, { kind }]) => (kind === "entity" ? [name] : []));

export const buildSchema = (): GraphQLSchema => {
  const model = loadModel(schemaFile);
  const schema = new SchemaBuilder({ model, subscriptions: true }).build();
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const connection = getNamedType(field.type).name;
    const typeName = entitiesOf(model).find(
      (name) => field.name.endsWith("Connection") && isConnectionOf(schema, connection, name),
    );
    if (typeName !== undefined) field.resolve = resolveConnection({ model, typeName, connection });
  }
  describeAll(schema);
  return schema;
};

const isConnectionOf = (schema: GraphQLSchema, connection: string, typeName: string): boolean => {
  const type = schema.getType(connection);
  const edges = isObjectType(type) ? type.getFields().edges : undefined;
  return edges !== undefined && getNamedType(edges.type).name === `${typeName}Edge`;
};

/**
 * The schema as text for a federation's composition: every row has its id as key, which this server gives no entry to
 * by itself (`resolvable: false`): other graphs may refer to rows, and read them by `…ById`.
 */
export const federationText = (schema: GraphQLSchema): string => {
  const keyed = entitiesOf(loadModel(schemaFile)).reduce(
    (text, name) =>
      text.replace(new RegExp(`^type ${name} \\{`, "m"), `type ${name} @key(fields: "id", resolvable: false) {`),
    printSchema(schema),
  );
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';
  return `${link}\n\n${keyed}\n`;
};
