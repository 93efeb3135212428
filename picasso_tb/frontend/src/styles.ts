/** Tokens, and what all elements share. */
import { css } from "lit";

/** On the document: custom properties reach into every shadow root. */
export const tokens = css`
  :root {
    --bg: #f5f6f7; --surface: #fff; --sunken: #eff0f1; --line: #e2e3e4; --edge: #7b8187;
    --text: #212121; --text-2: #5a5f64; --text-3: #666b70;
    --accent: #f57c00; --hover: rgba(0, 0, 0, 0.045); --band: rgba(0, 0, 0, 0.06);
    --bad: #b3261e; --bad-bg: #fdf1f0; --warn-bg: #fff6e6; --select: #212121; --focus: #0b57d0;
    --ground: #808080; --shadow: 0 2px 10px rgba(0, 0, 0, 0.18);
    color-scheme: light;
  }
  :root[data-theme="dark"] {
    --bg: #262626; --surface: #303030; --sunken: #2a2a2a; --line: #454545; --edge: #8b8b8b;
    --text: #e9e9e9; --text-2: #bdbdbd; --text-3: #a9a9a9;
    --accent: #ef6c00; --hover: rgba(255, 255, 255, 0.055); --band: rgba(255, 255, 255, 0.07);
    --bad: #ff9c92; --bad-bg: #3a2a29; --warn-bg: #3a3325; --select: #fff; --focus: #8ab4f8;
    --shadow: 0 2px 12px rgba(0, 0, 0, 0.6);
    color-scheme: dark;
  }
  html, body { margin: 0; height: 100%; background: var(--bg); }
`;

export const base = css`
  * { box-sizing: border-box; }
  :host {
    color: var(--text);
    font: 400 13px/18px Roboto, "Helvetica Neue", Arial, sans-serif;
    font-variant-numeric: tabular-nums;
  }
  :host([hidden]), [hidden] { display: none !important; }
  button, input, select { font: inherit; color: inherit; }
  button:not(:disabled), select:not(:disabled), label:has(input:not(:disabled)) { cursor: pointer; }
  h2, h3, p, dl, dd, ul { margin: 0; padding: 0; }
  :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
  .grow { flex: 1; min-width: 0; }
  .quiet { color: var(--text-2); }
  .small { font-size: 12px; line-height: 16px; }
  .bad { color: var(--bad); }
  .unseen {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }
  svg {
    width: 16px; height: 16px; flex: none;
    fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round;
  }
  .icon {
    width: 24px; height: 24px; padding: 0; border: 0; border-radius: 3px; background: none; color: var(--text-2);
    display: inline-grid; place-items: center; flex: none;
  }
  .icon:hover:not(:disabled) { background: var(--hover); }
  .icon:disabled { opacity: 0.35; }
  .icon[aria-pressed="true"], .icon[aria-expanded="true"] { background: var(--band); color: var(--text); }
  .button {
    height: 28px; padding: 0 12px; border: 1px solid var(--line); border-radius: 3px; background: var(--surface);
    display: inline-flex; align-items: center; gap: 6px; white-space: nowrap;
  }
  .button:hover { background: linear-gradient(var(--hover), var(--hover)), var(--surface); }
  .button.main { background: var(--text); border-color: var(--text); color: var(--surface); }
  .note {
    border-left: 3px solid var(--accent); background: var(--warn-bg); padding: 8px 12px;
    max-height: 240px; overflow: auto; overflow-wrap: anywhere;
  }
  .note.error { border-color: var(--bad); background: var(--bad-bg); }
  .note b { font-weight: 500; }
  .code {
    margin: 0; padding: 10px 12px; overflow: auto; background: var(--sunken); border: 1px solid var(--line);
    font: 12px/19px "Roboto Mono", ui-monospace, Menlo, monospace; white-space: pre;
  }
`;

/** Radio buttons of a list, with the accent for the current choice. */
export const radio = css`
  input[type="radio"] {
    appearance: none; width: 14px; height: 14px; margin: 0 1px; flex: none;
    border: 1.5px solid var(--edge); border-radius: 50%; background: var(--surface);
  }
  input[type="radio"]:checked {
    border-color: var(--accent); box-shadow: inset 0 0 0 2px var(--surface); background: var(--accent);
  }
`;

/** Check boxes, with the accent for what is ticked. */
export const checkbox = css`
  input[type="checkbox"]:not(.switch) {
    appearance: none; width: 16px; height: 16px; margin: 0; flex: none; border: 1.5px solid var(--edge);
    border-radius: 2px; background: var(--surface);
  }
  input[type="checkbox"]:not(.switch):is(:checked, :indeterminate) {
    border-color: var(--accent); background: var(--accent) center / 12px no-repeat;
  }
  input[type="checkbox"]:not(.switch):checked {
    background-image: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='%23fff' stroke-width='2.4'%3E%3Cpath d='m2.5 8.5 3.5 3.5 7.5-8'/%3E%3C/svg%3E");
  }
  input[type="checkbox"]:not(.switch):indeterminate {
    background-image: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='%23fff' stroke-width='2.4'%3E%3Cpath d='M3 8h10'/%3E%3C/svg%3E");
  }
`;

/** A section of the panel: a heading with its actions, then the content. */
export const section = css`
  .head { display: flex; align-items: center; height: 24px; margin-bottom: 4px; gap: 4px; }
  h2 { font: inherit; font-weight: 500; }
  :host { display: block; border-bottom: 1px solid var(--line); padding: 10px 16px 12px; }
`;

/** A label, a control and perhaps a number. */
export const field = css`
  .field {
    display: grid; grid-template-columns: 92px minmax(0, 1fr) 64px; align-items: center; gap: 0 10px;
    min-height: 32px;
  }
  .field > .label { color: var(--text-2); }
  .field > .wide { grid-column: 2 / 4; }
  .changed > .label::after {
    content: ""; display: inline-block; width: 5px; height: 5px; border-radius: 50%; background: var(--text-2);
    margin-left: 6px; vertical-align: 2px;
  }
  .message {
    grid-column: 1 / 4; color: var(--bad); font-size: 12px; line-height: 16px; padding-bottom: 6px;
    max-height: 160px; overflow: auto; overflow-wrap: anywhere;
  }
  .help {
    grid-column: 1 / 4; font-size: 12px; line-height: 16px; color: var(--text-2);
    border-left: 2px solid var(--line); padding-left: 8px; margin: 0 0 6px;
  }
  select, input[type="text"] {
    width: 100%; height: 24px; border: 1px solid var(--line); border-radius: 3px; background: var(--surface);
    padding: 0 4px; text-overflow: ellipsis;
  }
  select {
    appearance: none; padding-right: 22px;
    background: var(--surface) right 5px center / 14px no-repeat
      url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='%23808080' stroke-width='2'%3E%3Cpath d='m3.5 6 4.5 4.5L12.5 6'/%3E%3C/svg%3E");
  }
  select:disabled, input:disabled { opacity: 0.6; }
  .segments {
    display: flex; height: 24px; border: 1px solid var(--line); border-radius: 3px; background: var(--surface);
    margin: 0; padding: 0; min-width: 0;
  }
  .segments label {
    flex: 1 1 auto; display: grid; place-items: center; padding: 0 8px; position: relative;
    color: var(--text-2); font-size: 12px; white-space: nowrap; border-left: 1px solid var(--line);
  }
  .segments label:first-of-type { border-left: 0; }
  .segments:has(:disabled) { opacity: 0.6; }
  .segments label:hover:has(input:not(:disabled)) { background: var(--hover); }
  .segments label:has(:checked) { background: var(--band); color: var(--text); font-weight: 500; }
  .segments label:has(:focus-visible) { outline: 2px solid var(--focus); outline-offset: 1px; z-index: 1; }
  .segments input { position: absolute; inset: 0; opacity: 0; margin: 0; cursor: inherit; }
  .switch {
    appearance: none; width: 28px; height: 14px; margin: 0; border-radius: 7px; position: relative;
    background: var(--line); border: 1px solid var(--edge);
  }
  .switch::after {
    content: ""; position: absolute; width: 10px; height: 10px; border-radius: 50%; left: 1px; top: 1px;
    background: var(--edge);
  }
  .switch:checked { background: var(--accent); border-color: var(--accent); }
  .switch:checked::after { left: 15px; background: #fff; }
`;
