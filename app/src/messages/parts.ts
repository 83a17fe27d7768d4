export type Part = { kind: "text"; text: string } | { kind: "value"; name: string };

/** "Since {time}." → text, value, text. */
export const parts = (sentence: string): Part[] =>
  sentence
    .split(/(\{\w+\})/)
    .filter((text) => text !== "")
    .map((text) => (/^\{\w+\}$/.test(text) ? { kind: "value", name: text.slice(1, -1) } : { kind: "text", text }));
