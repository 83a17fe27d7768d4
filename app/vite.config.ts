import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const BUILD = process.env.BUILD ?? "unbuilt"; // server/build.ts names each build after its sources
const WORKER = "sw";

/** Tells the service worker what a page without a network needs: every file of this build. */
const precache = (): Plugin => ({
  name: "precache",
  generateBundle: (_options, bundle) => {
    const worker = bundle[`${WORKER}.js`];
    if (worker?.type !== "chunk") throw new Error("The build has no service worker.");
    if (worker.imports.length > 0) throw new Error("The service worker must be one file: it is not a module.");
    const files = Object.keys(bundle)
      .filter((name) => name.startsWith("assets/"))
      .map((name) => `/${name}`)
      .sort();
    worker.code = worker.code.replace(/(["'`])%ASSETS%\1/, JSON.stringify(JSON.stringify(files)));
  },
});

/** The page says which build it is, so that it knows when a newer one waits. */
const nameBuild = (): Plugin => ({
  name: "name-build",
  transformIndexHtml: (html) => html.replace("%BUILD%", BUILD),
});

// Everything is served from one origin and no inline script is written, so that the server's policy can forbid the rest.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), precache(), nameBuild()],
  define: { __BUILD__: JSON.stringify(BUILD) },
  resolve: {
    dedupe: ["react", "react-dom", "viem", "zod"],
    alias: [{ find: /^zod\/mini$/, replacement: `${import.meta.dirname}/src/zod.ts` }],
  },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      input: { index: `${import.meta.dirname}/index.html`, [WORKER]: "src/features/offline/service-worker.ts" },
      // A worker's scope is its folder, so it lies at the root, under a name that stays.
      output: { entryFileNames: ({ name }) => (name === WORKER ? `${WORKER}.js` : "assets/[name]-[hash].js") },
    },
  },
});
