// The little of the compiler's syntax tree that mutation needs.

/** A node as the compiler writes it: `src` is "start:length:file" in bytes, the rest depends on `nodeType`. */
export type Node = { nodeType: string; src: string; [field: string]: unknown };

export type Span = { start: number; end: number };

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).nodeType === "string";

export const spanOf = (src: string): Span => {
  const [start = 0, length = 0] = src.split(":").map(Number);
  return { start, end: start + length };
};

/** The child node in `field`; undefined when the source leaves it out. */
export const child = (node: Node, field: string): Node | undefined => {
  const value = node[field];
  return isNode(value) ? value : undefined;
};

export const children = (node: Node, field: string): Node[] => {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
};

export const text = (node: Node, field: string): string => {
  const value = node[field];
  return typeof value === "string" ? value : "";
};

/** Every node of the tree in the order of the source, each with the name of the function it stands in. */
export function* walk(node: Node, within = ""): Generator<{ node: Node; within: string }> {
  const name = functionName(node) ?? within;
  yield { node, within: name };
  for (const [field, value] of Object.entries(node)) {
    // The length of an array type is part of an ABI or a layout, not of behaviour.
    if (node.nodeType === "ArrayTypeName" && field === "length") continue;
    for (const item of Array.isArray(value) ? value : [value]) if (isNode(item)) yield* walk(item, name);
  }
}

const functionName = (node: Node): string | undefined => {
  if (node.nodeType === "FunctionDefinition") return text(node, "name") || text(node, "kind");
  return node.nodeType === "ModifierDefinition" ? text(node, "name") : undefined;
};
