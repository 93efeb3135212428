/** Keys of the large map, beside those of every view: Shift and arrows move the place, plus, minus and 0 zoom. */
import { takes } from "../logic/keys";

export type StageKey =
  { kind: "move"; down: number; right: number } | { kind: "zoom"; direction: 1 | -1 } | { kind: "whole" };

const MOVES: Record<string, readonly [down: number, right: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export function stageKey(event: KeyboardEvent): StageKey | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  const focused = event.composedPath()[0];
  if (focused instanceof HTMLElement) {
    const { tagName, isContentEditable } = focused;
    const type = focused instanceof HTMLInputElement ? focused.type : "";
    if (takes({ tag: tagName.toLowerCase(), type, editable: isContentEditable }, event.key)) return null;
  }
  const move = event.shiftKey ? MOVES[event.key] : undefined;
  if (move) return { kind: "move", down: move[0], right: move[1] };
  if (event.key === "+" || event.key === "=") return { kind: "zoom", direction: 1 };
  if (event.key === "-") return { kind: "zoom", direction: -1 };
  return event.key === "0" ? { kind: "whole" } : null;
}
