import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { base } from "../styles";
import { act } from "./act";

/** Takes pictures that are dropped anywhere on the tab or pasted into it; drawn while something is dragged over it. */
@customElement("picasso-drop-zone")
export class DropZoneElement extends LitElement {
  /** Why no picture can be added; "" where one can. */
  @property() obstacle = "";
  @state() private over = false;

  static override styles = [
    base,
    css`
      div {
        position: fixed; inset: 12px; z-index: 20; display: grid; place-content: center; text-align: center; gap: 4px;
        border: 2px dashed var(--focus); border-radius: 8px; background: color-mix(in srgb, var(--bg) 88%, transparent);
        pointer-events: none;
      }
      b { font-size: 18px; line-height: 24px; font-weight: 400; }
      .refused { border-color: var(--bad); }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    for (const [type, listener] of this.listeners) addEventListener(type, listener as EventListener);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const [type, listener] of this.listeners) removeEventListener(type, listener as EventListener);
  }

  override render(): TemplateResult | null {
    if (!this.over) return null;
    if (this.obstacle) return html`<div class="refused"><b>No picture can be added here.</b>${this.obstacle}</div>`;
    return html`<div>
      <b>Drop pictures to see what the network looks at in them</b>
      <span class="quiet">They become probes of every run, and can be renamed and removed.</span>
    </div>`;
  }

  private readonly dragged = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = this.obstacle ? "none" : "copy";
    this.over = true;
  };

  /** Without a related target the pointer has left the page, not only an element of it. */
  private readonly left = (event: DragEvent): void => {
    if (!event.relatedTarget) this.over = false;
  };

  private readonly dropped = (event: DragEvent): void => {
    this.over = false;
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.take([...event.dataTransfer.files]);
  };

  /** Text that is pasted belongs to the field that has the focus. */
  private readonly pasted = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.take(files.map(named));
  };

  private readonly listeners = [
    ["dragenter", this.dragged],
    ["dragover", this.dragged],
    ["dragleave", this.left],
    ["drop", this.dropped],
    ["paste", this.pasted],
  ] as const;

  private take(files: File[]): void {
    const pictures = files.filter((file) => file.type === "" || file.type.startsWith("image/"));
    const others = files.filter((file) => !pictures.includes(file)).map((file) => file.name);
    if (this.obstacle) this.complain(`No picture can be added here. ${this.obstacle}`);
    else if (others.length) this.complain(`Expected pictures. Received: ${others.join(", ")}`);
    if (pictures.length && !this.obstacle) act(this, { type: "upload", files: pictures });
  }

  private complain(notice: string): void {
    act(this, { type: "notice", notice });
  }
}

/** A browser calls every pasted picture image.png: the time tells them apart until somebody gives it a name. */
function named(file: File): File {
  if (file.name !== "image.png") return file;
  const time = new Date().toTimeString().slice(0, 8);
  return new File([file], `pasted at ${time}`, { type: file.type });
}
