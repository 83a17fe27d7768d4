import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Everything is served from one origin and no inline script is written, so that the server's policy can forbid the rest.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { dedupe: ["react", "react-dom", "viem", "zod"] },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800,
  },
});
