// What of a setting may stand in a log or in a sentence.

/** A setting or field whose whole value is secret. */
export const isSecret = (name: string): boolean => /key|secret|token|password|mnemonic/i.test(name);

/** Providers put API keys into paths and queries, databases put passwords before the host: only the origin is shown. */
export const shownUrl = (text: string): string => {
  if (!URL.canParse(text)) return "[redacted URL]";
  const { protocol, host, pathname, search, hash, username, password } = new URL(text);
  const isBare = username + password + search + hash === "" && (pathname === "" || pathname === "/");
  return `${protocol}//${host}${isBare ? "" : "/…"}`;
};

/** `text` with every URL in it cut down to what may be shown. */
export const redactUrls = (text: string): string => text.replace(/[a-z][a-z0-9+.-]*:\/+[^\s"'`<>]*/gi, shownUrl);

/** A copy for the log: secrets replaced, URLs cut down to their origin, at any depth. */
export const redact = (value: unknown, name = ""): unknown => {
  if (isSecret(name) && value !== undefined) return "[redacted]";
  if (typeof value === "string") return redactUrls(value);
  if (Array.isArray(value)) return value.map((item) => redact(item));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([field, item]) => [field, redact(item, field)]));
};
