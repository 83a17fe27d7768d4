// What the service worker does with a request. Pure, so that the rules can be read and tested without a worker.

export type Asked = { method: string; mode: string; url: string };

/** page, fresh: from the network, else what is kept. asset: what is kept, else from the network. pass: not our business. */
export type Rule = "page" | "fresh" | "asset" | "pass";

/** Kept beside the assets of a build, under names that stay. */
export const LASTING = ["/config.json", "/manifest.webmanifest", "/icon.svg", "/icon-192.png"];

/** Only what is read from our own origin is ever kept: no query, no transaction, no other host. */
export const ruleFor = ({ method, mode, url }: Asked, origin: string): Rule => {
  const target = new URL(url);
  if (method !== "GET" || target.origin !== origin) return "pass";
  if (mode === "navigate") return "page";
  if (target.pathname.startsWith("/assets/")) return "asset";
  return LASTING.includes(target.pathname) ? "fresh" : "pass";
};

const PREFIX = "build-";
export const cacheName = (build: string): string => `${PREFIX}${build}`;

/** Caches to delete, given all in the order of their creation: a tab of the build before may still need its own. */
export const outdated = (names: readonly string[], build: string): string[] => {
  const others = names.filter((name) => name.startsWith(PREFIX) && name !== cacheName(build));
  return others.slice(0, -1);
};
