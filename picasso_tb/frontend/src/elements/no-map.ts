/** What stands where a visualization draws no map: its exhibits and its page, else the most probable classes. */
import { html, type TemplateResult } from "lit";
import type { MapInfo, ModelInfo } from "../api-types";
import type { Loader } from "../loader";
import "./exhibits";
import "./prediction-bars";

interface NoMap {
  info: MapInfo;
  model: ModelInfo | null;
  label: number | null;
  loader: Loader;
  /** Where there is little room the classes say more than a chart of them. */
  small?: boolean;
  style?: string;
}

export function noMap({ info, model, label, loader, small = false, style = "" }: NoMap): TemplateResult {
  const isClasses = small && info.quantity === "class probability" && !info.page;
  if ((info.exhibits || info.page) && !isClasses) {
    return html`<picasso-exhibits
      style="overflow:auto;${style}"
      .loader=${loader}
      .info=${info}
      .model=${model}
    ></picasso-exhibits>`;
  }
  return html`<picasso-prediction-bars
    style=${style}
    .predictions=${info.predictions}
    .model=${model}
    .label=${label}
  ></picasso-prediction-bars>`;
}
