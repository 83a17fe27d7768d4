import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { signedSourceAbi } from "@aibot/kit/generated/abis";
import { marketId } from "@aibot/kit/ids";
import { candleReportTypes, packSignatures, signedSourceDomain } from "@aibot/kit/typed-data";
import { encodeFunctionData, type Hex, keccak256, parseAbi, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { proveReport, submittedReports } from "./reports.ts";

const source = "0x00000000000000000000000000000000000000aa";
const chainId = 31_337;
const market = marketId("SPX/USD");
const candle = { start: 0n, end: 86_400n, open: 2n, high: 3n, low: 1n, close: 2n };
const nodes = ["a", "b", "c", "d"].map((name) => privateKeyToAccount(keccak256(toHex(name))));
const signerSet = { signers: nodes.map(({ address }) => address), quorum: 3 };
const hash = keccak256("0x01");

const sign = async (node: (typeof nodes)[number], over = candle, on = source) => ({
  signer: node.address,
  signature: await node.signTypedData({
    domain: signedSourceDomain(chainId, on as Hex),
    types: candleReportTypes,
    primaryType: "CandleReport",
    message: { ...over, market, start: Number(over.start), end: Number(over.end) },
  }),
});

const submit = (signatures: Hex, over = candle): Hex =>
  encodeFunctionData({
    abi: signedSourceAbi,
    functionName: "submitCandle",
    args: [market, { ...over, start: Number(over.start), end: Number(over.end) }, signatures],
  });

const multicall = (calls: Hex[]): Hex =>
  encodeFunctionData({ abi: parseAbi(["function multicall(bytes[] data)"]), args: [calls] });

const prove = (input: Hex, to: Hex | null = source) =>
  proveReport({ transaction: { hash, to, input }, report: { market, candle }, chainId, source, signerSet });

const signedBy = async (...names: number[]) =>
  packSignatures(await Promise.all(names.map((k) => sign(nodes[k] as (typeof nodes)[number]))));

describe("submittedReports", () => {
  it("finds reports alone, in a multicall and in a multicall of multicalls", () => {
    const report = { market, candle, signatures: "0x1234" as Hex };
    const call = submit("0x1234");
    const price = encodeFunctionData({
      abi: signedSourceAbi,
      functionName: "submitPrice",
      args: [market, 1n, 1, "0x"],
    });

    assert.deepEqual(submittedReports(call), [report]);
    assert.deepEqual(submittedReports(multicall([price, call])), [report]);
    assert.deepEqual(submittedReports(multicall([multicall([call]), price, call])), [report, report]);
  });

  it("finds nothing in other calldata", () => {
    for (const input of ["0x", "0x12345678", `${submit("0x1234").slice(0, 74)}`] as Hex[]) {
      assert.deepEqual(submittedReports(input), []);
    }
  });
});

describe("proveReport", () => {
  it("names the signers of a quorum", async () => {
    const proof = await prove(multicall([submit(await signedBy(0, 1, 3))]));
    assert.equal(proof.doubt, undefined);
    assert.deepEqual(proof.signers.toSorted(), [0, 1, 3].map((k) => signerSet.signers[k]).toSorted());
  });

  it("doubts two signers of three", async () => {
    assert.match((await prove(submit(await signedBy(0, 1)))).doubt ?? "", /2 signers are fewer than the quorum of 3/);
  });

  it("counts a signer once", async () => {
    const twice = `${await signedBy(0, 1)}${(await signedBy(1)).slice(2)}` as Hex;
    assert.match((await prove(submit(twice))).doubt ?? "", /2 signers are fewer/);
  });

  it("doubts a stranger's signature", async () => {
    const stranger = await sign(privateKeyToAccount(keccak256(toHex("stranger"))));
    const signatures = `${await signedBy(0, 1)}${stranger.signature.slice(2)}` as Hex;
    assert.match(
      (await prove(submit(signatures))).doubt ?? "",
      new RegExp(`${stranger.signer} is not of the signer set`),
    );
  });

  it("doubts bytes that are no signature", async () => {
    const signatures = `${await signedBy(0, 1)}${"00".repeat(65)}` as Hex;
    assert.match((await prove(submit(signatures))).doubt ?? "", /a broken signature is not of the signer set/);
  });

  it("doubts signatures over another candle or for another contract", async () => {
    const other = packSignatures(await Promise.all(nodes.map((node) => sign(node, { ...candle, close: 3n }))));
    assert.match((await prove(submit(other))).doubt ?? "", /not of the signer set/);
    const elsewhere = packSignatures(
      await Promise.all(nodes.map((node) => sign(node, candle, "0x00000000000000000000000000000000000000bb"))),
    );
    assert.match((await prove(submit(elsewhere))).doubt ?? "", /not of the signer set/);
  });

  it("doubts a transaction without that report, or to another contract", async () => {
    const signatures = await signedBy(0, 1, 2);
    assert.match((await prove(submit(signatures, { ...candle, close: 3n }))).doubt ?? "", /carries no such report/);
    assert.match(
      (await prove(submit(signatures), "0x00000000000000000000000000000000000000bb")).doubt ?? "",
      /does not call/,
    );
    assert.match((await prove(submit(signatures), null)).doubt ?? "", /does not call/);
  });
});
