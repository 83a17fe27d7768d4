import Box from "@mui/material/Box";
import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { Route, Routes, useLocation } from "react-router";
import { ErrorBoundary } from "./components/ErrorBoundary.tsx";
import { Footer } from "./components/Footer.tsx";
import { Header } from "./components/Header.tsx";
import { NotFoundPage } from "./components/NotFoundPage.tsx";
import { PageChange } from "./components/PageChange.tsx";
import { PageSkeleton } from "./components/PageSkeleton.tsx";
import { NetworkBanner } from "./features/network-status/NetworkBanner.tsx";
import { NetworkStatusProvider } from "./features/network-status/network-status.tsx";
import { VaultsPage } from "./features/vault/VaultsPage.tsx";
import { PartText } from "./messages/PartText.tsx";
import { type Part, useText } from "./messages/text.tsx";
import { pages } from "./pages.ts";
import { routes } from "./routes.ts";
import { pageWidth } from "./tokens.ts";

const lazyPage = (load: () => Promise<ComponentType>) => lazy(async () => ({ default: await load() }));

const VaultPage = lazyPage(pages.VaultPage);
const NetworkPage = lazyPage(pages.NetworkPage);
const ExplorerPage = lazyPage(pages.ExplorerPage);
const SignalPage = lazyPage(pages.SignalPage);

const { vaults, vault, signal, network, explorer } = routes;

const inWords = ({ part }: { part: Part }, page: ReactNode) => <PartText part={part}>{page}</PartText>;

const skipLink = {
  position: "absolute",
  left: 8,
  top: -48,
  zIndex: 10,
  p: 1,
  bgcolor: "background.paper",
  "&:focus": { top: 8 },
} as const;

/** A page that crashes keeps the header, from which every other page is reached. */
const Pages = () => {
  const { pathname } = useLocation();
  return (
    <ErrorBoundary clearedBy={pathname}>
      <Suspense fallback={<PageSkeleton />}>
        <Routes>
          <Route path={vaults.path} element={<VaultsPage />} />
          <Route path={vault.path} element={<VaultPage />} />
          <Route path={signal.path} element={inWords(signal, <SignalPage />)} />
          <Route path={network.path} element={inWords(network, <NetworkPage />)} />
          <Route path={explorer.path} element={inWords(explorer, <ExplorerPage />)} />
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </Suspense>
    </ErrorBoundary>
  );
};

export const App = () => {
  const { m } = useText();
  return (
    <NetworkStatusProvider>
      <Box sx={{ display: "flex", flexDirection: "column", minHeight: "100vh" }}>
        <Box component="a" href="#main" sx={skipLink}>
          {m.shell.skip}
        </Box>
        <Header />
        <NetworkBanner />
        <Box
          component="main"
          id="main"
          tabIndex={-1}
          sx={{
            maxWidth: pageWidth,
            mx: "auto",
            p: { xs: 2, md: 3 },
            flexGrow: 1,
            width: "100%",
            boxSizing: "border-box",
            outline: "none",
          }}
        >
          <Pages />
        </Box>
        <Footer />
        <PageChange />
      </Box>
    </NetworkStatusProvider>
  );
};
