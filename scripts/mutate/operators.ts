// What is changed to make mutants: each operator looks at one node and names replacements of pieces of its source.
//
// BOUNDARY    < ≤ > ≥ trade places with their neighbour, == with !=
// ARITHMETIC  + with −, * with /, shifts, bits, compound assignments, ++ with −−
// CONDITION   an if or ? is always or never taken; an operand of && or || goes; ! goes
// DELETION    a statement, require, emit or return goes; so does a modifier
// CONSTANT    a number is one more or one less, a boolean its opposite
// ROUNDING    Floor and Ceil, Up and Down, min and max trade places
// ORDER       two neighbouring arguments of one type trade places
//
// A mutant that does not compile, or compiles to the bytecode of the original or of an earlier mutant, counts for
// nothing; so an operator need not know types.
import { child, children, isNode, type Node, type Span, spanOf, text } from "./ast.ts";

export type Edit = Span & { operator: string; replacement: string };

type Source = { slice: (span: Span) => string; length: number };
type Operator = (node: Node, source: Source) => Edit[];

const neighbours: Record<string, string> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==" };
const opposites: Record<string, string> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "**": "*",
  "<<": ">>",
  ">>": "<<",
  "&": "|",
  "|": "&",
  "^": "&",
  "++": "--",
  "--": "++",
};

const replace = (operator: string, span: Span, replacement: string): Edit => ({ operator, ...span, replacement });
const replaceNode = (operator: string, node: Node, replacement: string) =>
  replace(operator, spanOf(node.src), replacement);

/** Where `token` stands between two nodes; what lies there besides is space, brackets or a comment. */
const between = (left: Node, right: Node, token: string, { slice }: Source): Span | undefined => {
  const [from, to] = [spanOf(left.src).end, spanOf(right.src).start];
  const offset = slice({ start: from, end: to }).lastIndexOf(token);
  return offset < 0 ? undefined : { start: from + offset, end: from + offset + token.length };
};

const binary: Operator = (node, source) => {
  const [left, right] = [child(node, "leftExpression"), child(node, "rightExpression")];
  const token = text(node, "operator");
  if (left === undefined || right === undefined) return [];
  if (token === "&&" || token === "||") {
    return [
      replaceNode("condition", node, `(${source.slice(spanOf(left.src))})`),
      replaceNode("condition", node, `(${source.slice(spanOf(right.src))})`),
    ];
  }
  const [operator, other] = token in neighbours ? ["boundary", neighbours[token]] : ["arithmetic", opposites[token]];
  const span = between(left, right, token, source);
  return span === undefined || other === undefined ? [] : [replace(operator ?? "", span, other)];
};

const assignment: Operator = (node, source) => {
  const [left, right] = [child(node, "leftHandSide"), child(node, "rightHandSide")];
  const token = text(node, "operator");
  const other = opposites[token.slice(0, -1)];
  const span = left && right && between(left, right, token, source);
  return span === undefined || other === undefined ? [] : [replace("arithmetic", span, `${other}=`)];
};

const unary: Operator = (node, source) => {
  const operand = child(node, "subExpression");
  const token = text(node, "operator");
  if (operand === undefined) return [];
  const inner = source.slice(spanOf(operand.src));
  if (token === "!") return [replaceNode("condition", node, inner)];
  if (token === "-" || token === "~") return [replaceNode("arithmetic", node, `(${inner})`)];
  const other = opposites[token];
  if (other === undefined) return [];
  return [replaceNode("arithmetic", node, node.prefix === true ? `${other}${inner}` : `${inner}${other}`)];
};

const constantCondition: Operator = (node) => {
  const condition = child(node, "condition");
  if (condition === undefined) return [];
  return ["true", "false"].map((value) => replaceNode("condition", condition, value));
};

const loopCondition: Operator = (node) => {
  const condition = child(node, "condition");
  return condition === undefined ? [] : [replaceNode("condition", condition, "false")];
};

/** The statement with its semicolon, where it has one. */
const statementSpan = (node: Node, { slice, length }: Source): Span => {
  const { start, end } = spanOf(node.src);
  const rest = slice({ start: end, end: Math.min(end + 1, length) });
  return { start, end: rest === ";" ? end + 1 : end };
};

/** What a function returns that does not return. */
const isNothing = (node: Node): boolean =>
  node.nodeType === "Literal" && (node.value === "0" || node.value === "false");

const deletion: Operator = (node, source) => {
  const returned = child(node, "expression");
  if (node.nodeType === "Return" && (returned === undefined || isNothing(returned))) return [];
  return [replace("deletion", statementSpan(node, source), "{}")];
};

const modifiers: Operator = (node) =>
  node.kind === "constructor"
    ? []
    : children(node, "modifiers").map((modifier) => replaceNode("deletion", modifier, ""));

const number = /^(0x[0-9a-fA-F]+|\d+(e\d+)?)$/;

/** Digits without separators; undefined for a fraction or an address. */
const integerOf = (digits: string): bigint | undefined => {
  if (!number.test(digits) || digits.length === 42) return undefined;
  const [mantissa = "0", exponent = "0"] = digits.startsWith("0x") ? [digits] : digits.split("e");
  return BigInt(mantissa) * 10n ** BigInt(exponent);
};

const stepped = (node: Node, source: Source): Edit[] => {
  const span = spanOf(node.src);
  const [digits = "", unit = ""] = source.slice(span).split(/\s+/);
  const value = integerOf(digits.replaceAll("_", ""));
  if (value === undefined) return [];
  const written = (n: bigint) => `${digits.startsWith("0x") ? `0x${n.toString(16)}` : n}${unit && ` ${unit}`}`;
  const around = value === 0n ? [1n] : [value + 1n, value - 1n];
  return around.map((n) => replace("constant", span, written(n)));
};

const literal: Operator = (node, source) => {
  if (node.kind === "number") return stepped(node, source);
  if (node.kind !== "bool") return [];
  return [replaceNode("constant", node, node.value === "true" ? "false" : "true")];
};

const turned = (name: string): string | undefined => {
  if (name === "Floor") return "Ceil";
  if (name === "Ceil") return "Floor";
  if (name === "min") return "max";
  if (name === "max") return "min";
  if (name.endsWith("Up")) return name.replace(/Up$/, "Down");
  return name.endsWith("Down") ? name.replace(/Down$/, "Up") : undefined;
};

const member: Operator = (node) => {
  const other = turned(text(node, "memberName"));
  const { end } = spanOf(node.src);
  const start = end - text(node, "memberName").length;
  return other === undefined ? [] : [replace("rounding", { start, end }, other)];
};

const identifier: Operator = (node) => {
  const other = turned(text(node, "name"));
  return other === undefined ? [] : [replaceNode("rounding", node, other)];
};

const typeOf = (node: Node): string => {
  const { typeDescriptions } = node as { typeDescriptions?: { typeString?: string } };
  return typeDescriptions?.typeString ?? "";
};

/** The first two arguments of a minimum or a product commute. */
const commutes = (call: Node, index: number): boolean => {
  const callee = child(call, "expression");
  const name = callee && (text(callee, "memberName") || text(callee, "name"));
  return index === 0 && /^(min|max|mul|_?mulDiv|fullMulDiv|average)/.test(name ?? "");
};

const argumentOrder: Operator = (node, source) => {
  const given = children(node, "arguments");
  return given.slice(1).flatMap((second, index) => {
    const first = given[index] ?? second;
    const [a, b] = [source.slice(spanOf(first.src)), source.slice(spanOf(second.src))];
    if (a === b || typeOf(first) !== typeOf(second) || commutes(node, index)) return [];
    const span = { start: spanOf(first.src).start, end: spanOf(second.src).end };
    const middle = source.slice({ start: spanOf(first.src).end, end: spanOf(second.src).start });
    return [replace("order", span, `${b}${middle}${a}`)];
  });
};

const builtins: Record<string, string> = {
  add: "sub",
  sub: "add",
  mul: "div",
  div: "mul",
  sdiv: "mul",
  mod: "mul",
  shl: "shr",
  shr: "shl",
  sar: "shl",
  and: "or",
  or: "and",
  xor: "and",
  lt: "gt",
  gt: "lt",
  slt: "sgt",
  sgt: "slt",
  eq: "xor",
};

const assemblyCall: Operator = (node, source) => {
  const callee = child(node, "functionName");
  if (callee === undefined) return [];
  const name = text(callee, "name");
  if (name === "iszero") {
    const [operand] = children(node, "arguments");
    return operand === undefined ? [] : [replaceNode("condition", node, source.slice(spanOf(operand.src)))];
  }
  const other = builtins[name];
  return other === undefined ? [] : [replaceNode("arithmetic", callee, other)];
};

const operators: Record<string, Operator> = {
  BinaryOperation: binary,
  Assignment: assignment,
  UnaryOperation: unary,
  Conditional: constantCondition,
  IfStatement: constantCondition,
  ForStatement: loopCondition,
  WhileStatement: loopCondition,
  ExpressionStatement: deletion,
  EmitStatement: deletion,
  RevertStatement: deletion,
  Return: deletion,
  FunctionDefinition: modifiers,
  Literal: literal,
  MemberAccess: member,
  Identifier: identifier,
  FunctionCall: argumentOrder,
  YulFunctionCall: assemblyCall,
  YulLiteral: literal,
  YulExpressionStatement: deletion,
  YulAssignment: deletion,
  YulIf: deletion,
};

export const editsOf: Operator = (node, source) =>
  isNode(node) ? (operators[node.nodeType]?.(node, source) ?? []) : [];
