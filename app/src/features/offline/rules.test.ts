import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheName, outdated, ruleFor } from "./rules.ts";

const ORIGIN = "https://app.example";

test("only what is read from our own origin is kept", () => {
  const table: [string, string, string, string][] = [
    ["GET", "navigate", "/vault/0x01?chain=1", "page"],
    ["GET", "cors", "/assets/index-abc.js", "asset"],
    ["GET", "cors", "/config.json", "fresh"],
    ["GET", "cors", "/manifest.webmanifest", "fresh"],
    ["GET", "cors", "/sw.js", "pass"],
    ["POST", "cors", "/config.json", "pass"],
    ["HEAD", "cors", "/assets/index-abc.js", "pass"],
  ];
  for (const [method, mode, path, rule] of table)
    assert.equal(ruleFor({ method, mode, url: ORIGIN + path }, ORIGIN), rule, `${method} ${path}`);
});

test("another origin is never touched, whatever its path", () => {
  for (const url of ["https://app.example:8443/assets/a.js", "https://indexer.example/config.json"])
    assert.equal(ruleFor({ method: "GET", mode: "cors", url }, ORIGIN), "pass", url);
});

test("one build before the present one is kept, nothing older, and no cache of anybody else", () => {
  const names = ["build-1", "others", "build-2", "build-3", cacheName("4")];
  assert.deepEqual(outdated(names, "4"), ["build-1", "build-2"]);
  assert.deepEqual(outdated(["build-4"], "4"), []);
  assert.deepEqual(outdated(["build-3", "build-4"], "4"), []);
});
