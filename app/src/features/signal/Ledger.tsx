import { featureSets } from "@aibot/kit/features";
import Box from "@mui/material/Box";
import { useState } from "react";
import { DataTable } from "../../components/DataTable.tsx";
import type { Format } from "../../format.ts";
import { type Messages, useText } from "../../messages/text.tsx";
import { type Addend, addendsOf } from "./addends.ts";
import type { Proof } from "./proof.ts";
import { correctionText } from "./text.ts";

type LedgerProps = { proof: Proof; periodsPerYear: number };

const termText = (m: Messages, f: Format, { proof, periodsPerYear }: LedgerProps, addend: Addend): string => {
  const { terms, name } = m.signal.features;
  const { model } = proof.open;
  switch (addend.kind) {
    case "lane": {
      const lane = featureSets[model.featureSet]?.lanes[addend.lane];
      return lane === undefined ? "" : name(lane.name, lane.meaning);
    }
    case "bias":
      return terms.bias;
    case "closeToRange":
      return terms.closeToRange;
    case "periods":
      return terms.periods(f.count(periodsPerYear));
    case "correction":
      return correctionText(m, f, model) ?? "";
  }
};

const Rows = (props: LedgerProps) => {
  const { m, f } = useText();
  const { proof, periodsPerYear } = props;
  const { model } = proof.open;
  const addends = addendsOf({ model, lanes: proof.lanes, output: proof.output, periodsPerYear });
  const sum = addends.reduce((total, { amount }) => total + amount, 0n);
  const rows = addends.map((addend) => {
    const term = termText(m, f, props, addend);
    const factors = addend.kind === "lane" ? [f.fixed(addend.weight, 0, 0), f.count(addend.value)] : ["", ""];
    return { key: term, cells: [term, ...factors, f.fixed(addend.amount, 0, 0)] };
  });
  return (
    <DataTable
      label={m.signal.features.ledgerLabel}
      columns={m.signal.features.columns}
      rows={[
        ...rows,
        { key: "sum", cells: [<b key="sum">{m.signal.features.sum}</b>, "", "", <b key="n">{f.fixed(sum, 0, 0)}</b>] },
      ]}
    />
  );
};

/** The forecast as an addition that a reader can check with a pocket calculator. */
export const Ledger = (props: LedgerProps) => {
  const { m, f } = useText();
  const [isOpen, setOpen] = useState(false);
  const correction = correctionText(m, f, props.proof.open.model);
  return (
    <Box
      component="details"
      sx={{ typography: "body2", mt: 1 }}
      onToggle={(event) => setOpen((event.target as HTMLDetailsElement).open)}
    >
      <Box component="summary" sx={{ color: "text.secondary", cursor: "pointer", width: "fit-content" }}>
        {m.signal.features.ledger}
      </Box>
      {isOpen && (
        <Box tabIndex={0} role="region" aria-label={m.signal.features.ledgerLabel} sx={{ overflowX: "auto" }}>
          <Rows {...props} />
        </Box>
      )}
      {isOpen && correction !== undefined && (
        <Box sx={{ color: "text.secondary", mt: 1 }}>{m.signal.features.undivided(correction)}</Box>
      )}
    </Box>
  );
};
