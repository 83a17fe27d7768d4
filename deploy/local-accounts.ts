// The accounts of a local chain, by role. Their keys are public (the mnemonic every development chain uses), so
// they are refused everywhere else.
import { bytesToHex, type Hex } from "viem";
import { mnemonicToAccount, privateKeyToAccount } from "viem/accounts";

const mnemonic = "test test test test test test test test test test test junk";
const firstLocalChain = 31_337;
const localChains = 64;

export type LocalAccount = { address: Hex; privateKey: Hex };

export const isLocalChain = (chainId: number): boolean =>
  chainId >= firstLocalChain && chainId < firstLocalChain + localChains;

export const localAccounts = () => {
  // Stretching the mnemonic costs 40 ms, so it is done once and the accounts are children of one key.
  const parent = mnemonicToAccount(mnemonic, { path: "m/44'/60'/0'/0" }).getHdKey();
  const account = (index: number): LocalAccount => {
    const { privateKey } = parent.deriveChild(index);
    if (!privateKey) throw new Error(`The mnemonic has no private key at index ${index}`);
    const key = bytesToHex(privateKey);
    return { address: privateKeyToAccount(key).address, privateKey: key };
  };

  return {
    deployer: account(0),
    signers: [1, 2, 3, 4].map(account),
    aiNode: account(5),
    keeper: account(6),
    curator: account(7),
    wallet: account(8),
    treasury: account(9),
  };
};
