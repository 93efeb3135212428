/** What to say, and to offer, where search and filters leave no probe. */
import { html, type TemplateResult } from "lit";
import type { State } from "../logic/state";
import { act } from "./act";

export function nothingLeft(host: EventTarget, state: State): TemplateResult {
  return html`<p class="quiet">${why(state)} ${showAll(host, state)}</p>`;
}

/** Ends search and filters; in a grid with columns the selection too, as that leaves the others out. */
export function showAll(host: EventTarget, state: State): TemplateResult {
  const selected = state.choice.columns === "none" ? state.choice.selected : [];
  const choice = { filter: "all", label: null, search: "", selected } as const;
  return html`<button class="button" @click=${() => act(host, { type: "choose", choice })}>Show all probes</button>`;
}

function why({ choice }: State): string {
  if (choice.search.trim()) return `No probe matches "${choice.search.trim()}".`;
  if (choice.label !== null) return "No probe with this label is left.";
  switch (choice.filter) {
    case "wrong":
      return "Every labelled probe is predicted right here.";
    case "confident-wrong":
      return "No labelled probe is predicted wrong with confidence here.";
    case "no-effect":
      return "Every map here shows an effect.";
    case "uploaded":
      return "No picture was added yet: drop one anywhere, or paste it.";
    case "all":
      return "There are no probes here.";
  }
}
