/** Which key does what: one table for the keyboard and for the sheet that shows it. */

export type Command =
  | "previous-probe"
  | "next-probe"
  | "previous-row"
  | "next-row"
  | "previous-checkpoint"
  | "next-checkpoint"
  | "first-checkpoint"
  | "last-checkpoint"
  | "best-checkpoint"
  | "play"
  | "select"
  | "select-range"
  | "select-all"
  | "remove"
  | "gallery"
  | "time"
  | "runs"
  | "methods"
  | "classes"
  | "inspect-view"
  | "inspect"
  | "back"
  | "panel"
  | "search"
  | "bare"
  | "layer"
  | "lock"
  | "less-opacity"
  | "more-opacity"
  | "smoothing"
  | "masks"
  | "help";

export interface Key {
  /** As on the keyboard: what the sheet shows. */
  caps: readonly string[];
  /** `KeyboardEvent.key`, letters small. */
  key: string;
  /** Undefined where the key's character says it all, such as `?` on any keyboard. */
  shift?: boolean;
  /** Null for keys that a view sees to by itself. */
  command: Command | null;
}

export interface Row {
  words: string;
  keys: readonly Key[];
}

export interface Group {
  title: string;
  rows: readonly Row[];
}

export const SHEET: readonly Group[] = [
  {
    title: "Move",
    rows: [
      row("Previous, next probe", one("↑", "ArrowUp", "previous-probe"), one("↓", "ArrowDown", "next-probe")),
      row("A row of probes up, down", one("PgUp", "PageUp", "previous-row"), one("PgDn", "PageDown", "next-row")),
      row(
        "Previous, next checkpoint",
        one("←", "ArrowLeft", "previous-checkpoint"),
        one("→", "ArrowRight", "next-checkpoint"),
      ),
      row("First, last checkpoint", one("Home", "Home", "first-checkpoint"), one("End", "End", "last-checkpoint")),
      row("Best checkpoint", letter("B", "best-checkpoint")),
      row("Play through checkpoints", one("Space", " ", "play")),
    ],
  },
  {
    title: "Select",
    rows: [
      row("Add to the selection", letter("X", "select")),
      row("Select a range", { caps: ["Shift", "X"], key: "x", shift: true, command: "select-range" }),
      row("Select all shown", letter("A", "select-all")),
      row("Remove an added picture", one("Del", "Delete", "remove")),
      row("Search probes", sign("/", "search")),
    ],
  },
  {
    title: "Views",
    rows: [
      row("Gallery, Time, Runs", one("1", "1", "gallery"), one("2", "2", "time"), one("3", "3", "runs")),
      row(
        "Methods, Classes, Inspect",
        one("4", "4", "methods"),
        one("5", "5", "classes"),
        one("6", "6", "inspect-view"),
      ),
      row("Inspect the probe in focus", one("Enter", "Enter", "inspect")),
      row("Back, or clear the selection", one("Esc", "Escape", "back")),
      row("Show or hide the panel", letter("P", "panel")),
      row("This sheet", sign("?", "help")),
    ],
  },
  {
    title: "In Inspect",
    rows: [
      row("Move one position", { caps: ["Shift", "←"], key: "ArrowLeft", shift: true, command: null }),
      row("Zoom in, out, whole picture", own("+"), own("−", "-"), own("0")),
    ],
  },
  {
    title: "Maps",
    rows: [
      row("Hold for the bare picture", letter("V", "bare")),
      row("Over, map, picture", letter("L", "layer")),
      row("Lock the scale", letter("K", "lock")),
      row("Less, more opacity", sign("[", "less-opacity"), sign("]", "more-opacity")),
      row("Smoothing", letter("S", "smoothing")),
      row("Outlines of masks", letter("M", "masks")),
    ],
  },
];

function row(words: string, ...keys: Key[]): Row {
  return { words, keys };
}

function one(cap: string, key: string, command: Command): Key {
  return { caps: [cap], key, shift: false, command };
}

function letter(cap: string, command: Command): Key {
  return one(cap, cap.toLowerCase(), command);
}

function own(cap: string, key = cap): Key {
  return { caps: [cap], key, command: null };
}

/** A character that needs Shift or AltGr on some keyboards. */
function sign(cap: string, command: Command): Key {
  return { caps: [cap], key: cap, command };
}

const KEYS: readonly Key[] = SHEET.flatMap((group) => group.rows.flatMap((each) => each.keys));

export interface Press {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  /** Whether AltGr is held: Windows reports it as Ctrl and Alt. */
  graph: boolean;
}

export function commandOf(press: Press): Command | null {
  const known = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const bound = KEYS.find(
    ({ key, shift }) => key === known && (shift === undefined ? true : shift === press.shiftKey && !press.graph),
  );
  const chord = press.metaKey || (!press.graph && (press.ctrlKey || press.altKey));
  return bound && !chord ? bound.command : null;
}

/** What has the focus, as far as keys matter. */
export interface Focused {
  tag: string;
  type: string;
  editable: boolean;
}

const OWN_KEYS = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown", " "]);
const PRESSED = new Set(["Enter", " "]);

/** Whether the focused control has its own use for the key: text takes all, a slider its arrows, a button Enter. */
export function takes({ tag, type, editable }: Focused, key: string): boolean {
  if (editable || tag === "textarea" || tag === "select") return true;
  if (tag === "button" || tag === "summary" || tag === "a") return PRESSED.has(key);
  if (tag !== "input") return false;
  if (type === "range" || type === "radio") return OWN_KEYS.has(key);
  return type === "checkbox" || type === "button" || type === "file" ? PRESSED.has(key) : true;
}
