// What the bundle takes for "zod/mini", so that this is said before any schema is made, in whichever chunk that is:
// without `jitless` zod tries `new Function`, which the page's policy refuses and reports; without a language its
// mistakes have no words.

import en from "zod/v4/locales/en.js";
import { config } from "zod/v4/mini";

config({ ...en(), jitless: true });

export * from "zod/v4/mini";
