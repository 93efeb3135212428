import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { ProbeInfo } from "../api-types";
import { pictureUrl } from "../logic/addresses";
import { middle, regionBetween, withSide, written, type Point, type Region } from "../logic/region";
import { base, field } from "../styles";
import { act } from "./act";
import "./number-field";

const SIDES = ["top", "left", "bottom", "right"] as const;

/** The name of an added picture, and a rectangle on it to compare maps with. Sends `close` when it is closed. */
@customElement("picasso-picture-dialog")
export class PictureDialogElement extends LitElement {
  @property({ attribute: false }) probe: ProbeInfo | null = null;
  /** Any run: an added picture belongs to all. */
  @property() run = "";
  @state() private name = "";
  @state() private region: Region | null = null;
  /** Whether the region was touched: one that was kept before is known here by name only. */
  @state() private changed = false;
  @query("dialog") private dialog!: HTMLDialogElement;
  private start: Point | null = null;

  static override styles = [
    base,
    field,
    css`
      dialog {
        width: min(480px, calc(100vw - 32px)); max-height: calc(100vh - 32px); padding: 20px 24px; border: 0;
        border-radius: 4px; background: var(--surface); color: var(--text); box-shadow: var(--shadow); overflow: auto;
      }
      dialog::backdrop { background: rgba(0, 0, 0, 0.42); }
      h2 { font-size: 18px; line-height: 24px; font-weight: 400; margin-bottom: 12px; }
      .picture {
        position: relative; width: min(100%, calc(44vh * var(--ratio))); margin: 8px auto; cursor: crosshair;
        touch-action: none; background: var(--sunken);
      }
      img { display: block; width: 100%; aspect-ratio: var(--ratio); image-rendering: pixelated; }
      .region { position: absolute; border: 2px solid #fff; box-shadow: 0 0 0 1px #000, inset 0 0 0 1px #000; pointer-events: none; }
      .actions { display: flex; gap: 8px; margin-top: 16px; }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("probe") || !this.probe) return;
    this.name = this.probe.name;
    this.region = null;
    this.changed = false;
  }

  override render(): TemplateResult {
    const { probe } = this;
    return html`<dialog
      aria-labelledby="title"
      @close=${() => this.dispatchEvent(new Event("close"))}
      @keydown=${(event: Event) => event.stopPropagation()}
    >
      ${probe ? this.form(probe) : null}
    </dialog>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("probe") || (this.probe !== null) === this.dialog.open) return;
    if (this.probe) this.dialog.showModal();
    else this.dialog.close();
  }

  private form(probe: ProbeInfo): TemplateResult {
    const kept = !this.changed && probe.masks.includes("region");
    return html`<form method="dialog" @submit=${() => this.save(probe)}>
      <h2 id="title">Added picture</h2>
      <div class="field">
        <label class="label" for="name">Name</label>
        <input
          id="name"
          class="wide"
          type="text"
          required
          maxlength="100"
          .value=${this.name}
          @input=${(event: Event) => (this.name = (event.target as HTMLInputElement).value)}
        />
      </div>
      ${this.picture(probe)}
      <p class="small quiet" role="status">
        ${
          kept
            ? "A region is kept with it; draw another to replace it."
            : "Drag over the picture to mark a region, such as what the network should look at."
        }
      </p>
      ${this.region ? SIDES.map((side) => this.side(probe, side)) : null}
      <div class="actions">
        ${
          this.region || kept
            ? html`<button type="button" class="button" @click=${() => this.mark(null)}>Without region</button>`
            : html`<button type="button" class="button" @click=${() => this.mark(middle(probe))}>Add region</button>`
        }
        <span class="grow"></span>
        <button type="button" class="button" @click=${() => this.dialog.close()}>Cancel</button>
        <button class="button main">Save</button>
      </div>
    </form>`;
  }

  private picture(probe: ProbeInfo): TemplateResult {
    const { height, width } = probe;
    const box = this.region;
    const share = (value: number, side: number): string => `${(100 * value) / side}%`;
    return html`<div
      class="picture"
      style="--ratio:${width} / ${height}"
      @pointerdown=${this.down}
      @pointermove=${(event: PointerEvent) => this.drag(event, probe)}
      @pointerup=${() => (this.start = null)}
    >
      <img alt=${probe.name} src=${pictureUrl(this.run, probe)} draggable="false" />
      ${
        box
          ? html`<div
            class="region"
            style="top:${share(box.top, height)};left:${share(box.left, width)};height:${share(
              box.bottom - box.top,
              height,
            )};width:${share(box.right - box.left, width)}"
          ></div>`
          : null
      }
    </div>`;
  }

  private side(probe: ProbeInfo, side: keyof Region): TemplateResult {
    const label = `${side.charAt(0).toUpperCase()}${side.slice(1)}`;
    const most = side === "top" || side === "bottom" ? probe.height : probe.width;
    return html`<div class="field">
      <span class="label">${label}</span>
      <picasso-number-field
        class="wide"
        unit="px"
        .label=${label}
        .value=${this.region?.[side] ?? 0}
        .low=${0}
        .high=${most}
        @change=${({ detail }: CustomEvent<number | null>) => this.move(probe, side, detail)}
      ></picasso-number-field>
    </div>`;
  }

  private move(probe: ProbeInfo, side: keyof Region, value: number | null): void {
    const valid = value !== null && !Number.isNaN(value) && this.region;
    if (valid) this.mark(withSide(valid, side, value, probe));
    this.requestUpdate();
  }

  private mark(region: Region | null): void {
    this.region = region;
    this.changed = true;
  }

  private down(event: PointerEvent): void {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.start = shareOf(event);
    event.preventDefault();
  }

  private drag(event: PointerEvent, probe: ProbeInfo): void {
    if (this.start) this.mark(regionBetween(this.start, shareOf(event), probe));
  }

  private save(probe: ProbeInfo): void {
    const region = this.region ? written(this.region) : "";
    const kept = !this.changed && probe.masks.includes("region");
    act(this, { type: "rename", probe, name: this.name.trim() || probe.name, region: kept ? null : region });
  }
}

function shareOf(event: PointerEvent): Point {
  const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
}
