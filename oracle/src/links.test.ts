import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Address } from "viem";
import type { Link } from "./links.ts";
import { createLinks, staysBeside } from "./links.ts";

const LOW: Address = `0x${"01".repeat(20)}`;
const HIGH: Address = `0x${"ff".repeat(20)}`;

const link = (dialer: Address): Link & { end: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { peer: LOW, dialer, socket: {} as Link["socket"], closed: promise, end: resolve };
};

describe("of two connections between two nodes", () => {
  it("that of the lower address stays, whichever came first", () => {
    assert.equal(staysBeside({ dialer: LOW }, { dialer: HIGH }), true);
    assert.equal(staysBeside({ dialer: HIGH }, { dialer: LOW }), false);
  });

  it("the newer stays when one node opened both", () => {
    assert.equal(staysBeside({ dialer: LOW }, { dialer: LOW }), false);
    assert.equal(staysBeside({ dialer: HIGH }, { dialer: HIGH }), false);
  });

  it("both ends keep the same one, in whatever order they learn of them", () => {
    const kept = (order: Link[]): Link | undefined => {
      const links = createLinks(() => {});
      for (const each of order) links.adopt(each);
      return links.get(LOW);
    };
    const [a, b] = [link(LOW), link(HIGH)];
    assert.equal(kept([a, b]), a);
    assert.equal(kept([b, a]), a);
  });

  it("the end of the replaced one is no loss of the peer", async () => {
    const lost: Link[] = [];
    const links = createLinks((gone) => lost.push(gone));
    const [first, second] = [link(HIGH), link(LOW)];
    links.adopt(first);
    assert.equal(links.adopt(second).replaced, first);
    first.end();
    await first.closed;
    assert.deepEqual(lost, []);
    second.end();
    await second.closed;
    await Promise.resolve();
    assert.deepEqual([lost, links.all()], [[second], []]);
  });
});
