import assert from "node:assert/strict";
import { test } from "node:test";
import { matchPath } from "react-router";
import { routeOf, routes } from "./routes.ts";

const FOUND = [
  ["/", routes.vaults],
  ["/vault/0x01", routes.vault],
  ["/vault/0x01/", routes.vault],
  ["/signal/spx-usd-vol", routes.signal],
  ["/signal/spx-usd-vol/412", routes.signal],
  ["/network", routes.network],
  ["/chain/31337/tx/0x02", routes.explorer],
  ["/chain/31337/block/7", routes.explorer],
] as const;

test("an address is the page that the router shows there", () => {
  for (const [pathname, route] of FOUND) {
    assert.equal(routeOf(pathname), route, pathname);
    assert.ok(matchPath(route.path, pathname), pathname);
  }
});

test("what the router has no page for, or a page with nothing to show, is none", () => {
  for (const pathname of [
    "/nowhere",
    "/vault",
    "/vault/0x01/more",
    "/chain/one/tx/0x02",
    "/chain/1/coin/0x02",
    "/networks",
  ])
    assert.equal(routeOf(pathname), undefined, pathname);
});
