// The curve of Ethereum's signatures: libsecp256k1 from its prebuilt file, or, where that cannot be loaded, the same
// package's JavaScript, which is exact too and some twenty times slower.
import { createRequire } from "node:module";
import type { ecdsaRecover } from "secp256k1";

export type Curve = { isNative: boolean; recover: typeof ecdsaRecover };

type Load = (part: string) => { ecdsaRecover: typeof ecdsaRecover };

const load: Load = createRequire(import.meta.url);

export const loadCurve = (loadPart: Load = load): Curve => {
  try {
    return { isNative: true, recover: loadPart("secp256k1/bindings.js").ecdsaRecover };
  } catch {
    return { isNative: false, recover: loadPart("secp256k1/elliptic.js").ecdsaRecover };
  }
};
