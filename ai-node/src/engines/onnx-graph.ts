// A dense model as an ONNX file whose every step is exact. Matrix products of hidden layers are of integers, with
// activations from 0 to 127, where int8 kernels cannot saturate. Everything else is float64: decodeModel's bounds keep
// whole numbers below 2^53, and a scale m / 2^shift only moves the point.
import type { DenseLayer, Scale } from "@aibot/kit/dense";
import type { DenseModel } from "@aibot/kit/models";
import { bytesField, message, numberField, textField } from "./onnx-message.ts";

/** Numbers of TensorProto.DataType. */
const types = { uint8: 2, int8: 3, int32: 6, int64: 7, float64: 11 } as const;

/** Field numbers of onnx.proto. */
const model = { irVersion: 1, graph: 7, opset: 8 } as const;
const graph = { node: 1, name: 2, initializer: 5, input: 11, output: 12 } as const;
const node = { input: 1, output: 2, operator: 4, attribute: 5 } as const;
const attribute = { name: 1, integer: 3, type: 20 } as const;
const tensor = { dimension: 1, type: 2, name: 8, data: 9 } as const;

const IR_VERSION = 8;
const OPSET_VERSION = 13;
const INTEGER_ATTRIBUTE = 2;
const LANE_OFFSET = 2 ** 15;
const MAX_ACTIVATION = 127;

export const INPUT_NAME = "lanes";
export const OUTPUT_NAME = "outputs";

type Attributes = Record<string, number>;
type TypedArray = Int8Array | Int32Array | BigInt64Array | Float64Array;

const typeOf = (data: TypedArray): number => {
  if (data instanceof Int8Array) return types.int8;
  if (data instanceof Int32Array) return types.int32;
  return data instanceof BigInt64Array ? types.int64 : types.float64;
};

/** Collects nodes and constants; every operation returns the name of its result. */
const createGraph = () => {
  const parts: Uint8Array[] = [];
  let names = 0;
  const nextName = (): string => {
    names += 1;
    return `v${names}`;
  };

  const constant = (data: TypedArray, dimensions: number[] = [data.length]): string => {
    const name = nextName();
    const fields = [
      ...dimensions.map((size) => numberField(tensor.dimension, size)),
      numberField(tensor.type, typeOf(data)),
      textField(tensor.name, name),
      bytesField(tensor.data, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ];
    parts.push(bytesField(graph.initializer, message(...fields)));
    return name;
  };
  const apply = (operator: string, inputs: string[], attributes: Attributes = {}, output = nextName()): string => {
    const fields = [
      ...inputs.map((name) => textField(node.input, name)),
      textField(node.output, output),
      textField(node.operator, operator),
      ...Object.entries(attributes).map(([name, value]) =>
        bytesField(
          node.attribute,
          message(
            textField(attribute.name, name),
            numberField(attribute.integer, value),
            numberField(attribute.type, INTEGER_ATTRIBUTE),
          ),
        ),
      ),
    ];
    parts.push(bytesField(graph.node, message(...fields)));
    return output;
  };
  const number = (value: number): string => constant(Float64Array.of(value), []);
  return { constant, number, apply, parts };
};

type Graph = ReturnType<typeof createGraph>;

const cast = ({ apply }: Graph, name: string, to: keyof typeof types): string =>
  apply("Cast", [name], { to: types[to] });

/** floor(sums · m / 2^shift + ½), from 0 to 127, as uint8. */
const activate = (steps: Graph, sums: string, { multiplier, shift }: Scale): string => {
  const { apply, number } = steps;
  const scaled = apply("Add", [apply("Mul", [sums, number(multiplier / 2 ** shift)]), number(0.5)]);
  return cast(steps, apply("Clip", [apply("Floor", [scaled]), number(0), number(MAX_ACTIVATION)]), "uint8");
};

const unitLayer = (steps: Graph, { units, unitScale }: DenseModel): string => {
  const { apply, constant, number } = steps;
  const each = (value: (unit: DenseModel["units"][number]) => number) => constant(Float64Array.from(units, value));
  const lanes = constant(BigInt64Array.from(units, ({ lane }) => BigInt(lane)));
  const gathered = apply("Gather", [INPUT_NAME, lanes], { axis: 1 });
  const sloped = apply("Mul", [apply("Add", [gathered, number(LANE_OFFSET)]), each(({ slope }) => slope)]);
  return activate(steps, apply("Add", [sloped, each(({ bias }) => bias)]), unitScale);
};

/** Weights as [inputs, outputs]. */
const transposed = (weights: number[][]): number[] =>
  (weights[0] ?? []).flatMap((_, input) => weights.map((row) => row[input] ?? 0));

const hiddenLayer = (steps: Graph, activations: string, layer: DenseLayer): string => {
  const { apply, constant } = steps;
  const { biases, weights } = layer;
  const matrix = constant(Int8Array.from(transposed(weights)), [weights[0]?.length ?? 0, weights.length]);
  const sums = apply("Add", [apply("MatMulInteger", [activations, matrix]), constant(Int32Array.from(biases))]);
  return activate(steps, cast(steps, sums, "float64"), layer);
};

const product = ({ apply, constant }: Graph, values: string, weights: number[]): string =>
  apply("MatMul", [values, constant(Float64Array.from(weights), [weights.length, 1])]);

const declared = (name: string, type: number, width: number): Uint8Array => {
  const rows = bytesField(1, textField(2, "rows")); // a dimension with a name instead of a size
  const columns = bytesField(1, numberField(1, width));
  const tensorType = message(numberField(1, type), bytesField(2, message(rows, columns)));
  return message(textField(1, name), bytesField(2, bytesField(1, tensorType)));
};

/** The file: `lanes`, float64 [rows, inputs], in; `outputs`, int64 [rows, 1], out. */
export const onnxGraph = (dense: DenseModel): Uint8Array => {
  const steps = createGraph();
  const last = dense.layers.at(-1);
  let activations = unitLayer(steps, dense);
  for (const layer of dense.layers.slice(0, -1)) activations = hiddenLayer(steps, activations, layer);

  // The outputs of the last layer are added up, so their weights and biases can be added up before.
  const multiplier = last?.multiplier ?? 0;
  const total = (values: number[]): number => multiplier * values.reduce((sum, value) => sum + value, 0);
  const columns = last?.weights[0]?.map((_, input) => total(last.weights.map((row) => row[input] ?? 0))) ?? [];
  const bias = Number(dense.bias) + total(last?.biases ?? []);
  const correction = product(steps, cast(steps, activations, "float64"), columns);
  const linear = product(steps, INPUT_NAME, dense.weights.map(Number));
  const sum = steps.apply("Add", [steps.apply("Add", [linear, correction]), steps.number(bias)]);
  steps.apply("Cast", [sum], { to: types.int64 }, OUTPUT_NAME);

  const body = message(
    ...steps.parts,
    textField(graph.name, "dense"),
    bytesField(graph.input, declared(INPUT_NAME, types.float64, dense.weights.length)),
    bytesField(graph.output, declared(OUTPUT_NAME, types.int64, 1)),
  );
  return message(
    numberField(model.irVersion, IR_VERSION),
    bytesField(model.graph, body),
    bytesField(model.opset, message(textField(1, ""), numberField(2, OPSET_VERSION))),
  );
};
