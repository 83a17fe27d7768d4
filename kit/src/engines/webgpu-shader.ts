// The models of docs/formats.md in WGSL, one invocation a row. WGSL has no 64-bit integers: an int64 is a vec2u, low word
// first, two's complement. No sum can overflow: decodeModel proved it from the blob.
import type { Model } from "../models.ts";

export type ShaderParams = {
  kind: Model["kind"];
  inputs: number; // lanes a row
  activationWords: number; // of the widest layer but the last, four activations a word; at least 1
  hasPackedDot: boolean; // the WGSL language feature packed_4x8_integer_dot_product
};

const INTEGERS = `
fn add64(a: vec2u, b: vec2u) -> vec2u {
  let low = a.x + b.x;
  return vec2u(low, a.y + b.y + select(0u, 1u, low < a.x));
}

// The 64 bits of a product, from halves of 16 bits.
fn wide(a: u32, b: u32) -> vec2u {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let left = (a >> 16u) * (b & 0xffffu);
  let right = (a & 0xffffu) * (b >> 16u);
  let middle = (low >> 16u) + (left & 0xffffu) + (right & 0xffffu);
  return vec2u((low & 0xffffu) | (middle << 16u),
    (a >> 16u) * (b >> 16u) + (left >> 16u) + (right >> 16u) + (middle >> 16u));
}

// A signed int64 times a signed int32: as a word, a negative b is 2^32 too large.
fn times64(a: vec2u, b: i32) -> vec2u {
  let product = wide(a.x, u32(b));
  return vec2u(product.x, product.y + a.y * u32(b) - select(0u, a.x, b < 0));
}
`;

const ROWS = `
@group(0) @binding(0) var<storage, read> rows: array<u32>; // two int16 a word
@group(0) @binding(1) var<storage, read> weights: array<vec2u>; // int64: bias, linear weights, weights of the last layer
@group(0) @binding(2) var<storage, read> words: array<u32>; // of the forest or of the hidden layers
@group(0) @binding(3) var<storage, read_write> outputs: array<vec2u>;

fn lane(row: u32, k: u32) -> i32 {
  let at = row * INPUTS + k;
  return extractBits(i32(rows[at / 2u]), 16u * (at % 2u), 16u);
}

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  var sum = weights[0];
  for (var k = 0u; k < INPUTS; k++) { sum = add64(sum, times64(weights[1u + k], lane(id.x, k))); }
  outputs[id.x] = add64(sum, correction(id.x));
}
`;

const LINEAR = `
fn correction(row: u32) -> vec2u { return vec2u(0u, 0u); }
`;

// words: number of trees, depth; then for each tree 2^(depth + 1) words, word 0 unused, as in docs/formats.md.
const FOREST = `
fn correction(row: u32) -> vec2u {
  let treeWords = 2u << words[1];
  var sum = vec2u(0u, 0u);
  for (var tree = 2u; tree < 2u + words[0] * treeWords; tree += treeWords) {
    var at = 1u;
    for (var step = 0u; step < words[1]; step++) {
      let node = i32(words[tree + at]);
      at = 2u * at + select(0u, 1u, lane(row, u32(node) & 0xffffu) > (node >> 16u));
    }
    let leaf = i32(words[tree + at]);
    sum = add64(sum, vec2u(u32(leaf), u32(leaf >> 31u)));
  }
  return vec2u(sum.x << 8u, (sum.y << 8u) | (sum.x >> 24u));
}
`;

// words: number of hidden layers; the units: multiplier, shift, words of activations, then lane, slope and bias of each;
// every hidden layer: multiplier, shift, words of inputs, words of outputs, its biases, then for every word of outputs and
// every word of inputs four words of weights, one an output.
const DENSE = `
var<private> inputs: array<u32, ACTIVATION_WORDS>;
var<private> results: array<u32, ACTIVATION_WORDS>;

// (sum · multiplier + 2^(shift − 1)) >> shift, from 0 to 127. The result of the shift has no more bits than the sum.
fn activate(sum: i32, multiplier: u32, shift: u32) -> u32 {
  let half = 1u << ((shift - 1u) & 31u);
  let scaled = add64(wide(u32(max(sum, 0)), multiplier), select(vec2u(0u, half), vec2u(half, 0u), shift <= 32u));
  if (shift >= 32u) { return min(scaled.y >> (shift - 32u), 127u); }
  return min((scaled.x >> shift) | (scaled.y << (32u - shift)), 127u);
}

fn packed(sums: vec4i, multiplier: u32, shift: u32) -> u32 {
  return activate(sums.x, multiplier, shift) | (activate(sums.y, multiplier, shift) << 8u)
    | (activate(sums.z, multiplier, shift) << 16u) | (activate(sums.w, multiplier, shift) << 24u);
}

fn unit(row: u32, at: u32) -> i32 {
  return i32(words[at + 1u]) * (lane(row, words[at]) + 32768) + i32(words[at + 2u]);
}

// Runs the layer at \`at\` from \`inputs\` to \`inputs\`, and says where the next one is.
fn layer(at: u32) -> u32 {
  let inputWords = words[at + 2u];
  let outputWords = words[at + 3u];
  var weight = at + 4u + 4u * outputWords;
  for (var output = 0u; output < outputWords; output++) {
    let bias = at + 4u + 4u * output;
    var sums = vec4i(i32(words[bias]), i32(words[bias + 1u]), i32(words[bias + 2u]), i32(words[bias + 3u]));
    for (var k = 0u; k < inputWords; k++) {
      let four = inputs[k];
      sums += vec4i(dot4(four, words[weight]), dot4(four, words[weight + 1u]),
        dot4(four, words[weight + 2u]), dot4(four, words[weight + 3u]));
      weight += 4u;
    }
    results[output] = packed(sums, words[at], words[at + 1u]);
  }
  for (var k = 0u; k < outputWords; k++) { inputs[k] = results[k]; }
  return weight;
}

fn correction(row: u32) -> vec2u {
  let unitWords = words[3];
  for (var k = 0u; k < unitWords; k++) {
    let at = 4u + 12u * k;
    let sums = vec4i(unit(row, at), unit(row, at + 3u), unit(row, at + 6u), unit(row, at + 9u));
    inputs[k] = packed(sums, words[1], words[2]);
  }
  var at = 4u + 12u * unitWords;
  for (var k = 0u; k < words[0]; k++) { at = layer(at); }

  var sum = vec2u(0u, 0u);
  for (var k = 0u; k < arrayLength(&weights) - 1u - INPUTS; k++) {
    sum = add64(sum, times64(weights[1u + INPUTS + k], i32(extractBits(inputs[k / 4u], 8u * (k % 4u), 8u))));
  }
  return sum;
}
`;

const PACKED_DOT = `
fn dot4(a: u32, b: u32) -> i32 { return dot4I8Packed(a, b); }
`;

const PLAIN_DOT = `
fn dot4(a: u32, b: u32) -> i32 {
  return extractBits(i32(a), 0u, 8u) * extractBits(i32(b), 0u, 8u) + extractBits(i32(a), 8u, 8u) * extractBits(i32(b), 8u, 8u)
    + extractBits(i32(a), 16u, 8u) * extractBits(i32(b), 16u, 8u) + extractBits(i32(a), 24u, 8u) * extractBits(i32(b), 24u, 8u);
}
`;

export const shaderOf = ({ kind, inputs, activationWords, hasPackedDot }: ShaderParams): string => {
  const sizes = `const INPUTS = ${inputs}u;\nconst ACTIVATION_WORDS = ${activationWords}u;\n`;
  switch (kind) {
    case "linear":
      return sizes + INTEGERS + ROWS + LINEAR;
    case "forest":
      return sizes + INTEGERS + ROWS + FOREST;
    case "dense": {
      const requires = hasPackedDot ? "requires packed_4x8_integer_dot_product;\n" : "";
      return requires + sizes + INTEGERS + ROWS + DENSE + (hasPackedDot ? PACKED_DOT : PLAIN_DOT);
    }
  }
};
