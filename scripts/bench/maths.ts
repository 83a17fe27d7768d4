// The core's functions beside those of two libraries: the dearest of a small, a usual and a large input.
import { figure, type Line } from "./line.ts";
import { benchAbi, type World } from "./world.ts";

const WAD = 10n ** 18n;

const inputs: Record<string, bigint[][]> = {
  log2: [[WAD], [1_418n * WAD + 7n], [2n ** 254n]],
  exp2: [[0n], [3n * WAD + 7n], [63n * WAD]],
  sqrt: [[0n], [1_418n * WAD + 7n], [2n ** 256n - 1n]],
  mulDiv: [
    [1n, 1n, 1n],
    [1_418n * WAD, 10n ** 6n, WAD + 7n],
    [2n ** 255n + 7n, 2n ** 254n + 9n, 2n ** 255n - 19n],
  ],
};

// What Solady has instead.
const solady: Record<string, string> = { log2: "lnWad", exp2: "expWad", sqrt: "sqrt", mulDiv: "fullMulDiv" };

type MathGas = { core: bigint; solady: bigint; prb: bigint };

export const measureMaths = async ({ protocol, deploy }: World): Promise<Line[]> => {
  const bench = { address: await deploy("MathBench"), abi: benchAbi("MathBench") };
  const lines: Line[] = [];
  for (const [functionName, cases] of Object.entries(inputs)) {
    const measured: MathGas[] = [];
    for (const args of cases)
      measured.push((await protocol.chain.client.readContract({ ...bench, functionName, args })) as MathGas);
    const dearest = (library: keyof MathGas) => Math.max(...measured.map((gas) => Number(gas[library])));
    const value = dearest("core");
    const beside = [
      { short: "solady", peer: { name: `Solady ${solady[functionName]}`, value: dearest("solady") } },
      { short: "prb", peer: { name: `PRBMath ${functionName}`, value: dearest("prb") } },
    ];
    lines.push(...beside.map(({ short, peer }) => figure({ name: `math.${functionName}.${short}.gas`, value, peer })));
  }
  return lines;
};
