type Labels = Record<string, string>;
type Family = { type: "counter" | "gauge"; help: string; values: Map<string, number> };

export type Counter = { inc: (labels?: Labels, by?: number) => void };
export type Gauge = { set: (value: number, labels?: Labels) => void };

export type Metrics = {
  counter: (name: string, help: string) => Counter;
  gauge: (name: string, help: string) => Gauge;
  /** Runs `update` before every scrape: for values that are states and not events. */
  onScrape: (update: () => void) => void;
  /** The Prometheus text format, with the process's own memory and uptime. */
  text: () => string;
};

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

const labelText = (labels: Labels | undefined): string => {
  const pairs = Object.entries(labels ?? {}).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
};

export const createMetrics = (): Metrics => {
  const families = new Map<string, Family>();
  const updates: (() => void)[] = [];

  const family = (name: string, type: Family["type"], help: string): Family => {
    const existing = families.get(name);
    if (existing !== undefined) return existing;
    const created: Family = { type, help, values: new Map() };
    families.set(name, created);
    return created;
  };
  const memory = family("process_resident_memory_bytes", "gauge", "Resident memory of this process.");
  const uptime = family("process_uptime_seconds", "gauge", "Seconds since this process started.");

  return {
    counter: (name, help) => {
      const { values } = family(name, "counter", help);
      return {
        inc: (labels, by = 1) => {
          const key = labelText(labels);
          values.set(key, (values.get(key) ?? 0) + by);
        },
      };
    },
    gauge: (name, help) => {
      const { values } = family(name, "gauge", help);
      return { set: (value, labels) => void values.set(labelText(labels), value) };
    },
    onScrape: (update) => void updates.push(update),
    text: () => {
      for (const update of updates) update();
      memory.values.set("", process.memoryUsage.rss());
      uptime.values.set("", process.uptime());
      const lines: string[] = [];
      for (const [name, { type, help, values }] of families) {
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
        for (const [labels, value] of values) lines.push(`${name}${labels} ${value}`);
      }
      return `${lines.join("\n")}\n`;
    },
  };
};
