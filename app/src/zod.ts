// What the bundle takes for "zod", so that this is said before any schema is made, in whichever chunk that is: without
// it zod tries `new Function`, which the page's policy refuses and reports.
import { config } from "zod/v4";

config({ jitless: true });

export * from "zod/v4";
