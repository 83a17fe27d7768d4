import { featureSets } from "@aibot/kit/features";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { type ReactNode, useState } from "react";
import { Sign } from "../../components/Sign.tsx";
import { useText } from "../../messages/text.tsx";
import { Integer } from "./Integer.tsx";
import { type Proof, type Trial, tryOut } from "./proof.ts";
import { percentOf } from "./text.ts";

type TrialPanelProps = { proof: Proof; periodsPerYear: number };

const FIELD = {
  font: "inherit",
  color: "inherit",
  bgcolor: "background.default",
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  minHeight: 40,
  px: 1,
  maxWidth: "100%",
} as const;

const Labelled = ({ label, children }: { label: string; children: ReactNode }) => (
  <Box component="label" sx={{ display: "grid", gap: 0.5, minWidth: 0 }}>
    <Box component="span" sx={{ color: "text.secondary", typography: "body2" }}>
      {label}
    </Box>
    {children}
  </Box>
);

const wholeOf = (text: string): number => {
  const value = Math.trunc(Number(text));
  return Number.isSafeInteger(value) ? value : 0;
};

const useNames = ({ open: { model } }: Proof): string[] => {
  const { m } = useText();
  const lanes = featureSets[model.featureSet]?.lanes ?? [];
  return lanes.map(({ name, meaning }) => m.signal.features.name(name, meaning));
};

type FieldsProps = { names: readonly string[]; trial: Trial; onChange: (trial: Trial | undefined) => void };

const Fields = ({ names, trial, onChange }: FieldsProps) => {
  const { m } = useText();
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2, alignItems: "end" }}>
      <Labelled label={m.signal.trial.feature}>
        <Box
          component="select"
          value={trial.lane}
          onChange={(event) => onChange({ ...trial, lane: Number((event.target as HTMLSelectElement).value) })}
          sx={FIELD}
        >
          {names.map((name, lane) => (
            <option key={name} value={lane}>
              {name}
            </option>
          ))}
        </Box>
      </Labelled>
      <Labelled label={m.signal.trial.change}>
        <Box
          component="input"
          type="number"
          step={1}
          value={trial.change}
          onChange={(event) => onChange({ ...trial, change: wholeOf((event.target as HTMLInputElement).value) })}
          sx={{ ...FIELD, width: 120 }}
        />
      </Labelled>
      <Button variant="outlined" onClick={() => onChange(undefined)}>
        {m.signal.trial.reset}
      </Button>
    </Box>
  );
};

type OutcomeProps = TrialPanelProps & { names: readonly string[]; trial: Trial };

const Outcome = ({ proof, periodsPerYear, names, trial }: OutcomeProps) => {
  const { m, f } = useText();
  const { before, after, computed, isEqual } = tryOut(proof, trial, periodsPerYear);
  return (
    <Box role="status" sx={{ display: "grid", gap: 1 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 4, rowGap: 1, alignItems: "end" }}>
        <Integer label={m.signal.proof.chain} value={proof.chain} />
        <Integer label={m.signal.proof.trial} value={computed} />
        <Box sx={{ fontWeight: 600 }}>
          <Sign shape={isEqual ? "flat" : "cross"} />
          {isEqual ? m.signal.trial.equal : m.signal.trial.unequal}
        </Box>
      </Box>
      <Box sx={{ typography: "body2", color: "text.secondary" }}>
        {m.signal.trial.explained(
          names[trial.lane] ?? "",
          f.count(before),
          f.count(after),
          f.fixed(computed - proof.chain, 0, 0),
          m.signal.perYear(percentOf(f, computed)),
        )}
      </Box>
    </Box>
  );
};

/** Lets a visitor break the proof on purpose: a comparison that cannot fail would prove nothing. */
export const TrialPanel = ({ proof, periodsPerYear }: TrialPanelProps) => {
  const { m } = useText();
  const names = useNames(proof);
  const [trial, setTrial] = useState<Trial | undefined>(undefined);
  if (trial === undefined)
    return (
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, rowGap: 1, alignItems: "center" }}>
        <Box sx={{ typography: "body2", color: "text.secondary", flex: "1 1 240px" }}>{m.signal.trial.invite}</Box>
        <Button variant="outlined" onClick={() => setTrial({ lane: 0, change: 1 })}>
          {m.signal.trial.start}
        </Button>
      </Box>
    );
  return (
    <Box
      component="section"
      aria-label={m.signal.trial.title}
      sx={{ border: "2px dashed", borderColor: "primary.main", borderRadius: 1, p: 2, display: "grid", gap: 2 }}
    >
      <Box sx={{ fontWeight: 600 }}>{m.signal.trial.title}</Box>
      <Fields names={names} trial={trial} onChange={setTrial} />
      <Outcome proof={proof} periodsPerYear={periodsPerYear} names={names} trial={trial} />
    </Box>
  );
};
