import type { Messages } from "../text.tsx";

export const vault: Messages["vault"] = {};
