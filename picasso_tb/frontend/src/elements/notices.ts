/** Above every view: what went wrong last, and why nothing can be computed. */
import { html, type TemplateResult } from "lit";
import type { State } from "../logic/state";
import { act } from "./act";
import { close } from "./icons";

export function notices(host: EventTarget, { server, notice, catalogue }: State): TemplateResult {
  const compute = catalogue?.compute;
  const dismiss = (): void => act(host, { type: "notice", notice: null });
  const silent = html`<div class="note error down" role="alert">
    <b>TensorBoard does not answer.</b> Trying again every 3 s; what is shown stays.
  </div>`;
  const error = html`<div class="note error down notice" role="alert">
    <span class="grow">${notice}</span>
    <button class="icon" aria-label="Dismiss" @click=${dismiss}>${close}</button>
  </div>`;
  const viewing = html`<div class="note down" role="status">
    <b>Viewing maps already computed.</b>
    <p>${compute?.reason}</p>
  </div>`;
  return html`${server === "down" ? silent : null} ${notice ? error : null}
  ${compute && !compute.available ? viewing : null}`;
}
