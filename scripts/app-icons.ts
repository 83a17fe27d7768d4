// Draws app/public/icon-*.png from icon.svg. Run it when the icon changes: `node scripts/app-icons.ts`.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { launchBrowser } from "../app/test/browser.ts";

const PUBLIC = join(import.meta.dirname, "../app/public");

// Launchers cut a maskable icon to their own shape: its ground reaches the edges, its drawing stays in the middle 80 %.
const ICONS = [
  { file: "icon-192.png", size: 192, isMaskable: false },
  { file: "icon-512.png", size: 512, isMaskable: false },
  { file: "icon-maskable-512.png", size: 512, isMaskable: true },
];

const svg = await readFile(join(PUBLIC, "icon.svg"), "utf8");
const ground = /<rect[^>]*fill="([^"]+)"/.exec(svg)?.[1];
if (ground === undefined) throw new Error("icon.svg has no rectangle behind its drawing");

const browser = await launchBrowser();
for (const { file, size, isMaskable } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const drawing = isMaskable ? svg.replace(/ rx="\d+"/, "") : svg;
  const scale = isMaskable ? "80%" : "100%";
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;${isMaskable ? `background:${ground}` : ""}">
     <div style="width:${scale};height:${scale};display:flex">${drawing}</div></body>`,
  );
  await writeFile(join(PUBLIC, file), await page.screenshot({ omitBackground: !isMaskable }));
  await page.close();
}
await browser.close();
