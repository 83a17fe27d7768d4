import Box from "@mui/material/Box";
import { Panel } from "../../components/Panel.tsx";
import { StackTable } from "../../components/StackTable.tsx";
import type { Service } from "../../data/services.ts";
import { useText } from "../../messages/text.tsx";
import { attentionId } from "./attention.ts";
import { figureTexts } from "./figure-texts.ts";
import { StateMark } from "./StateMark.tsx";

type ServicesPanelProps = { services: readonly Service[]; isUnasked: boolean };

/** What the operator runs, as the app's own server was told by each. */
export const ServicesPanel = ({ services, isUnasked }: ServicesPanelProps) => {
  const { m, f } = useText();
  const t = m.network.services;
  const rowOf = (service: Service) => {
    const { name, status } = service;
    const isWell = status === "healthy";
    return {
      key: name,
      cells: {
        service: name,
        state: (
          <StateMark
            tone={isWell ? "well" : "bad"}
            {...(!isWell && { todo: { id: attentionId("service", name), what: name } })}
          >
            {t.states[status]}
          </StateMark>
        ),
        figures: figureTexts(service, t, f).join(" · "),
      },
    };
  };
  const columns = [
    { id: "service", label: t.service },
    { id: "state", label: t.state, align: "left" },
    { id: "figures", label: t.figures, align: "left" },
  ] as const;
  return (
    <Panel title={t.title} flush>
      {isUnasked && (
        <Box component="p" sx={{ m: 0, px: 2, pb: 1, color: "error.main", typography: "body2" }}>
          {t.unasked}
        </Box>
      )}
      <StackTable label={t.title} columns={columns} rows={services.map(rowOf)} />
    </Panel>
  );
};
