// Runs beside the pages: keeps this build's files and the page itself, so that the app opens without a network.
import { cacheName, LASTING, outdated, ruleFor } from "./rules.ts";

declare const __BUILD__: string;

type ExtendableEvent = Event & { waitUntil: (work: Promise<unknown>) => void };
type FetchEvent = ExtendableEvent & { request: Request; respondWith: (response: Promise<Response>) => void };
type WorkerScope = EventTarget & { location: Location; skipWaiting: () => Promise<void> };

const worker = self as unknown as WorkerScope;
const ASSETS: string[] = JSON.parse("%ASSETS%"); // written by the build
const PAGE = "/";
const PATIENCE_MS = 4_000; // a page that is known beats one that may never come

const ours = () => caches.open(cacheName(__BUILD__));

/** The page is kept with its headers: the nonce in it is the one that its own policy allows. */
const install = async (): Promise<void> => {
  const cache = await ours();
  await cache.addAll([...ASSETS, ...[PAGE, ...LASTING].map((path) => new Request(path, { cache: "no-cache" }))]);
};

const activate = async (): Promise<void> => {
  const names = outdated(await caches.keys(), __BUILD__);
  await Promise.all(names.map((name) => caches.delete(name)));
};

const patiently = async (request: Request): Promise<Response> => {
  const late = new Promise<never>((_, reject) => setTimeout(reject, PATIENCE_MS, new Error("too late")));
  const response = await Promise.race([fetch(request), late]);
  if (response.status >= 500) throw new Error(`answered ${response.status}`);
  return response;
};

/** A page of this build replaces the one that is kept: the server's settings, and so its policy, may have changed. */
const keepPage = async (response: Response): Promise<void> => {
  if (response.ok && (await response.clone().text()).includes(`content="${__BUILD__}"`))
    await (await ours()).put(PAGE, response);
};

const answerPage = async (event: FetchEvent): Promise<Response> => {
  try {
    const response = await patiently(event.request);
    event.waitUntil(keepPage(response.clone()));
    return response;
  } catch (error) {
    const kept = await (await ours()).match(PAGE);
    if (kept === undefined) throw error;
    return kept;
  }
};

const answerFresh = async (event: FetchEvent): Promise<Response> => {
  const cache = await ours();
  try {
    const response = await patiently(event.request);
    if (response.ok) event.waitUntil(cache.put(event.request, response.clone()));
    return response;
  } catch (error) {
    const kept = await cache.match(event.request);
    if (kept === undefined) throw error;
    return kept;
  }
};

/** The hash in its name makes an asset the same forever, in whichever build's cache it lies. */
const answerAsset = async ({ request }: FetchEvent): Promise<Response> =>
  (await caches.match(request)) ?? (await fetch(request));

const answers = { page: answerPage, fresh: answerFresh, asset: answerAsset };

worker.addEventListener("install", (event) => (event as ExtendableEvent).waitUntil(install()));
worker.addEventListener("activate", (event) => (event as ExtendableEvent).waitUntil(activate()));

worker.addEventListener("fetch", (event) => {
  const asked = event as FetchEvent;
  const rule = ruleFor(asked.request, worker.location.origin);
  if (rule !== "pass") asked.respondWith(answers[rule](asked));
});

worker.addEventListener("message", (event) => {
  const { data, ports } = event as MessageEvent<"build" | "take over">;
  if (data === "build") ports[0]?.postMessage(__BUILD__);
  if (data === "take over") void worker.skipWaiting();
});
