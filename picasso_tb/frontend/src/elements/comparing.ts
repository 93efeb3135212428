import { html, type ReactiveControllerHost, type TemplateResult } from "lit";
import type { Choice } from "../logic/choice";
import { comparedColumns } from "../logic/columns";
import type { State } from "../logic/state";
import { act } from "./act";
import { segments } from "./controls";
import { close } from "./icons";
import type { StripColumn } from "./strip-head";
import type { Pinned } from "./strip-row";

/** Two columns of a strip side by side: ticked one after the other, and taken apart again. */
export class Comparing {
  /** Name of the one column ticked so far. */
  private ticked: string | null = null;

  constructor(private readonly host: ReactiveControllerHost & EventTarget) {}

  /** Names of the two columns compared, or of the one ticked so far. */
  names(state: State): readonly string[] {
    const pair = comparedColumns(state)?.map((column) => column.name);
    return pair ?? (this.ticked === null ? [] : [this.ticked]);
  }

  /** Two ticked are compared, the later minus the earlier; a third takes the place of the first. */
  tick(state: State, columns: readonly StripColumn[], index: number): void {
    const name = columns[index]?.column.name;
    if (name === undefined) return;
    const before = this.names(state);
    const names = before.includes(name) ? before.filter((one) => one !== name) : [...before.slice(-1), name];
    const order = columns.map(({ column }) => column.name);
    const [earlier, later] = names.sort((one, other) => order.indexOf(one) - order.indexOf(other));
    const both = earlier !== undefined && later !== undefined;
    this.ticked = both ? null : (earlier ?? null);
    this.host.requestUpdate();
    this.pick({ comparison: both ? [later, earlier] : null });
  }

  pinned(state: State, columns: readonly StripColumn[]): Pinned | null {
    const pair = comparedColumns(state);
    if (!pair) return null;
    const [one, other] = pair.map((column) => columns.find((each) => each.column.name === column.name));
    if (!one || !other) return null;
    const { swipe } = state.choice;
    const head = this.head(`${one.column.title} − ${other.column.title}`, swipe !== null);
    return { one, other, swipe, swiped: (moved) => this.pick({ swipe: moved }), head };
  }

  private head(title: string, swipes: boolean): TemplateResult {
    const mode = segments({
      label: "Comparison",
      options: [
        { value: false, label: "Diff" },
        { value: true, label: "Swipe" },
      ],
      value: swipes,
      choose: (swiping) => this.pick({ swipe: swiping ? 0.5 : null }),
    });
    const end = (): void => this.pick({ comparison: null });
    return html`<div class="seen">
      <div class="title">
        <b title=${title}>${title}</b>
        <button class="icon" aria-label="End the comparison" @click=${end}>${close}</button>
      </div>
      ${mode}
    </div>`;
  }

  private pick(choice: Partial<Choice>): void {
    act(this.host, { type: "choose", choice });
  }
}
