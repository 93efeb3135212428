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
export const swap = icon(svg`<path d="M2.5 5.5h11L10.5 2.5M13.5 10.5h-11l3 3" />`);
export const pencil = icon(svg`<path d="m3 13 .7-3L10.5 3.2a1.4 1.4 0 0 1 2.1 0 1.4 1.4 0 0 1 0 2.1L5.8 12.2z" />`);
export const download = icon(svg`<path d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13h10" />`);
export const link = icon(
  svg`<path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 1 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9a2.6 2.6 0 1 0 3.7 3.7l.9-.9" />`,
);
export const code = icon(svg`<path d="M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5" />`);
