import { randomBytes } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { InputError } from "@aibot/kit/errors";
import type { Config } from "../src/config.ts";
import { type Locale, preferredLocale } from "../src/messages/locale.ts";
import { type Route, routeOf } from "../src/routes.ts";
import { bodyFor, readFiles, type ServedFile } from "./files.ts";
import { contentSecurityPolicy } from "./policy.ts";
import { createServices, type ServiceSetting } from "./services.ts";

export type ServeParams = { dist: string; config: Config; port: number; services?: readonly ServiceSetting[] };
export type AppServer = { port: number; close: () => Promise<void> };

type Answer = { status: number; type?: string; body: Buffer | string; headers?: Record<string, string> };

const NONCE = "%STYLE_NONCE%";

const COMMON_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

/** The languages that a browser reads, its favourite first. */
const languagesOf = ({ "accept-language": accepted = "" }: IncomingHttpHeaders): string[] =>
  accepted.split(",").map((language) => language.split(";")[0]?.trim() ?? "");

/** The code and the sentences that a page will ask for, said before its scripts have run. */
const linksOf = (
  { code, part }: Pick<Route, "code" | "part">,
  locale: Locale,
  filesOf: Record<string, string[]>,
): Record<string, string> => {
  const names = [code, `${locale}/every-page`, part && `${locale}/${part}`];
  const files = new Set(names.flatMap((name) => filesOf[name ?? ""] ?? []));
  if (files.size === 0) return {};
  return { link: [...files].map((file) => `</${file}>; rel=modulepreload`).join(", "), vary: "accept-language" };
};

type Page = { html: string; policy: (nonce: string) => string; links: Record<string, string>; isPage: boolean };

/** Every address gets the page, which knows how to say that there is nothing; the status says it too. */
const pageAnswer = ({ html, policy, links, isPage }: Page): Answer => {
  const nonce = randomBytes(16).toString("base64");
  return {
    status: isPage ? 200 : 404,
    type: "text/html; charset=utf-8",
    body: html.replaceAll(NONCE, nonce),
    headers: { "content-security-policy": policy(nonce), "cache-control": "no-cache", ...links },
  };
};

const fileAnswer = (file: ServedFile, request: IncomingHttpHeaders): Answer => {
  const headers = { ...file.headers, etag: file.etag, vary: "accept-encoding" };
  if (request["if-none-match"] === file.etag) return { status: 304, body: "", headers };
  const { encoding, body = "" } = bodyFor(file, String(request["accept-encoding"] ?? "")) ?? {};
  return {
    status: 200,
    type: file.type,
    body,
    headers: encoding === undefined ? headers : { ...headers, "content-encoding": encoding },
  };
};

const respond = (response: ServerResponse, { status, type, body, headers = {} }: Answer, isHead: boolean): void => {
  response.writeHead(status, {
    ...COMMON_HEADERS,
    ...(type === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(body) }),
    ...headers,
  });
  response.end(isHead ? undefined : body);
};

const text = (status: number, body: string): Answer => ({ status, type: "text/plain; charset=utf-8", body });

const unstored = (body: string): Answer => ({
  status: 200,
  type: "application/json",
  body,
  headers: { "cache-control": "no-store" },
});

/** Serves the built app and its configuration on the loopback interface. */
export const serveApp = async ({ dist, config, port, services: settings = [] }: ServeParams): Promise<AppServer> => {
  const files = await readFiles(dist);
  const take = (name: string): string => {
    const text = files.get(name)?.bodies.at(-1)?.body.toString("utf8");
    if (text === undefined) throw new InputError(`${dist} has no ${name.slice(1)}; build the app first.`);
    files.delete(name);
    return text;
  };
  const html = take("/index.html");
  const filesOf = JSON.parse(take("/pages.json"));
  const policy = (nonce: string) => contentSecurityPolicy(config, nonce);
  const configJson = JSON.stringify(config);
  const services = createServices(settings);

  const answerTo = (method: string, path: string, headers: IncomingHttpHeaders): Answer => {
    if (method !== "GET" && method !== "HEAD")
      return { ...text(405, "Only GET and HEAD."), headers: { allow: "GET, HEAD" } };
    if (path === "/config.json") return unstored(configJson);
    const file = files.get(path);
    if (file !== undefined) return fileAnswer(file, headers);
    if (path.startsWith("/assets/") || extname(path) !== "") return text(404, `There is no ${path}.`);
    const route = routeOf(path);
    const locale = preferredLocale(null, languagesOf(headers));
    return pageAnswer({ html, policy, links: linksOf(route ?? {}, locale, filesOf), isPage: route !== undefined });
  };

  const server = createServer((request, response) => {
    const path = URL.parse(request.url ?? "/", "http://localhost")?.pathname ?? "";
    if (path === "/services.json" && request.method === "GET")
      return void services.read().then((all) => respond(response, unstored(JSON.stringify({ services: all })), false));
    respond(response, answerTo(request.method ?? "GET", path, request.headers), request.method === "HEAD");
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const isBusy = error.code === "EADDRINUSE";
      reject(isBusy ? new InputError(`PORT=${port} is busy; stop what listens there or choose another.`) : error);
    });
    server.listen(port, "127.0.0.1", resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
