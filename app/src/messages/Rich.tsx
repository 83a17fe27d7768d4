import { Fragment, type ReactNode } from "react";
import { parts } from "./parts.ts";

/** A sentence with elements in it: "{market} is halted since {time}." */
export const Rich = ({ text, values }: { text: string; values: Record<string, ReactNode> }) =>
  parts(text).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence never move
    <Fragment key={index}>{part.kind === "text" ? part.text : values[part.name]}</Fragment>
  ));
