// The three things that must not change unseen.
import { readDeployed } from "./deployed.ts";
import type { Snapshots } from "./files.ts";
import { formatGas, measureGas } from "./gas.ts";
import { formatSizes } from "./size.ts";
import { formatStorage } from "./storage.ts";

export type Part = "storage" | "size" | "gas";

/** Where each part lies in the folder of snapshots, and how it is made of the compiled contracts. */
export const parts: Record<Part, { place: string; make: (root: string) => Snapshots }> = {
  storage: {
    place: "storage",
    make: (root) =>
      new Map(
        readDeployed(root)
          .filter(({ layout }) => layout.storage.length > 0)
          .map(({ name, layout }) => [`storage/${name}.txt`, formatStorage(name, layout)]),
      ),
  },
  size: { place: "size.txt", make: (root) => new Map([["size.txt", formatSizes(readDeployed(root))]]) },
  gas: {
    place: "gas",
    make: (root) => new Map([...formatGas(measureGas(root))].map(([area, text]) => [`gas/${area}.txt`, text])),
  },
};
