/**
 * TensorBoard around us. Another page may embed the tab, so every reach into the parent may be refused.
 *
 * TensorBoard outlives the tab: what listens to it ends with the `signal` given.
 */
import { CHOICE, type Choice } from "./logic/choice";
import { readHash, writeHash } from "./logic/hash";

const STORED = "picasso.link";
const STORED_RUNS = "picasso.runs";
const MOST_RUNS = 1000;
/** What was put into the address last. */
let written = "";

/** The choice of the address, else the display preferences kept from before. */
export function readLink(): Choice {
  const choice = readHash(parentHash() ?? "");
  if (choice) return choice;
  const kept = readHash(stored(STORED)) ?? CHOICE;
  if (parentHash() === null) return kept;
  return { ...CHOICE, display: kept.display, arrangement: kept.arrangement };
}

/** Puts the choice into the address without a new entry in the history. */
export function writeLink(choice: Choice): void {
  const hash = (written = writeHash(choice));
  store(STORED, hash);
  try {
    const { location, history } = window.parent;
    const isOurs = location.hash === "" || /^#picasso(&|$)/.test(location.hash);
    if (isOurs && location.hash !== hash) history.replaceState(history.state, "", hash);
  } catch {
    // A parent of another origin keeps its own address.
  }
}

/**
 * Calls `onLink` when the address changes from outside: with the choice of another link, null where it has none.
 * TensorBoard may tell late of what we put there ourselves: that is older than what was chosen since.
 */
export function watchLink(onLink: (choice: Choice | null) => void, signal: AbortSignal): void {
  const changed = ({ hash }: Location): void => {
    if (hash !== written) onLink(readHash(hash));
  };
  reach((parent) => parent.addEventListener("hashchange", () => changed(parent.location), { signal }));
}

/** Calls `onTheme` now and whenever TensorBoard changes between light and dark. */
export function watchTheme(onTheme: (dark: boolean) => void, signal: AbortSignal): void {
  onTheme(false);
  reach(({ document }) => {
    const tell = (): void => onTheme(document.body.classList.contains("dark-mode"));
    const observer = new MutationObserver(tell);
    observer.observe(document.body, { attributeFilter: ["class"] });
    signal.addEventListener("abort", () => observer.disconnect());
    tell();
  });
}

/** Keys come to the tab as soon as it is shown, unless something of TensorBoard's own is in use. */
export function takeKeys(): void {
  reach(({ document: host }) => {
    const { activeElement } = host;
    if (activeElement === null || activeElement === host.body) window.focus();
  });
}

/** Calls `onReload` when TensorBoard's reload button is pressed. */
export function watchReload(onReload: () => void, signal: AbortSignal): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = (event: MessageEvent<unknown>) => {
    const message = JSON.parse(String(event.data)) as { type: string; id: number };
    if (message.type !== "experimental.DataReloaded") return;
    port1.postMessage(JSON.stringify({ ...message, payload: null, error: null, isReply: true }));
    onReload();
  };
  signal.addEventListener("abort", () => port1.close());
  window.parent.postMessage("experimental.bootstrap", "*", [port2]);
}

/** Brings over the host's Roboto where it has loaded it: its address depends on the version and the prefix. */
export function borrowFonts(): void {
  reach(({ document: host }) => {
    const loaded = [...host.fonts].some((face) => face.family.includes("Roboto") && face.status === "loaded");
    if (!loaded) return;
    const rules = [...host.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
    const faces = rules.filter((rule) => rule.cssText.startsWith("@font-face") && rule.cssText.includes("Roboto"));
    const style = document.createElement("style");
    style.textContent = faces.map((rule) => rule.cssText).join("\n");
    document.head.append(style);
  });
}

function reach(use: (parent: Window) => void): void {
  try {
    if (window.parent !== window) use(window.parent);
  } catch {
    // Another origin: the tab then does without.
  }
}

function parentHash(): string | null {
  try {
    return window.parent.location.hash;
  } catch {
    return null;
  }
}

/** Runs in the order of an earlier visit, so that each keeps its colour. */
export function readRuns(): string[] {
  try {
    const names: unknown = JSON.parse(stored(STORED_RUNS) || "[]");
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}

export function writeRuns(names: readonly string[]): void {
  store(STORED_RUNS, JSON.stringify(names.slice(0, MOST_RUNS)));
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage may be switched off; then nothing is kept.
  }
}

function stored(key: string): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}
