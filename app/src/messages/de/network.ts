import type { Messages } from "../text.tsx";

export const network: Messages["network"] = {};
