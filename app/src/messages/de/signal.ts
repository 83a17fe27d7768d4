import type { Messages } from "../text.tsx";

export const signal: Messages["signal"] = {};
