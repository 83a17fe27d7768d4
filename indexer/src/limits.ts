// What a GraphQL request may ask for. The size of answers is limited by openreader, which knows the cardinalities.
import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
} from "graphql";

export const limits = {
  depth: 8,
  rootFields: 20,
  tokens: 2_000,
  answerNodes: 100_000,
  bodyBytes: 64 * 1024,
  statementMs: 10_000,
};

/** Fields below `set`, itself included. Descriptions of the schema nest deep by nature and are not counted. */
const depthOf = (context: ValidationContext, set: SelectionSetNode | undefined, inside: string[] = []): number =>
  Math.max(0, ...(set?.selections ?? []).map((selection) => depthOfOne(context, selection, inside)));

const depthOfOne = (context: ValidationContext, selection: SelectionNode, inside: string[]): number => {
  switch (selection.kind) {
    case Kind.FIELD:
      return selection.name.value.startsWith("__") ? 0 : 1 + depthOf(context, selection.selectionSet, inside);
    case Kind.INLINE_FRAGMENT:
      return depthOf(context, selection.selectionSet, inside);
    case Kind.FRAGMENT_SPREAD: {
      const name = selection.name.value;
      if (inside.includes(name)) return 0; // a cycle: another rule refuses it
      return depthOf(context, context.getFragment(name)?.selectionSet, [...inside, name]);
    }
  }
};

/** Validation rule: refuses operations that nest deeper or have more root fields than allowed. */
export const limitOperations = (context: ValidationContext): ASTVisitor => ({
  OperationDefinition(node: OperationDefinitionNode) {
    const depth = depthOf(context, node.selectionSet);
    if (depth > limits.depth) {
      context.reportError(new GraphQLError(`The query is ${depth} fields deep; at most ${limits.depth} are allowed.`));
    }
    const { length } = node.selectionSet.selections;
    if (length > limits.rootFields) {
      context.reportError(
        new GraphQLError(`The query has ${length} root fields; at most ${limits.rootFields} are allowed.`),
      );
    }
  },
});
