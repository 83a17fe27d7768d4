// Where a contract keeps its state: variables first, then the fields of every struct, counted from its own start.
import { table } from "./table.ts";

type Variable = { label: string; slot: string; offset: number; type: string };
type StoredType = { label: string; numberOfBytes: string; members?: Variable[] };

export type Layout = { storage: Variable[]; types: Record<string, StoredType> | null };

const header = ["slot", "offset", "bytes", "label", "type"];

export const formatStorage = (name: string, { storage, types }: Layout): string => {
  const structs = Object.values(types ?? {})
    .filter(({ members }) => members !== undefined)
    .sort((a, b) => (a.label < b.label ? -1 : 1));
  const row = ({ label, slot, offset, type }: Variable) => {
    const { label: typeName = type, numberOfBytes = "" } = types?.[type] ?? {};
    return [slot, `${offset}`, numberOfBytes, label, typeName];
  };
  const section = (title: string, variables: Variable[]) =>
    [title, ...table([header, ...variables.map(row)])].join("\n");
  const sections = [
    section(name, storage),
    ...structs.map(({ label, numberOfBytes, members = [] }) => section(`${label}, ${numberOfBytes} bytes`, members)),
  ];
  return `${sections.join("\n\n")}\n`;
};
