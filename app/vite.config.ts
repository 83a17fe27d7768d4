import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type Rolldown } from "vite";
import { outlineStyle } from "./src/outline.ts";

const BUILD = process.env.BUILD ?? "unbuilt"; // server/build.ts names each build after its sources
const WORKER = "sw";

/** Tells the service worker what a page without a network needs: every file of this build. */
const precache = (): Plugin => ({
  name: "precache",
  generateBundle: {
    order: "post", // an entry that only imports is left out at last
    handler: (_options, bundle) => {
      const worker = bundle[`${WORKER}.js`];
      if (worker?.type !== "chunk") throw new Error("The build has no service worker.");
      if (worker.imports.length > 0) throw new Error("The service worker must be one file: it is not a module.");
      const files = Object.keys(bundle)
        .filter((name) => name.startsWith("assets/"))
        .map((name) => `/${name}`)
        .sort();
      worker.code = worker.code.replace(/(["'`])%ASSETS%\1/, JSON.stringify(JSON.stringify(files)));
    },
  },
});

/** Every file that `chunk` needs before it can run, itself included. */
const filesOf = (bundle: Rolldown.OutputBundle, chunk: Rolldown.OutputChunk): Set<string> => {
  const files = new Set<string>();
  const visit = ({ fileName, imports }: Rolldown.OutputChunk): void => {
    if (files.has(fileName)) return;
    files.add(fileName);
    for (const name of imports) {
      const next = bundle[name];
      if (next?.type === "chunk") visit(next);
    }
  };
  visit(chunk);
  return files;
};

/** What the server calls a file that comes when it is needed: a page by its name, sentences by their language and part. */
const nameOf = ({ name, facadeModuleId }: Rolldown.OutputChunk): string | undefined => {
  const [, language] = /\/messages\/(\w+)\//.exec(facadeModuleId ?? "") ?? [];
  if (language !== undefined) return `${language}/${name}`;
  return name.endsWith("Page") ? name : undefined;
};

/** Tells the server what each page needs beside what every page does, so that it can say so before a script has run. */
const listPages = (): Plugin => ({
  name: "list-pages",
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
    const common = chunks.find(({ isEntry, name }) => isEntry && name === "index");
    if (common === undefined) throw new Error("The build has no index.");
    const known = filesOf(bundle, common);
    const lists = chunks
      .filter(({ isDynamicEntry }) => isDynamicEntry)
      .flatMap((chunk) => {
        const name = nameOf(chunk);
        return name === undefined ? [] : [[name, [...filesOf(bundle, chunk)].filter((file) => !known.has(file))]];
      });
    this.emitFile({ type: "asset", fileName: "pages.json", source: JSON.stringify(Object.fromEntries(lists)) });
  },
});

/** The outline of a page is styled without a request, under the nonce that the server writes. */
const styleOutline = (): Plugin => ({
  name: "style-outline",
  transformIndexHtml: () => [
    { tag: "style", attrs: { nonce: "%STYLE_NONCE%" }, children: outlineStyle, injectTo: "head" },
  ],
});

/** The page says which build it is, so that it knows when a newer one waits. */
const nameBuild = (): Plugin => ({
  name: "name-build",
  transformIndexHtml: (html) => html.replace("%BUILD%", BUILD),
});

// Everything is served from one origin and no inline script is written, so that the server's policy can forbid the rest.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), precache(), listPages(), nameBuild(), styleOutline()],
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
      output: {
        entryFileNames: ({ name }) => (name === WORKER ? `${WORKER}.js` : "assets/[name]-[hash].js"),
        // What every page needs comes in two files: one that changes with our code, one that does so rarely.
        codeSplitting: {
          groups: [
            { name: "libraries", tags: ["$initial"], test: /\/node_modules\//, priority: 1 },
            {
              name: "common",
              tags: ["$initial"],
              test: (path) => !/\/offline\/(service-worker|rules)\.ts$/.test(path),
            },
            // What several pages need is one file, too: each request more costs a slow network a round trip.
            { name: "pages", test: /\/app\/src\/(components|data|features\/vault)\//, minShareCount: 2 },
          ],
        },
      },
    },
  },
});
