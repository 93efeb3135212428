/** Small controls as templates: real inputs, so that keys, names and states come from the browser. */
import { html, nothing, type TemplateResult } from "lit";

export interface Option<T> {
  value: T;
  label: string;
  /** More words, for who rests on it. */
  title?: string;
}

interface Choosing<T> {
  label: string;
  options: readonly Option<T>[];
  value: T;
  disabled?: boolean;
  choose: (value: T) => void;
}

/** All options side by side, as radio buttons. */
export function segments<T>({ label, options, value, disabled = false, choose }: Choosing<T>): TemplateResult {
  return html`<fieldset class="segments wide" role="radiogroup" aria-label=${label}>
    ${options.map(
      (option) => html`<label title=${option.title ?? nothing}
        ><input
          type="radio"
          name=${label}
          .checked=${option.value === value}
          ?disabled=${disabled}
          @change=${() => choose(option.value)}
        />${option.label}</label
      >`,
    )}
  </fieldset>`;
}

/** A drop-down list; it stays blank for a value that is none of the options, such as a link may bring. */
export function dropdown<T>({ label, options, value, disabled = false, choose }: Choosing<T>): TemplateResult {
  const chosen = (event: Event): void => {
    const option = options[(event.target as HTMLSelectElement).selectedIndex];
    if (option) choose(option.value);
  };
  return html`<select class="wide" aria-label=${label} ?disabled=${disabled} @change=${chosen}>
    ${options.map((option) => html`<option .selected=${option.value === value}>${option.label}</option>`)}
    ${options.some((option) => option.value === value) ? null : html`<option selected disabled hidden></option>`}
  </select>`;
}

/** Few short options are seen at a glance; others go into a list. */
export function choice<T>(choosing: Choosing<T>): TemplateResult {
  const letters = choosing.options.reduce((sum, option) => sum + option.label.length + 3, 0);
  return choosing.options.length <= 3 && letters <= 26 ? segments(choosing) : dropdown(choosing);
}
