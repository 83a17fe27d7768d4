// Gradient boosting of small regression trees on int16 lanes, by histograms. Each tree fits what the sum so far leaves
// over; a threshold is a value of a lane, so nothing is lost when the trees become integers.

/** `lanes[j][row]`; `values[row]` is what is to be learnt. */
export type Table = { lanes: Int16Array[]; values: Float64Array };

/** Complete and by level: the children of node i are 2i + 1 and 2i + 2; a lane above the threshold goes right. */
export type FloatTree = { lanes: number[]; thresholds: number[]; leaves: number[] };

export type BoostingParams = {
  table: Table;
  depth: number;
  rate: number; // of its leaf values that a tree keeps
  leastRows: number; // in every leaf; as many rows that say zero are added to each
};

/** `grow` gives the next tree and takes what it explains off what is left to explain. */
export type Boosting = { grow: () => FloatTree };

const BINS = 64;
const NO_THRESHOLD = 2 ** 15 - 1; // no lane is above it: a node that sends everything left

/** Rows while trees grow: bins of their lanes, what is left to explain, and the place of their node in its level. */
type Rows = { bins: Uint8Array[]; rest: Float64Array; places: Uint16Array };

type Split = { lane: number; bin: number };

export const createBoosting = ({ table, depth, rate, leastRows }: BoostingParams): Boosting => {
  const cuts = table.lanes.map(findCuts);
  const rows: Rows = {
    bins: table.lanes.map((lane, j) => Uint8Array.from(lane, (value) => binOf(cuts[j] ?? [], value))),
    rest: table.values.slice(),
    places: new Uint16Array(table.values.length),
  };

  const grow = (): FloatTree => {
    rows.places.fill(0);
    const splits: (Split | undefined)[] = [];
    for (let level = 0; level < depth; level += 1) {
      const histogram = fillHistogram(rows, 2 ** level);
      const found = Array.from({ length: 2 ** level }, (_, node) => bestSplit(histogram, node, leastRows));
      descend(rows, found);
      splits.push(...found);
    }
    const leaves = fitLeaves(rows, 2 ** depth, leastRows).map((leaf) => rate * leaf);
    for (const [row, place] of rows.places.entries())
      rows.rest[row] = (rows.rest[row] as number) - (leaves[place] ?? 0);
    return {
      lanes: splits.map((split) => split?.lane ?? 0),
      thresholds: splits.map((split) => (split && cuts[split.lane]?.[split.bin]) ?? NO_THRESHOLD),
      leaves,
    };
  };
  return { grow };
};

/** What one tree says of a row. */
export const treeValue = ({ lanes, thresholds, leaves }: FloatTree, inputOf: (lane: number) => number): number => {
  let node = 0;
  while (node < lanes.length) node = 2 * node + (inputOf(lanes[node] ?? 0) > (thresholds[node] ?? 0) ? 2 : 1);
  return leaves[node - lanes.length] ?? 0;
};

/* BINS */

/** At most BINS − 1 values, rising, that part `lane` into bins of about the same size. */
const findCuts = (lane: Int16Array): number[] => {
  const sorted = lane.toSorted();
  const cuts = Array.from({ length: BINS - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / BINS)] ?? 0);
  return [...new Set(cuts)];
};

/** Bin of a value: how many cuts it is above. */
const binOf = (cuts: number[], value: number): number => {
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > (cuts[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
};

/* SPLITS */

/** Sums of what is left and counts of rows: [node][lane][bin]. */
type Histogram = { sums: Float64Array; counts: Float64Array; lanes: number };

const fillHistogram = ({ bins, rest, places }: Rows, nodes: number): Histogram => {
  const lanes = bins.length;
  const [sums, counts] = [new Float64Array(nodes * lanes * BINS), new Float64Array(nodes * lanes * BINS)];
  for (const [lane, codes] of bins.entries()) {
    for (let row = 0; row < rest.length; row += 1) {
      const cell = ((places[row] as number) * lanes + lane) * BINS + (codes[row] as number);
      sums[cell] = (sums[cell] as number) + (rest[row] as number);
      counts[cell] = (counts[cell] as number) + 1;
    }
  }
  return { sums, counts, lanes };
};

/** Where to part one node; undefined when no cut leaves enough rows on both sides and explains anything. */
const bestSplit = ({ sums, counts, lanes }: Histogram, node: number, leastRows: number): Split | undefined => {
  let best: (Split & { gain: number }) | undefined;
  const worth = (sum: number, count: number) => (sum * sum) / (count + leastRows);
  for (let lane = 0; lane < lanes; lane += 1) {
    const start = (node * lanes + lane) * BINS;
    const [sum, count] = [sums, counts].map((all) => total(all.subarray(start, start + BINS))) as [number, number];
    let [leftSum, leftCount] = [0, 0];
    for (let bin = 0; bin + 1 < BINS; bin += 1) {
      leftSum += sums[start + bin] as number;
      leftCount += counts[start + bin] as number;
      if (leftCount < leastRows || count - leftCount < leastRows) continue;
      const gain = worth(leftSum, leftCount) + worth(sum - leftSum, count - leftCount) - worth(sum, count);
      if (gain > (best?.gain ?? 0)) best = { lane, bin, gain };
    }
  }
  return best;
};

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/** Sends every row to a child of its node. */
const descend = ({ bins, places }: Rows, splits: (Split | undefined)[]): void => {
  for (let row = 0; row < places.length; row += 1) {
    const node = places[row] as number;
    const split = splits[node];
    const isRight = split !== undefined && ((bins[split.lane] as Uint8Array)[row] as number) > split.bin;
    places[row] = 2 * node + (isRight ? 1 : 0);
  }
};

/** Mean of what is left in each leaf, drawn towards zero. */
const fitLeaves = ({ rest, places }: Rows, count: number, leastRows: number): number[] => {
  const [sums, counts] = [new Float64Array(count), new Float64Array(count)];
  for (const [row, leaf] of places.entries()) {
    sums[leaf] = (sums[leaf] as number) + (rest[row] as number);
    counts[leaf] = (counts[leaf] as number) + 1;
  }
  return Array.from(sums, (sum, leaf) => sum / ((counts[leaf] as number) + leastRows));
};
