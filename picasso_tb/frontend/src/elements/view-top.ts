/** What every view with columns says above its maps: notices, emptiness, progress and fallbacks. */
import { html, type TemplateResult } from "lit";
import type { State } from "../logic/state";
import { emptiness } from "./emptiness";
import "./empty-page";
import "./job-bar";
import "./notes";

export function viewTop(state: State): TemplateResult {
  const empty = emptiness(state);
  if (empty) {
    return html`<picasso-empty-page
      .heading=${empty.heading}
      .text=${empty.text}
      .teaches=${empty.teaches}
      .takesPictures=${empty.takesPictures}
      .state=${state}
    ></picasso-empty-page>`;
  }
  return html`<picasso-job-bar .state=${state}></picasso-job-bar><picasso-notes .state=${state}></picasso-notes>`;
}
