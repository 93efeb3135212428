import { css } from "lit";

export const tileStyle = css`
  :host { display: block; position: relative; cursor: pointer; outline-offset: 4px; }
  :host([aria-selected="true"]) .pair { max-width: calc((70vh - 60px) * 2); }
  .pair {
    display: grid; gap: 0 2px; align-items: start;
    grid-template-columns: repeat(calc(var(--maps) + 1), minmax(0, 1fr));
  }
  .pair.map { grid-template-columns: repeat(var(--maps), minmax(0, 1fr)); }
  .pair.picture { grid-template-columns: minmax(0, 1fr); }
  .frame { display: block; width: 100%; aspect-ratio: var(--ratio); background: var(--sunken); }
  .small { image-rendering: pixelated; }
  :host(:hover) .frame { outline: 1px solid var(--edge); outline-offset: 1px; }
  .blank {
    aspect-ratio: var(--ratio); display: grid; place-content: center; padding: 8px; overflow: auto;
    background: var(--sunken); color: var(--text-2); font-size: 12px; line-height: 16px; text-align: center;
  }
  .blank.error {
    place-content: start; text-align: left; overflow-wrap: anywhere; color: var(--text);
    background: var(--bad-bg); border-left: 3px solid var(--bad);
  }
  .bar { grid-column: 1 / -1; height: 3px; margin-top: 4px; background: var(--line); }
  .bar i { display: block; height: 3px; background: var(--text-2); }
  .bar.wrong i { background: var(--bad); }
  .caption { min-width: 0; margin-top: 5px; line-height: 17px; font-size: 12px; }
  .caption > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .caption > .class { font-size: 13px; min-height: 17px; }
  .class { display: flex; gap: 4px; }
  .cut, .caption.side div { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
  .caption.side { padding-left: 2px; color: var(--text-2); }
  .mark { border: 1px solid var(--line); border-radius: 3px; padding: 0 3px; font-size: 11px; }
  :host([aria-busy="true"]) :is(.bar, picasso-map-canvas) { opacity: 0.3; transition: opacity 0s 0.2s; }
  :host([aria-busy="true"]) .caption * { color: var(--text-3); transition: color 0s 0.2s; }
`;
