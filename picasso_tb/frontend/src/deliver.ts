/** Out of the page: files to the downloads, texts to the clipboard. */
import type { Choice } from "./logic/choice";
import { writeHash } from "./logic/hash";

export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** False where the browser keeps the clipboard to itself, as over plain http from another machine. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The old way still works without https. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  const focused = document.activeElement;
  area.select();
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way without https
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}

/** The address of the page around us, with this choice. */
export function linkTo(choice: Choice): string {
  const hash = writeHash(choice);
  try {
    return window.parent.location.href.replace(/#.*$/, "") + hash;
  } catch {
    return location.href.replace(/#.*$/, "") + hash; // the parent is of another origin
  }
}
