import type { Messages } from "../text.tsx";

export const explorer: Messages["explorer"] = {};
