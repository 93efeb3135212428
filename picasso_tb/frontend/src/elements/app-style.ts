import { css, unsafeCSS } from "lit";

/** Where the panel becomes a drawer. */
export const NARROW = "(max-width: 960px)";

export const appStyle = css`
  :host { display: grid; grid-template-columns: 288px minmax(0, 1fr); height: 100vh; background: var(--bg); }
  picasso-panel { border-right: 1px solid var(--line); }
  main { display: flex; flex-direction: column; min-width: 0; min-height: 0; }
  .top {
    min-height: 48px; flex: none; display: flex; align-items: center; gap: 12px; padding: 0 24px;
    background: var(--surface); border-bottom: 1px solid var(--line);
  }
  .open, .scrim { display: none; }
  .down { padding: 8px 24px; flex: none; }
  .notice { display: flex; align-items: center; gap: 12px; }
  .view { flex: 1; min-height: 0; }
  :host([bare]) { grid-template-columns: minmax(0, 1fr); }
  :host([bare]) picasso-panel { display: none; }
  :host([bare]) .open { display: inline-grid; }
  @media ${unsafeCSS(NARROW)} {
    :host { grid-template-columns: minmax(0, 1fr); }
    picasso-panel {
      position: fixed; inset: 0 auto 0 0; width: 288px; z-index: 10; box-shadow: var(--shadow); display: none;
    }
    picasso-panel.opened { display: block; }
    .open { display: inline-grid; }
    .scrim { display: block; position: fixed; inset: 0; z-index: 9; background: rgba(0, 0, 0, 0.42); }
    .top { padding: 0 12px 6px; gap: 0 8px; flex-wrap: wrap; }
    picasso-legend { order: 1; }
  }
  /* Between the drawer and a wide window the legend has a row of its own, too. */
  @media (min-width: 961px) and (max-width: 1340px) {
    .top { flex-wrap: wrap; gap: 0 12px; padding-bottom: 6px; }
    picasso-legend { order: 1; width: 100%; justify-content: end; }
  }
`;
