import createCache from "@emotion/cache";
import { CacheProvider } from "@emotion/react";
import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App } from "./App.tsx";
import { AppContextProvider, configQuery } from "./app-context.tsx";
import { ErrorBoundary } from "./components/ErrorBoundary.tsx";
import { remember } from "./features/offline/stored-queries.ts";
import { pageBuild } from "./features/offline/updates.ts";
import { TextProvider } from "./messages/text.tsx";
import { theme } from "./theme.ts";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? "";
const styles = createCache({ key: "c", nonce });

// Data is refetched when the indexer announces a block, so nothing goes stale by the clock.
const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Number.POSITIVE_INFINITY, retry: 1, networkMode: "always", refetchOnWindowFocus: false },
  },
});

// Both are on their way before React renders; neither is waited for longer than a blink.
const MOST_MS = 300;
void queries.prefetchQuery(configQuery);
await Promise.race([remember(queries, pageBuild()), new Promise((resolve) => setTimeout(resolve, MOST_MS))]);

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <CacheProvider value={styles}>
      <ThemeProvider theme={theme} defaultMode="system">
        <CssBaseline enableColorScheme />
        <QueryClientProvider client={queries}>
          <BrowserRouter>
            <TextProvider>
              <ErrorBoundary>
                <AppContextProvider>
                  <App />
                </AppContextProvider>
              </ErrorBoundary>
            </TextProvider>
          </BrowserRouter>
        </QueryClientProvider>
      </ThemeProvider>
    </CacheProvider>
  </StrictMode>,
);
