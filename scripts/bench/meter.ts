// Gas of one call from another contract: first with everything it touches cold, then warm.
import { type Address, type Hex, type Log, parseEventLogs } from "viem";
import { benchAbi, type World } from "./world.ts";

export type Metered = { cold: number; warm: number };

export const meterCall = async ({ protocol, deploy }: World, target: Address, data: Hex): Promise<Metered> => {
  const abi = benchAbi("GasMeter");
  const call = { address: await deploy("GasMeter"), abi, functionName: "measure", args: [target, data] };
  const { logs } = await protocol.transact(protocol.accounts.aiNode.address, call);
  const [measured] = parseEventLogs({ abi, eventName: "Measured", logs: logs as unknown as Log[] });
  if (measured === undefined) throw new Error("the meter said nothing");
  const { cold, warm } = measured.args as unknown as { cold: bigint; warm: bigint };
  return { cold: Number(cold), warm: Number(warm) };
};
