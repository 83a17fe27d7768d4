import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import InputAdornment from "@mui/material/InputAdornment";
import TextField from "@mui/material/TextField";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { type FormEvent, useState } from "react";
import { Notice } from "../../components/Notice.tsx";
import { useWalletText } from "../../messages/wallet-text.ts";
import { parseRequest } from "./amount.ts";
import type { Action, Field, Request } from "./flow.ts";

export type Draft = { field: string; text: string };

type AmountFormProps = {
  action: Action;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  notice: string | undefined;
  isBusy: boolean;
  onSubmit: (request: Request) => void;
  onClose: () => void;
};

type FieldChoiceProps = { fields: readonly Field[]; chosen: string; isBusy: boolean; onChoice: (name: string) => void };

const FieldChoice = ({ fields, chosen, isBusy, onChoice }: FieldChoiceProps) => {
  const { w } = useWalletText();
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={chosen}
      disabled={isBusy}
      aria-label={w.redeem.units}
      onChange={(_, name: string | null) => name !== null && onChoice(name)}
    >
      {fields.map((field) => (
        <ToggleButton key={field.name} value={field.name} sx={{ textTransform: "none", px: 2, minHeight: 32, py: 0 }}>
          {field.unit}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
};

type AmountFieldProps = {
  field: Field;
  text: string;
  problem: string | undefined;
  isBusy: boolean;
  onText: (text: string) => void;
};

const AmountField = ({ field, text, problem, isBusy, onText }: AmountFieldProps) => {
  const { w, f } = useWalletText();
  const { most } = field;
  return (
    <Box>
      <TextField
        label={field.label}
        value={text}
        onChange={(event) => onText(event.target.value)}
        autoFocus
        fullWidth
        autoComplete="off"
        error={problem !== undefined}
        helperText={problem}
        disabled={isBusy}
        slotProps={{
          htmlInput: { inputMode: "decimal" },
          input: { endAdornment: <InputAdornment position="end">{field.unit}</InputAdornment> },
          formHelperText: { role: "alert" },
        }}
      />
      {most !== undefined && (
        <Button
          size="small"
          color="inherit"
          disabled={isBusy}
          onClick={() => onText(f.typed(most.amount, field.decimals))}
          sx={{ mt: 0.5, fontWeight: 400, color: "text.secondary", textAlign: "left" }}
        >
          {w.flow.takeAll(most.label)}
        </Button>
      )}
    </Box>
  );
};

/** What a person enters, with one sentence beside it where it cannot be. */
export const AmountForm = ({ action, draft, onDraft, notice, isBusy, onSubmit, onClose }: AmountFormProps) => {
  const { w, f } = useWalletText();
  const [wasSubmitted, setSubmitted] = useState(false);
  const { words, fields, fixed } = action;
  const field = fields.find(({ name }) => name === draft.field) ?? fields[0];
  const parsed = field === undefined ? undefined : parseRequest(f, field, draft.text);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (parsed?.kind === "request") onSubmit(parsed.request);
    if (field === undefined && fixed !== undefined) onSubmit(fixed);
  };
  const write = (changed: Draft) => {
    setSubmitted(false); // a sentence about what is being corrected only disturbs
    onDraft(changed);
  };

  return (
    <Box component="form" aria-label={words.verb} noValidate onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
      {notice !== undefined && <Notice tone="attention">{notice}</Notice>}
      {words.about !== undefined && <Box sx={{ typography: "body2", color: "text.secondary" }}>{words.about}</Box>}
      {fields.length > 1 && (
        <FieldChoice
          fields={fields}
          chosen={draft.field}
          isBusy={isBusy}
          onChoice={(name) => write({ field: name, text: "" })}
        />
      )}
      {field !== undefined && (
        <AmountField
          key={field.name}
          field={field}
          text={draft.text}
          problem={wasSubmitted && parsed?.kind === "invalid" ? parsed.reason : undefined}
          isBusy={isBusy}
          onText={(text) => write({ field: field.name, text })}
        />
      )}
      <Box sx={{ display: "grid", gridTemplateColumns: "auto 1fr", gap: 1 }}>
        <Button color="inherit" onClick={onClose}>
          {w.flow.back}
        </Button>
        <Button type="submit" variant="contained" disabled={isBusy}>
          {isBusy ? w.flow.asking : words.review}
        </Button>
      </Box>
    </Box>
  );
};
