/** The element of each view. */
import { html, type TemplateResult } from "lit";
import type { Loader } from "../loader";
import type { Scale } from "../logic/scale";
import type { State } from "../logic/state";
import "./gallery-view";
import "./inspect-view";
import "./runs-view";
import "./strip-view";

export interface ViewProps {
  state: State;
  scale: Scale | null;
  loader: Loader;
  dark: boolean;
}

export function viewOf({ state, scale, loader, dark }: ViewProps): TemplateResult {
  const { view, columns } = state.choice;
  if (view === "inspect") {
    return html`<picasso-inspect-view
      class="view"
      .state=${state}
      .scale=${scale}
      .loader=${loader}
      .dark=${dark}
    ></picasso-inspect-view>`;
  }
  switch (columns) {
    case "none":
      return html`<picasso-gallery-view
        class="view"
        .state=${state}
        .scale=${scale}
        .loader=${loader}
        .dark=${dark}
      ></picasso-gallery-view>`;
    case "runs":
      return html`<picasso-runs-view
        class="view"
        .state=${state}
        .scale=${scale}
        .loader=${loader}
        .dark=${dark}
      ></picasso-runs-view>`;
    default:
      return html`<picasso-strip-view
        class="view"
        .state=${state}
        .scale=${scale}
        .loader=${loader}
        .dark=${dark}
      ></picasso-strip-view>`;
  }
}
