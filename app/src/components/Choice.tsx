import Box from "@mui/material/Box";
import Button from "@mui/material/Button";

type ChoiceProps<T extends string> = {
  label: string;
  options: readonly { value: T; text: string }[];
  chosen: T;
  choose: (value: T) => void;
};

/** A few words of which one holds. */
export const Choice = <T extends string>({ label, options, chosen, choose }: ChoiceProps<T>) => (
  <Box role="group" aria-label={label} sx={{ display: "flex", flexWrap: "wrap", gap: 0.5 }}>
    {options.map(({ value, text }) => (
      <Button
        key={value}
        size="small"
        color="inherit"
        aria-pressed={value === chosen}
        onClick={() => choose(value)}
        sx={{
          minHeight: 32,
          minWidth: 40,
          px: 1,
          py: 0,
          typography: "body2",
          border: 1,
          borderColor: value === chosen ? "divider" : "transparent",
          color: value === chosen ? "text.primary" : "text.secondary",
          fontWeight: value === chosen ? 600 : 400,
        }}
      >
        {text}
      </Button>
    ))}
  </Box>
);
