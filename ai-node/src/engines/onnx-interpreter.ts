// For tests: reads an ONNX file, field by field as onnx.proto numbers them, and runs the operations of onnx-graph.ts on
// plain numbers. Written from the format, so that what onnx-graph.ts writes has a second reader.

const INPUTS = 6; // lanes of feature set 1

type Field = { field: number; number: number; bytes: Uint8Array };
type Matrix = { rows: number; columns: number; values: number[] };
type Node = { operator: string; inputs: string[]; output: string };

const fieldsOf = (bytes: Uint8Array): Field[] => {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const number = varint();
    const isBytes = key % 8 === 2;
    fields.push({ field: key >> 3, number, bytes: isBytes ? bytes.subarray(at, at + number) : new Uint8Array() });
    if (isBytes) at += number;
  }
  return fields;
};

const all = (fields: Field[], field: number): Field[] => fields.filter((one) => one.field === field);
const textOf = ({ bytes }: Field): string => new TextDecoder().decode(bytes);
const firstText = (fields: Field[], field: number): string => all(fields, field).map(textOf)[0] ?? "";

const readers: Record<number, [size: number, read: (view: DataView, at: number) => number]> = {
  3: [1, (view, at) => view.getInt8(at)],
  6: [4, (view, at) => view.getInt32(at, true)],
  7: [8, (view, at) => Number(view.getBigInt64(at, true))],
  11: [8, (view, at) => view.getFloat64(at, true)],
};

const constantOf = (fields: Field[]): [name: string, Matrix] => {
  const dimensions = all(fields, 1).map(({ number }) => number);
  const [size, read] = readers[all(fields, 2)[0]?.number ?? 0] ?? [1, () => Number.NaN];
  const bytes = all(fields, 9)[0]?.bytes ?? new Uint8Array();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = Array.from({ length: bytes.length / size }, (_, k) => read(view, k * size));
  const [rows = 1, columns = 1] = dimensions.length === 2 ? dimensions : [1, dimensions[0] ?? 1];
  return [firstText(fields, 8), { rows, columns, values }];
};

const at = ({ rows, columns, values }: Matrix, row: number, column: number): number =>
  values[(rows === 1 ? 0 : row) * columns + (columns === 1 ? 0 : column)] ?? 0;

const build = (rows: number, columns: number, value: (row: number, column: number) => number): Matrix => ({
  ...{ rows, columns },
  values: Array.from({ length: rows * columns }, (_, k) => value(Math.floor(k / columns), k % columns)),
});

const product = (a: Matrix, b: Matrix): Matrix =>
  build(a.rows, b.columns, (row, column) => {
    let sum = 0;
    for (let k = 0; k < a.columns; k += 1)
      sum += (a.values[row * a.columns + k] ?? 0) * (b.values[k * b.columns + column] ?? 0);
    return sum;
  });

const none: Matrix = { rows: 0, columns: 0, values: [] };

const apply = (operator: string, [a = none, b = none, c = none]: Matrix[]): Matrix => {
  const pairs = (compute: (x: number, y: number) => number) =>
    build(Math.max(a.rows, b.rows), Math.max(a.columns, b.columns), (row, column) =>
      compute(at(a, row, column), at(b, row, column)),
    );
  switch (operator) {
    case "Add":
      return pairs((x, y) => x + y);
    case "Mul":
      return pairs((x, y) => x * y);
    case "MatMul":
    case "MatMulInteger":
      return product(a, b);
    case "Floor":
      return build(a.rows, a.columns, (row, column) => Math.floor(at(a, row, column)));
    case "Clip":
      return build(a.rows, a.columns, (row, column) =>
        Math.min(Math.max(at(a, row, column), at(b, 0, 0)), at(c, 0, 0)),
      );
    case "Gather":
      return build(a.rows, b.columns, (row, column) => at(a, row, b.values[column] ?? 0));
    case "Cast":
      return a; // every value is a whole number that its type holds
    default:
      throw new Error(`onnx-graph.ts uses ${operator}, which is unknown here`);
  }
};

const nodeOf = (fields: Field[]): Node => ({
  operator: firstText(fields, 4),
  inputs: all(fields, 1).map(textOf),
  output: firstText(fields, 2),
});

/** The int64 outputs of the file for rows of lanes. */
export const runOnnx = (file: Uint8Array, lanes: Float64Array): BigInt64Array => {
  const graph = fieldsOf(all(fieldsOf(file), 7)[0]?.bytes ?? new Uint8Array());
  const values = new Map(all(graph, 5).map(({ bytes }) => constantOf(fieldsOf(bytes))));
  values.set("lanes", { rows: lanes.length / INPUTS, columns: INPUTS, values: Array.from(lanes) });
  for (const { bytes } of all(graph, 1)) {
    const { operator, inputs: names, output } = nodeOf(fieldsOf(bytes));
    values.set(
      output,
      apply(
        operator,
        names.map((name) => values.get(name) ?? none),
      ),
    );
  }
  return BigInt64Array.from(values.get("outputs")?.values ?? [], BigInt);
};
