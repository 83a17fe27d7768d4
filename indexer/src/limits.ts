// What a GraphQL operation may ask for, judged before anything is read.
import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  valueFromASTUntyped,
  visit,
} from "graphql";
import type { Refuse } from "./refusals.ts";

/** Bounds that no setting changes; `config.ts` has the others. */
export const fixedLimits = {
  rootFields: 20,
  aliases: 40,
  fields: 1_000, // after fragments are spread
  tokens: 2_000,
  listValues: 500,
  bodyBytes: 64 * 1024,
  statementMs: 10_000,
  subscriptionsPerSocket: 100,
  sockets: 1_000,
};

type Size = { depth: number; fields: number; aliases: number };

const most = fixedLimits.fields * 10; // enough to be refused; fragments could multiply without end

const sum = (sizes: Size[]): Size => ({
  depth: Math.max(0, ...sizes.map(({ depth }) => depth)),
  fields: Math.min(
    most,
    sizes.reduce((total, { fields }) => total + fields, 0),
  ),
  aliases: Math.min(
    most,
    sizes.reduce((total, { aliases }) => total + aliases, 0),
  ),
});

/** Measures each fragment once, however often it is spread. */
const createMeasure = (fragment: (name: string) => FragmentDefinitionNode | null | undefined) => {
  const nothing: Size = { depth: 0, fields: 0, aliases: 0 };
  const known = new Map<string, Size>();

  const measureField = (field: FieldNode): Size => {
    if (field.name.value.startsWith("__")) return nothing; // descriptions of the schema nest deep by nature
    const below = measure(field.selectionSet);
    const alias = field.alias === undefined ? 0 : 1;
    return { depth: below.depth + 1, fields: below.fields + 1, aliases: below.aliases + alias };
  };

  const measureFragment = (name: string): Size => {
    const found = known.get(name);
    if (found !== undefined) return found;
    known.set(name, nothing); // a cycle ends here: another rule refuses it
    const size = measure(fragment(name)?.selectionSet);
    known.set(name, size);
    return size;
  };

  const measureOne = (selection: SelectionNode): Size => {
    switch (selection.kind) {
      case Kind.FIELD:
        return measureField(selection);
      case Kind.INLINE_FRAGMENT:
        return measure(selection.selectionSet);
      case Kind.FRAGMENT_SPREAD:
        return measureFragment(selection.name.value);
    }
  };

  const measure = (set: SelectionSetNode | undefined): Size => sum((set?.selections ?? []).map(measureOne));
  return measure;
};

export type OperationLimits = { maxDepth: number; introspection: boolean; refuse: Refuse };

/** Validation rule: how deep, how wide and how often renamed an operation may be. */
export const limitOperations =
  ({ maxDepth, introspection, refuse }: OperationLimits) =>
  (context: ValidationContext): ASTVisitor => {
    const measure = createMeasure((name) => context.getFragment(name));
    return {
      OperationDefinition({ selectionSet }) {
        const { depth, fields, aliases } = measure(selectionSet);
        const roots = selectionSet.selections.length;
        const faults: [isFault: boolean, code: Parameters<Refuse>[0], message: string][] = [
          [depth > maxDepth, "TOO_DEEP", `The query is ${depth} fields deep; at most ${maxDepth} are allowed.`],
          [
            roots > fixedLimits.rootFields,
            "TOO_MANY_ROOT_FIELDS",
            `The query has ${roots} root fields; at most ${fixedLimits.rootFields} are allowed.`,
          ],
          [
            aliases > fixedLimits.aliases,
            "TOO_MANY_ALIASES",
            `The query has ${aliases} aliases; at most ${fixedLimits.aliases} are allowed.`,
          ],
          [
            fields > fixedLimits.fields,
            "TOO_MANY_FIELDS",
            `The query has ${fields === most ? "more than " : ""}${fields} fields; at most ${fixedLimits.fields} are allowed.`,
          ],
        ];
        for (const [isFault, code, message] of faults) if (isFault) context.reportError(refuse(code, message));
      },
      Field({ name: { value: name } }) {
        if (introspection || (name !== "__schema" && name !== "__type")) return;
        context.reportError(
          refuse("NO_INTROSPECTION", `This server does not tell its schema, so \`${name}\` is refused.`),
        );
      },
    };
  };

const counts = new Set(["limit", "first", "offset"]);

type Argument = { name: string; value: unknown; refuse: Refuse };

const checkValue = ({ name, value, refuse }: Argument): GraphQLError | undefined => {
  if (counts.has(name) && typeof value === "number" && value < 0)
    return refuse("BAD_NUMBER", `\`${name}\` is ${value}; give a number from 0 on.`);
  if (Array.isArray(value) && value.length > fixedLimits.listValues)
    return refuse(
      "TOO_LONG_LIST",
      `The list in \`${name}\` has ${value.length} values; at most ${fixedLimits.listValues} are allowed.`,
    );
  if (value === null || typeof value !== "object") return undefined;
  const inner = Array.isArray(value) ? value.map((item) => [name, item] as const) : Object.entries(value);
  for (const [key, item] of inner) {
    const fault = checkValue({ name: key, value: item, refuse });
    if (fault !== undefined) return fault;
  }
  return undefined;
};

export type ArgumentsParams = { document: DocumentNode; variables: Record<string, unknown>; refuse: Refuse };

/** Values an operation brings along, written in it or as variables. */
export const checkArguments = ({ document, variables, refuse }: ArgumentsParams): GraphQLError | undefined => {
  let fault: GraphQLError | undefined;
  visit(document, {
    Argument({ name, value }) {
      fault ??= checkValue({ name: name.value, value: valueFromASTUntyped(value, variables), refuse });
    },
  });
  return fault;
};
