import { CacheProvider } from "@emotion/react";
import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, startTransition } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App } from "./App.tsx";
import { AppContextProvider, configQuery } from "./app-context.tsx";
import { ErrorBoundary } from "./components/ErrorBoundary.tsx";
import { remember } from "./features/offline/stored-queries.ts";
import { pageBuild } from "./features/offline/updates.ts";
import { readLocale } from "./messages/locale.ts";
import { messagesQuery, TextProvider } from "./messages/text.tsx";
import { preloadPage } from "./pages.ts";
import { createStyleCache } from "./style-cache.ts";
import { adoptVariables, createAppTheme } from "./theme.ts";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? "";
const styles = createStyleCache(nonce);

// Data is refetched when the indexer announces a block, so nothing goes stale by the clock.
const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Number.POSITIVE_INFINITY, retry: 1, networkMode: "always", refetchOnWindowFocus: false },
  },
});

// Everything is asked for at once; until what the first picture needs is here, index.html shows the outline of a page.
const MOST_MS = 300; // for what was known before: no longer than a blink
preloadPage(queries, location.pathname);
const known = Promise.all([
  queries.prefetchQuery(configQuery),
  queries.prefetchQuery(messagesQuery(readLocale())),
  Promise.race([remember(queries, pageBuild()), new Promise((resolve) => setTimeout(resolve, MOST_MS))]),
]);
await new Promise((resolve) => setTimeout(resolve)); // the browser may answer in between
const theme = createAppTheme();
adoptVariables(theme);
await known;

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

const app = (
  <StrictMode>
    <CacheProvider value={styles}>
      <ThemeProvider theme={theme} defaultMode="system" disableStyleSheetGeneration>
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
  </StrictMode>
);

// As a transition: rendering the first page, too, leaves the browser room to answer in between.
startTransition(() => createRoot(root).render(app));
