import assert from "node:assert/strict";
import { test } from "node:test";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { preferredLocale } from "./locale.ts";
import { parts } from "./parts.ts";

type Tree = { [key: string]: Tree | string | ((...args: never[]) => string) };

const leaves = (tree: Tree, path = ""): [string, Exclude<Tree[string], Tree>][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "object" ? leaves(value, `${path}.${key}`) : [[`${path}.${key}`, value]],
  );

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).sort();

/** The arguments that a sentence tells, in whatever order. */
const said = (text: string): string[] => [...new Set(text.match(/«\d»/g))].sort();

/** A function of words, called with placeholders where its arguments go. */
const sample = (value: Exclude<Tree[string], Tree>): string =>
  typeof value === "string" ? value : value(...(Array.from({ length: value.length }, (_, i) => `«${i}»`) as never[]));

test("every language says every sentence, with the same elements inside", () => {
  const english = en as unknown as Tree;
  const german = new Map(leaves(de as unknown as Tree));
  for (const [path, value] of leaves(english)) {
    const translated = german.get(path);
    assert.ok(translated !== undefined && sample(translated) !== "", `de lacks ${path}`);
    assert.deepEqual(placeholders(sample(translated)), placeholders(sample(value)), path);
    assert.deepEqual(said(sample(translated)), said(sample(value)), path);
  }
  assert.equal(german.size, leaves(english).length);
});

test("the language is what was chosen, else the browser's, else English", () => {
  assert.equal(preferredLocale("de", ["en-GB"]), "de");
  assert.equal(preferredLocale(null, ["fr-FR", "de-AT"]), "de");
  assert.equal(preferredLocale("xx", ["fr"]), "en");
});

test("a sentence falls apart at its placeholders", () => {
  assert.deepEqual(parts("Since {time}."), [
    { kind: "text", text: "Since " },
    { kind: "value", name: "time" },
    { kind: "text", text: "." },
  ]);
});
