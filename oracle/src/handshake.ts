// How two nodes prove to each other who they are, before any message is read.
//
//   dialer                             listener
//   hello: network, name, nonce  ──►
//                                ◄──   hello: network, name, nonce
//   proof                        ──►
//                                ◄──   proof
//
// A proof signs the network, both names, both nonces and the side that gives it, so that one recorded, reflected or given
// to somebody else proves nothing. The listener proves last: a stranger never gets a signature out of it.
// It proves who is at the other end, not that nobody sits in between: messages stay signed, and a proxy brings TLS.
import { randomBytes } from "node:crypto";
import type { Address, Hex, LocalAccount } from "viem";
import { getAddress, hashMessage } from "viem";
import { z } from "zod";
import type { Verify } from "./signatures.ts";

export type Side = "dialer" | "listener";

export type HandshakeRefusal = "unreadable hello" | "wrong network" | "unknown member" | "wrong proof" | "hung up";

export type HandshakeResult = { kind: "authenticated"; peer: Address } | { kind: "refused"; reason: HandshakeRefusal };

/** Two ends of a wire; `receive` gives undefined once nothing more can come. */
export type Wire = { send: (text: string) => void; receive: () => Promise<string | undefined> };

export type HandshakeParams = {
  side: Side;
  account: Pick<LocalAccount, "address" | "sign">;
  network: Hex;
  expected: Address[]; // who may be at the other end
  verify: Verify;
  wire: Wire;
};

const hex = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`));
const helloText = z.strictObject({
  network: hex(32),
  from: hex(20).transform((text) => getAddress(text)),
  nonce: hex(32).transform((text) => text as Hex),
});
const proofText = z.strictObject({ proof: hex(65).transform((text) => text as Hex) });

type Party = { side: Side; address: Address; nonce: Hex };

/** EIP-191, and a first line that no message of the agreement has. */
export const proofHash = (network: Hex, prover: Party, checker: Party): Hex =>
  hashMessage(
    [
      "AIBOT IYI oracle handshake",
      ...[network, prover.side, prover.address, checker.address, prover.nonce, checker.nonce],
    ].join("\n"),
  );

export const shakeHands = async (params: HandshakeParams): Promise<HandshakeResult> => {
  const { side, account, network, expected, verify, wire } = params;
  const self: Party = { side, address: account.address, nonce: `0x${randomBytes(32).toString("hex")}` };
  const sayHello = (): void => wire.send(JSON.stringify({ network, from: self.address, nonce: self.nonce }));
  const sayProof = async (to: Party): Promise<void> =>
    wire.send(JSON.stringify({ proof: await account.sign?.({ hash: proofHash(network, self, to) }) }));

  if (side === "dialer") sayHello();
  const first = await wire.receive();
  if (first === undefined) return { kind: "refused", reason: "hung up" };
  const hello = read(helloText, first);
  if (hello === undefined) return { kind: "refused", reason: "unreadable hello" };
  if (hello.network !== network) return { kind: "refused", reason: "wrong network" };
  if (!expected.includes(hello.from)) return { kind: "refused", reason: "unknown member" };

  const peer: Party = { side: side === "dialer" ? "listener" : "dialer", address: hello.from, nonce: hello.nonce };
  if (side === "dialer") await sayProof(peer);
  else sayHello();
  const second = await wire.receive();
  if (second === undefined) return { kind: "refused", reason: "hung up" };
  const proof = read(proofText, second)?.proof;
  const isProven = proof !== undefined && verify(peer.address, proofHash(network, peer, self), proof);
  if (!isProven) return { kind: "refused", reason: "wrong proof" };
  if (side === "listener") await sayProof(peer);
  return { kind: "authenticated", peer: peer.address };
};

const read = <T>(schema: z.ZodType<T>, text: string): T | undefined => {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};
