// How the outline of a page in index.html looks, which is on the screen before any code runs: as Header and PageSkeleton do.
import { fontFamily, fontSize, grid, type Palette, pageWidth, palettes, radius, target } from "./tokens.ts";

const ROW = 56; // the header's least height where it is one row
const [PHONE_ROWS, LAPTOP] = [target.main + target.least + 2 * grid, 900]; // two rows below that width

const colours = ({ canvas, surface, border, text }: Palette): string =>
  `.outline{--canvas:${canvas};--surface:${surface};--border:${border};--text:${text}}`;

/** For the page's one inline style. Until code has run, nobody knows of a theme that the visitor chose: the system's it is. */
export const outlineStyle = `${colours(palettes.light)}
@media (prefers-color-scheme: dark) { ${colours(palettes.dark)} }
html { overflow-y: scroll }
body { margin: 0 }
.outline { min-height: 100vh; background: var(--canvas); color: var(--text); font: 650 ${fontSize.text}px/1.5 ${fontFamily} }
.outline header { background: var(--surface); border-bottom: 1px solid var(--border) }
.outline header div, .outline main { box-sizing: border-box; max-width: ${pageWidth}px; margin: auto; padding: 0 ${2 * grid}px }
.outline header div { min-height: ${PHONE_ROWS}px }
.outline header span { display: inline-flex; align-items: center; gap: ${grid}px; height: ${target.main}px; margin-top: ${grid / 2}px }
.outline main { display: grid; font-weight: 400; gap: ${2 * grid}px; padding: ${2 * grid}px }
.outline i { height: 200px; border-radius: ${radius}px; background: var(--border); opacity: 0.6 }
.outline i:nth-of-type(1) { width: 40%; height: 24px; margin: ${grid}px 0 }
.outline i:nth-of-type(2) { height: 320px }
@media (min-width: ${LAPTOP}px) {
  .outline header div { min-height: ${ROW}px; padding: 0 ${3 * grid}px }
  .outline header span { height: ${ROW}px; margin: 0 }
  .outline main { padding: ${3 * grid}px }
}`;
