import { css } from "lit";

export const tileStyle = css`
  :host {
    display: block; position: relative; cursor: pointer; outline-offset: 6px; user-select: none;
    scroll-margin: 12px 0 84px;
  }
  :host([aria-selected="true"])::before {
    content: ""; position: absolute; inset: -4px -4px 0; border: 2px solid var(--select); pointer-events: none;
  }
  .tick {
    position: absolute; left: 5px; top: 5px; width: 18px; height: 18px; border: 1.5px solid #fff; border-radius: 2px;
    background: rgba(0, 0, 0, 0.55); opacity: 0;
  }
  :host(:is(:hover, :focus-visible, [aria-selected="true"])) .tick { opacity: 1; }
  :host([aria-selected="true"]) .tick {
    background: var(--accent) center / 14px no-repeat
      url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='%23fff' stroke-width='2.4'%3E%3Cpath d='m2.5 8.5 3.5 3.5 7.5-8'/%3E%3C/svg%3E");
  }
  @media (hover: none) { .tick { opacity: 1; } }
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
  .caption.room { min-height: 46px; }
  .mark { border: 1px solid var(--line); border-radius: 3px; padding: 0 3px; font-size: 11px; }
  :host([aria-busy="true"]) :is(.bar, picasso-map-canvas) { opacity: 0.3; transition: opacity 0s 0.2s; }
  :host([aria-busy="true"]) .caption * { color: var(--text-3); transition: color 0s 0.2s; }
`;
