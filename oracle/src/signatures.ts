// Who signed a hash. The answer is the chain's: r and s in range, s in the lower half, v the parity of R. Recovery by
// the native curve is as fast as a check against a known key, and unlike one it also proves v.
import type { Address, Hex } from "viem";
import { isAddressEqual, toHex } from "viem";
import { publicKeyToAddress } from "viem/accounts";
import { type Curve, loadCurve } from "./curve.ts";

/** Whether `signature` (65 bytes, r ‖ s ‖ v) is the one that `signer` makes of `hash`. */
export type Verify = (signer: Address, hash: Hex, signature: Hex) => boolean;

const SIGNATURE = /^0x[0-9a-f]{128}(1b|1c)$/i;
const HALF_ORDER = Buffer.from("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", "hex");

export const createVerify = (curve: Pick<Curve, "recover"> = loadCurve()): Verify => {
  // The nodes are few and stay the same: a public key that was once hashed to its address need not be hashed again.
  const publicKeys = new Map<Address, Buffer>();

  const isKeyOf = (signer: Address, publicKey: Buffer): boolean => {
    const known = publicKeys.get(signer);
    if (known !== undefined) return known.equals(publicKey);
    if (!isAddressEqual(publicKeyToAddress(toHex(publicKey)), signer)) return false;
    publicKeys.set(signer, publicKey);
    return true;
  };

  return (signer, hash, signature) => {
    if (!SIGNATURE.test(signature)) return false;
    const publicKey = recover(curve, hash, signature);
    return publicKey !== undefined && isKeyOf(signer, publicKey);
  };
};

const recover = (curve: Pick<Curve, "recover">, hash: Hex, signature: Hex): Buffer | undefined => {
  const rs = Buffer.from(signature.slice(2, 130), "hex");
  if (rs.compare(HALF_ORDER, 0, 32, 32, 64) > 0) return undefined;
  const parity = signature.slice(130).toLowerCase() === "1c" ? 1 : 0;
  try {
    return Buffer.from(curve.recover(rs, parity, Buffer.from(hash.slice(2), "hex"), false));
  } catch {
    return undefined; // r or s out of range, or r the abscissa of no point
  }
};
