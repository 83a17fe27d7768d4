// Contracts of others, deployed from the artifacts in their npm packages.
import { createRequire } from "node:module";
import type { Artifact } from "@nomicfoundation/ignition-core";

const require = createRequire(import.meta.url);
const openzeppelin = (name: string): Artifact => require(`@openzeppelin/contracts/build/contracts/${name}.json`);
const uniswap = (project: string, name: string): Artifact =>
  require(`@uniswap/${project}/artifacts/contracts/${name}.sol/${name}.json`);

export const accessManagerArtifact = () => openzeppelin("AccessManager");
export const tokenArtifact = () => openzeppelin("IERC20Metadata");
export const factoryArtifact = () => uniswap("v3-core", "UniswapV3Factory");
export const poolArtifact = () => uniswap("v3-core", "UniswapV3Pool");
export const routerArtifact = () => uniswap("v3-periphery", "SwapRouter");
export const positionManagerArtifact = () => uniswap("v3-periphery", "NonfungiblePositionManager");
