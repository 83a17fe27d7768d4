// Registers the service worker and notices when a newer build waits behind it.

const CHECK_MS = 60 * 60 * 1_000;

const buildOf = (worker: ServiceWorker): Promise<string> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
    worker.postMessage("build", [port2]);
  });

const takeOver = (worker: ServiceWorker): void => worker.postMessage("take over");

/** Shows the new build in this tab; other tabs keep theirs until they are reloaded. */
const switchTo = (worker: ServiceWorker): void => {
  worker.addEventListener("statechange", () => worker.state === "activated" && location.reload());
  takeOver(worker);
};

/** A page that came from the network may already be the newer build: then nobody needs to be asked. */
const consider = async (worker: ServiceWorker, pageBuild: string, offer: (accept: () => void) => void) => {
  if ((await buildOf(worker)) === pageBuild) takeOver(worker);
  else offer(() => switchTo(worker));
};

const whenInstalled = (worker: ServiceWorker, then: () => void): void =>
  worker.addEventListener("statechange", () => worker.state === "installed" && then());

/** Calls `offer` when a newer build is ready; `accept` loads it. */
export const watchForUpdates = async (pageBuild: string, offer: (accept: () => void) => void): Promise<void> => {
  const registration: ServiceWorkerRegistration | undefined = await navigator.serviceWorker?.register("/sw.js");
  if (registration === undefined) return; // no worker in this browser, or not over this connection
  const look = () => {
    if (registration.waiting !== null) void consider(registration.waiting, pageBuild, offer);
  };
  const follow = () => registration.installing && whenInstalled(registration.installing, look);
  look();
  follow(); // an update may have been found before anybody listened
  registration.addEventListener("updatefound", follow);
  const check = () => void registration.update().catch(() => undefined); // without a network there is no newer build
  setInterval(check, CHECK_MS);
  document.addEventListener("visibilitychange", () => document.hidden || check());
};

export const pageBuild = (): string => document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content ?? "";
