import type { Messages } from "../text.tsx";
import { vaultActivity } from "./vault-activity.ts";
import { vaultHistory } from "./vault-history.ts";
import { vaultLimits } from "./vault-limits.ts";

export const vault: Messages["vault"] = {
  list: {
    title: "Vaults",
    lead: "Sie handeln nach Volatilitätsprognosen, die die Chain selbst berechnet hat.",
    empty:
      "Noch kein Vault. Jeder erscheint hier mit seinem Wert und Bestand, sobald der Indexer seinen ersten Block gelesen hat.",
    columns: {
      vault: "Vault",
      navPerShare: "NAV je Anteil",
      past: "Letzte Monate",
      volatility: "Volatilität gehalten / Ziel",
      assets: "Vermögen",
      forecast: "Prognose",
      weight: "Gewicht",
    },
    spark: (days, from, to) => `NAV je Anteil über ${days} Tage, von ${from} auf ${to}`,
    noSpark: "noch keine Vergangenheit",
    tooShort: (candles) => `Die gehaltene Volatilität ist nach ${candles} Kerzen bekannt.`,
    heldOver: (candles) => `Des NAV je Anteil über die letzten ${candles} Kerzen, pro Jahr.`,
  },
  states: { live: "aktiv", halted: "angehalten", paused: "Einzahlungen pausiert", empty: "noch keine Einzahlung" },
  unknown: (address) => `Kein Vault hat die Adresse ${address}.`,
  unindexed: "Der Indexer hat den Block dieses Vaults noch nicht erreicht; die Seite füllt sich von selbst.",
  first:
    "Noch hat niemand eingezahlt. Mit der ersten Einzahlung bekommt der Vault einen Wert und handelt ab der nächsten Schlusszeit.",
  halted: {
    notice:
      "{market} wurde {since} angehalten: {reason}. Der letzte Preis kam {time}. Einzahlen, Auszahlen und Handeln warten; einen Ausstieg anmelden und in Sachwerten aussteigen geht weiter, und alles läuft von selbst wieder an, sobald sich die Quellen einig sind.",
    reasons: {
      TooFewSources: "zu wenige Preisquellen sind frisch",
      Disagreement: "seine Preisquellen widersprechen sich",
    },
    unknownReason: (code) => `die Chain sagt ${code}`,
  },
  paused:
    "Der Wächter hat Einzahlungen pausiert; die Pause endet {time} von selbst. Aussteigen geht auf jede Weise, und gehandelt wird weiter.",
  title: {
    perShare: (symbol) => `${symbol} je Anteil`,
    exact: (value, symbol) => `${value} ${symbol} je Anteil`,
    sinceStart: "seit Beginn",
    alone: (symbol) => `${symbol} allein`,
    assets: "Vermögen",
    contract: "Vertrag",
  },
  now: {
    title: "Jetzt",
    forecast: "Prognose der Volatilität",
    held: "Gehaltene Volatilität",
    aim: (target) => `Ziel ${target}`,
    target: (symbol) => `Ziel für ${symbol}`,
    weight: (symbol) => `Hält ${symbol}`,
    amount: (symbol) => `${symbol} im Vault`,
    cash: "Bargeld",
    price: (symbol) => `Preis von ${symbol}`,
    priceFrom: "Preisstand",
    close: "Nächster Schluss",
    noneYet: "noch keine",
    aYear: (percent) => `${percent}/Jahr`,
    days: (days, clock) => `${days} T ${clock}`,
    closeIn: (clock) => `in ${clock}`,
    due: "mit der nächsten Sitzung fällig",
    closeAt: (time) =>
      `Nicht vor ${time}, in der Zeit der Chain. Kerzen folgen dem Kalender des Marktes; an Tagen ohne Sitzung schließt keine.`,
  },
  fees: {
    title: "Gebühren und Ausstiege",
    hold: "Fürs Halten",
    gain: "Von Gewinnen über der Marke",
    mark: "Höchststand",
    markMeans: "Der höchste Wert, den ein Anteil je hatte, nach Gebühren.",
    enter: "Beim Einstieg",
    leave: "Beim Ausstieg in Geld",
    spreadMeans: "Bleibt im Vault, für die anderen Anteilseigner.",
    charged: "Gebühren bisher, heute wert",
    waiting: "Warten auf Auszahlung",
    queue: "Als Nächste dran",
    nobody: "Niemand wartet. Ein angemeldeter Ausstieg wird zum ersten Preis danach bezahlt.",
    inQueue: "{number} · {shares} Anteile · {owner} · {time}",
  },
  trust: {
    title: "Wer was ändern darf",
    atOnce: "sofort",
    after: (delay) => `nach ${delay} öffentlich`,
    roles: {
      curator: { name: "Kurator", may: "darf Grenzen, Obergrenzen und Gebühren senken" },
      loosener: { name: "Lockerer", may: "darf sie anheben, in den Schranken jedes Mandats" },
      guardian: {
        name: "Wächter",
        may: "darf Einzahlungen eine Woche stoppen und Wartendes streichen; nie Ausstiege",
      },
      governor: { name: "Governor", may: "darf Modelle und Preisunterzeichner wählen, Rollen vergeben" },
    },
    nobody: "hat niemand",
    note: "Was eine Frist hat, wartet erst öffentlich: So lange kannst du gehen, bevor es gilt. Niemand kann Vermögen aus dem Vault nehmen, Ausstiege in Sachwerten stoppen oder den Code ändern. Ein Keeper, der mit ihm handelt, kann nichts, was nicht jeder kann.",
    unread: "Der Knoten der Chain sagt nicht, wer die Rollen hat.",
  },
  unread: "Das Mandat ließ sich nicht von der Chain lesen.",
  history: vaultHistory,
  limits: vaultLimits,
  activity: vaultActivity,
};
