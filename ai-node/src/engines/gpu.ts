// A GPU in Node, through npm's webgpu: Vulkan on Linux, Metal on macOS, Direct3D 12 on Windows.
import { existsSync } from "node:fs";
import { rootMessage } from "@aibot/kit/errors";
import { useSoftwareVulkan } from "./software-vulkan.ts";

export const gpuChoices = ["auto", "software", "off"] as const;
export type GpuChoice = (typeof gpuChoices)[number];

export type Gpu = {
  device: GPUDevice;
  languageFeatures: WGSLLanguageFeatures;
  close: () => void;
  instance: GPU; // held because the device dies with it when it is collected
};

/** Where Linux shows a GPU. Looking first keeps Dawn from complaining, and out of memory, where there is none. */
const LINUX_DEVICES = ["/dev/dri", "/dev/nvidiactl", "/dev/kfd", "/dev/dxg"];

const openDevice = async (): Promise<Gpu | string> => {
  const { create } = await import("webgpu");
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) return "no driver offers a GPU to WebGPU";
  const device = await adapter.requestDevice();
  return { instance: gpu, device, languageFeatures: gpu.wgslLanguageFeatures, close: () => device.destroy() };
};

/** A GPU, or why there is none, as a clause. Never throws but for a choice that cannot be had. */
export const openGpu = async (choice: GpuChoice): Promise<Gpu | string> => {
  if (choice === "off") return "GPU is off";
  if (choice === "software") {
    const removeFiles = useSoftwareVulkan();
    return openDevice().finally(removeFiles);
  }
  if (process.platform === "linux" && !LINUX_DEVICES.some(existsSync)) return "this machine shows no GPU";
  return openDevice().catch(rootMessage);
};
