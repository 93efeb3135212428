import { css } from "lit";

export const stripStyle = css`
  :host { display: block; position: relative; min-height: 0; overflow: auto; scrollbar-width: thin; }
  .sheet { position: relative; }
  .head { position: sticky; top: 0; z-index: 3; background: var(--bg); }
  .corner, .probe, .side { position: sticky; left: 0; z-index: 2; background: var(--bg); }
  .corner { width: var(--first); height: 100%; font-size: 12px; line-height: 16px; color: var(--text-2); z-index: 4; }
  .corner p { position: absolute; left: 0; right: 8px; }
  .corner .step { font-size: 13px; line-height: 18px; }
  .column { position: absolute; top: 0; bottom: 0; }
  .bar { position: absolute; left: 0; right: 0; background: var(--text-2); min-height: 1px; }
  .bar.low { background: var(--edge); opacity: 0.5; }
  .strength { position: absolute; right: 2px; font-size: 11px; line-height: 14px; color: var(--text-2); }
  .strength.inside { color: var(--bg); }
  .title { position: absolute; left: 0; right: 0; text-align: center; line-height: 18px; }
  .title button {
    border: 0; background: none; padding: 0 4px; font-weight: 500; max-width: 100%; overflow: hidden;
    text-overflow: ellipsis; white-space: nowrap; border-radius: 3px; vertical-align: top;
  }
  .title button:hover { background: var(--hover); }
  .title small {
    display: block; font-size: 11px; line-height: 14px; color: var(--text-2); min-height: 14px; white-space: nowrap;
    overflow: hidden; text-overflow: ellipsis;
  }
  .current .title button { box-shadow: inset 0 -2px var(--accent); border-radius: 0; }
  .compare { display: inline-flex; align-items: center; gap: 4px; font-size: 11px; line-height: 18px; color: var(--text-2); }
  .compare input { margin: 0; width: 13px; height: 13px; accent-color: var(--accent); }
  .dot { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 4px; }
  .ticks { position: absolute; top: 0; }
  .axis { position: absolute; left: 0; pointer-events: none; stroke: var(--edge); fill: none; overflow: visible; }
  .axis .now { fill: var(--accent); stroke: none; }
  .band { position: absolute; top: 0; bottom: 0; background: var(--band); pointer-events: none; }
  .onset { position: absolute; top: 0; bottom: 0; width: 2px; margin-left: -1px; background: var(--text); z-index: 1; }
  .flag {
    position: absolute; top: 0; z-index: 2; background: var(--text); color: var(--bg); font-size: 12px;
    line-height: 20px; padding: 0 8px; white-space: nowrap;
  }
  .rows { position: relative; }
  .row { position: absolute; left: 0; width: 100%; }
  .probe { width: var(--first); height: 100%; padding: 4px 8px 0 0; font-size: 12px; line-height: 17px; }
  .probe img { display: block; background: var(--sunken); }
  .probe div { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .small { image-rendering: pixelated; }
  .cell { position: absolute; top: 4px; width: var(--width); outline-offset: 1px; }
  .cell:hover .frame { outline: 1px solid var(--edge); outline-offset: 1px; }
  .cell.current .frame { outline: 2px solid var(--select); outline-offset: 1px; }
  .cell p { font-size: 12px; line-height: 18px; white-space: nowrap; display: flex; gap: 3px; height: 18px; overflow: hidden; }
  .cell p span:first-child { overflow: hidden; text-overflow: ellipsis; }
  .frame { display: block; width: 100%; background: var(--sunken); }
  .blank {
    display: grid; place-content: center; padding: 4px; overflow: auto; text-align: center; color: var(--text-2);
    font-size: 11px; line-height: 14px;
  }
  .blank.error {
    place-content: start; text-align: left; overflow-wrap: anywhere; color: var(--text); background: var(--bad-bg);
    border-left: 3px solid var(--bad);
  }
  .pinned { margin-left: calc(var(--columns) + 24px); flex: none; display: flex; gap: 24px; padding: 4px 24px 0 12px; background: var(--bg); }
  .sticks .pinned { position: sticky; right: 0; z-index: 2; border-left: 1px solid var(--line); }
  .pinned .seen { width: var(--width); flex: none; }
  .pinned .said { width: var(--words); flex: none; }
  .row .said { padding-bottom: 12px; }
  .below .pinned { padding-right: 0; }
  .below .row .said { position: absolute; left: var(--first); bottom: 0; background: var(--bg); }
  .below .head .said { display: none; }
  .row, .head .line { display: flex; }
  .pinned .title { position: static; display: flex; align-items: center; text-align: left; height: 20px; }
  .title b { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .pinned .title button.icon { padding: 0; flex: none; height: 20px; }
  .title b { font-weight: 500; }
  .chart {
    position: sticky; bottom: 0; z-index: 3; display: flex; background: var(--bg); border-top: 1px solid var(--line);
    padding: 4px 0;
  }
  .side { flex: none; width: var(--first); font-size: 12px; line-height: 16px; overflow: hidden; }
  .side span {
    position: absolute; right: 6px; font-size: 11px; line-height: 14px; color: var(--text-2);
    transform: translateY(-50%);
  }
  picasso-line-chart { position: sticky; left: var(--first); flex: none; }
  .tip {
    position: fixed; z-index: 9; pointer-events: none; background: var(--surface); border: 1px solid var(--line);
    box-shadow: var(--shadow); border-radius: 3px; padding: 8px 10px; font-size: 12px; line-height: 17px; max-width: 280px;
  }
  .tip dl { display: grid; grid-template-columns: auto auto; gap: 0 12px; }
  .tip dt { color: var(--text-2); }
  .tip dd { text-align: right; }
`;
