import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import InputAdornment from "@mui/material/InputAdornment";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { Notice } from "../../components/Notice.tsx";
import type { Action } from "./flow.ts";

type AmountFormProps<Request> = {
  action: Action<Request>;
  text: string;
  onText: (text: string) => void;
  notice: string | undefined;
  isBusy: boolean;
  onSubmit: (request: Request) => void;
  onClose: () => void;
};

export const AmountForm = <Request,>({
  action,
  text,
  onText,
  notice,
  isBusy,
  onSubmit,
  onClose,
}: AmountFormProps<Request>) => {
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const { verb, field, most } = action;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = action.parseRequest(text);
    setProblem(parsed.kind === "invalid" ? parsed.reason : undefined);
    if (parsed.kind === "request") onSubmit(parsed.request);
  };

  return (
    <Box component="form" aria-label={verb} noValidate onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
      {notice !== undefined && <Notice tone="attention">{notice}</Notice>}
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
          }}
        />
        {most !== undefined && (
          <Button
            size="small"
            color="inherit"
            disabled={isBusy}
            onClick={() => onText(most.text)}
            sx={{ mt: 0.5, fontWeight: 400, color: "text.secondary" }}
          >
            {most.label}: use all
          </Button>
        )}
      </Box>
      <Box sx={{ display: "grid", gridTemplateColumns: "auto 1fr", gap: 1 }}>
        <Button color="inherit" onClick={onClose}>
          Back
        </Button>
        <Button type="submit" variant="contained" disabled={isBusy}>
          {isBusy ? "Asking the chain…" : `Review ${verb.toLowerCase()}`}
        </Button>
      </Box>
    </Box>
  );
};
