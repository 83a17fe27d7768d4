import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { redact, redactUrls, shownUrl } from "./redact.ts";

describe("shownUrl", () => {
  const cases: [url: string, shown: string][] = [
    ["http://127.0.0.1:8545", "http://127.0.0.1:8545"],
    ["https://eth.example/", "https://eth.example"],
    ["https://eth.example/v2/secret", "https://eth.example/…"],
    ["wss://eth.example?key=secret", "wss://eth.example/…"],
    ["https://secret:secret@eth.example", "https://eth.example/…"],
    ["postgres://secret:secret@db.example:5432/secret", "postgres://db.example:5432/…"],
    ["https://secret@:99999999", "[redacted URL]"],
  ];
  for (const [url, shown] of cases) {
    it(`shows ${shown} of ${url}`, () => {
      assert.equal(shownUrl(url), shown);
    });
  }
});

describe("redactUrls", () => {
  it("keeps the text around URLs, also inside JSON and behind a prefix", () => {
    const text =
      '[{"rpc":"https://a.example/secret","ws":"wss://secret@b.example"}] replay:http://127.0.0.1:4702/secret';

    assert.equal(
      redactUrls(text),
      '[{"rpc":"https://a.example/…","ws":"wss://b.example/…"}] replay:http://127.0.0.1:4702/…',
    );
  });
});

describe("redact", () => {
  it("replaces secrets by name at any depth and leaves everything else as it is", () => {
    const settings = {
      PRIVATE_KEY: "0x12",
      a: [{ apiKey: "x", url: "https://u:p@h.example" }],
      n: 1n,
      none: undefined,
    };

    assert.deepEqual(redact(settings), {
      PRIVATE_KEY: "[redacted]",
      a: [{ apiKey: "[redacted]", url: "https://h.example/…" }],
      n: 1n,
      none: undefined,
    });
  });
});
