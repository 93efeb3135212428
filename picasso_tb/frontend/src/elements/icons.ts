import { svg, type SVGTemplateResult, html, type TemplateResult } from "lit";

function icon(paths: SVGTemplateResult): TemplateResult {
  return html`<svg viewBox="0 0 16 16" aria-hidden="true">${paths}</svg>`;
}

export const search = icon(svg`<circle cx="7" cy="7" r="4.5" /><path d="M10.5 10.5 14 14" />`);
export const previous = icon(svg`<path d="M10 3.5 5.5 8l4.5 4.5" />`);
export const next = icon(svg`<path d="M6 3.5 10.5 8 6 12.5" />`);
export const help = icon(
  svg`<circle cx="8" cy="8" r="6.2" /><path d="M6.2 6.4a1.9 1.9 0 1 1 2.6 1.8c-.6.2-.8.6-.8 1.1M8 11.4v.1" />`,
);
export const reset = icon(svg`<path d="M3.2 6.2A5.2 5.2 0 1 1 2.8 9M3 2.8v3.6h3.6" />`);
export const locked = icon(
  svg`<rect x="3.5" y="7" width="9" height="6.5" rx="1" /><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" />`,
);
export const unlocked = icon(
  svg`<rect x="3.5" y="7" width="9" height="6.5" rx="1" /><path d="M5.5 7V4.6a2.5 2.5 0 0 1 4.8-1" />`,
);
export const menu = icon(svg`<path d="M2.5 4h11M2.5 8h11M2.5 12h11" />`);
export const close = icon(svg`<path d="m3.5 3.5 9 9m0-9-9 9" />`);
export const add = icon(svg`<path d="M8 3v10M3 8h10" />`);
