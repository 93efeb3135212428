/** TensorBoard loads this module into the tab's frame and calls `render`. */
import "./elements/app";
import { tokens } from "./styles";

export function render(): void {
  const sheet = tokens.styleSheet;
  if (sheet) document.adoptedStyleSheets.push(sheet);
  document.documentElement.lang = "en";
  document.title = "Picasso";
  document.body.replaceChildren(document.createElement("picasso-app"));
}
