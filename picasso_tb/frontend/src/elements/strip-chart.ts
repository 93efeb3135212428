/** Under a strip: how the class probabilities of the focused probe go, each point in its column. */
import { html, type TemplateResult } from "lit";
import type { Sheet, Sight } from "../logic/sheet";
import { LineChartElement, type Line } from "./line-chart";

interface ChartProps {
  sheet: Sheet;
  sight: Sight;
  lines: readonly Line[];
  /** Name of the probe. */
  name: string;
  /** Place of the current column. */
  current: number;
  dark: boolean;
  /** What goes through all rows, and so through the chart. */
  marks: TemplateResult;
}

export function stripChart({ sheet, sight, lines, name, current, dark, marks }: ChartProps): TemplateResult {
  const { layout, first, total } = sheet;
  return html`<div class="chart" style="width:max(100%,${total}px)">
    ${marks}
    <div class="side" style="--first:${first}px">
      <div>${name}</div>
      <div>Class probability</div>
      ${LineChartElement.ticks.map(({ words, top }) => html`<span style="top:${top}px">${words}</span>`)}
    </div>
    <picasso-line-chart
      style="left:${first}px;width:${sight.width}px"
      .lines=${lines}
      .places=${layout.lefts.map((left) => left + layout.width / 2)}
      .end=${layout.total}
      .from=${sight.left}
      .span=${sight.width}
      .current=${current}
      .dark=${dark}
      .words=${`Class probabilities of ${name}: ${lines.map((line) => line.name).join(", ")}`}
    ></picasso-line-chart>
  </div>`;
}
