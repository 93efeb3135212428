/** The settings panel as data: what to show for a JSON Schema, and what is wrong with a value, in words. */
import { percent, plain } from "./format";

export type Values = Record<string, unknown>;
type Schema = Record<string, unknown>;

interface Common {
  name: string;
  label: string;
  help: string;
  fallback: unknown;
  /** Shown only while the other settings have these values. */
  when: Values;
}

export interface NumberField extends Common {
  kind: "number";
  whole: boolean;
  low: number | null;
  high: number | null;
  step: number;
  unit: string;
  percent: boolean;
  /** Whether it may be left empty (null). */
  optional: boolean;
}

export interface ChoiceField extends Common {
  kind: "choice";
  choices: { value: unknown; label: string }[];
}

export interface ToggleField extends Common {
  kind: "toggle";
}

export interface TextField extends Common {
  kind: "text";
}

export type Field = NumberField | ChoiceField | ToggleField | TextField;

/**
 * Fields of the schema in its order; what no control can express is left out and keeps its default. A setting whose
 * schema says `"choices": "layers"` is chosen among the model's, from the output to the input.
 */
export function fieldsOf(schema: Schema, layers: readonly ModelLayer[] = []): Field[] {
  const properties = record(schema.properties);
  return Object.entries(properties).flatMap(([name, raw]) => {
    const field = record(raw).choices === "layers" ? layerField(name, record(raw), layers) : null;
    return field ?? fieldOf(name, record(raw), schema) ?? [];
  });
}

export interface ModelLayer {
  name: string;
  height: number | null;
  width: number | null;
  channels: number;
}

function layerField(name: string, raw: Schema, layers: readonly ModelLayer[]): Field | null {
  const choices = layers.map((layer) => ({ value: layer.name, label: `${layer.name}${sizeOf(layer)}` })).reverse();
  if (!choices.length) return null;
  return { ...common(name, raw), kind: "choice", choices: [{ value: null, label: "Last" }, ...choices] };
}

function sizeOf({ height, width, channels }: ModelLayer): string {
  return height && width ? ` (${height} × ${width} × ${channels})` : "";
}

function common(name: string, raw: Schema): Common {
  return {
    name,
    label: text(raw.title) || sentence(name),
    help: text(raw.description),
    fallback: raw.default ?? null,
    when: record(raw.when),
  };
}

function fieldOf(name: string, raw: Schema, root: Schema): Field | null {
  const { options, optional } = alternatives(raw, root);
  const shared = common(name, raw);
  const choices = options.flatMap(choicesOf);
  if (choices.length) {
    if (optional) choices.push({ value: null, label: "None" });
    return { ...shared, kind: "choice", choices: labelled(choices, record(raw.labels)) };
  }
  const only = options[0] ?? {};
  if (only.type === "boolean") return { ...shared, kind: "toggle" };
  if (only.type === "string") return { ...shared, kind: "text" };
  if (only.type === "number" || only.type === "integer") return numberField(shared, { ...raw, ...only }, optional);
  return null;
}

function numberField(shared: Common, schema: Schema, optional: boolean): NumberField {
  const whole = schema.type === "integer";
  const step = number(schema.multipleOf) ?? (whole ? 1 : null);
  const isPercent = schema.percent === true;
  const low = number(schema.minimum) ?? edge(schema.exclusiveMinimum, step ?? 0.01);
  const high = number(schema.maximum) ?? edge(schema.exclusiveMaximum, -(step ?? 0.01));
  return {
    ...shared,
    kind: "number",
    whole,
    low,
    high,
    step: step ?? (isPercent ? 0.01 : stepFor(low, high)),
    unit: isPercent ? "%" : text(schema.unit),
    percent: isPercent,
    optional,
  };
}

/** The schemas a value may follow, references and alternatives resolved; null is `optional`. */
function alternatives(raw: Schema, root: Schema): { options: Schema[]; optional: boolean } {
  const resolved = resolve(raw, root);
  const listed = resolved.anyOf ?? resolved.oneOf ?? resolved.allOf;
  const all = Array.isArray(listed) ? listed.map((one) => resolve(record(one), root)) : [resolved];
  const options = all.filter((one) => one.type !== "null");
  return { options, optional: options.length < all.length };
}

function resolve(schema: Schema, root: Schema): Schema {
  const reference = text(schema.$ref);
  if (!reference) return schema;
  const name = reference.slice(reference.lastIndexOf("/") + 1);
  return resolve(record(record(root.$defs)[name]), root);
}

function choicesOf(schema: Schema): { value: unknown; label: string }[] {
  const values = Array.isArray(schema.enum) ? schema.enum : "const" in schema ? [schema.const] : [];
  return values.map((value: unknown) => ({ value, label: sentence(String(value)) }));
}

function labelled(choices: ChoiceField["choices"], labels: Values): ChoiceField["choices"] {
  return choices.map(({ value, label }) => ({ value, label: text(labels[String(value)]) || label }));
}

/** Values as the server will see them: defaults where nothing was changed. */
export function filled(fields: readonly Field[], changed: Values): Values {
  return Object.fromEntries(
    fields.map((field) => [field.name, field.name in changed ? changed[field.name] : field.fallback]),
  );
}

export function shown(fields: readonly Field[], changed: Values): Field[] {
  const values = filled(fields, changed);
  return fields.filter((field) => Object.entries(field.when).every(([other, value]) => values[other] === value));
}

/** What to send: changed values of fields that are shown. */
export function effective(fields: readonly Field[], changed: Values): Values {
  const names = new Set(shown(fields, changed).map((field) => field.name));
  const differing = fields.filter((field) => names.has(field.name) && isChanged(field, changed));
  return Object.fromEntries(differing.map((field) => [field.name, changed[field.name]]));
}

export function isChanged(field: Field, changed: Values): boolean {
  return field.name in changed && changed[field.name] !== field.fallback;
}

/** What is wrong with a value, in words; "" when nothing is. */
export function problem(field: Field, value: unknown): string {
  if (field.kind !== "number" || (field.optional && value === null)) return "";
  const show = (size: number): string => plain(field.percent ? percent(size) : size) + unitOf(field);
  if (typeof value !== "number" || Number.isNaN(value)) return `Expected a number${between(field, show)}.`;
  if (field.low !== null && value < field.low) return `At least ${show(field.low)}. Received: ${show(value)}.`;
  if (field.high !== null && value > field.high) return `At most ${show(field.high)}. Received: ${show(value)}.`;
  if (field.whole && !Number.isInteger(value)) return `Expected a whole number. Received: ${value}.`;
  return "";
}

export function hasProblems(fields: readonly Field[], changed: Values): boolean {
  const values = filled(fields, changed);
  return shown(fields, changed).some((field) => problem(field, values[field.name]) !== "");
}

function between(field: NumberField, show: (size: number) => string): string {
  if (field.low === null || field.high === null) return "";
  return ` between ${show(field.low)} and ${show(field.high)}`;
}

function unitOf(field: NumberField): string {
  if (field.percent) return " %";
  return field.unit ? ` ${field.unit}` : "";
}

function stepFor(low: number | null, high: number | null): number {
  if (low === null || high === null) return 0.01;
  return 10 ** Math.floor(Math.log10((high - low) / 50));
}

function edge(value: unknown, inside: number): number | null {
  const limit = number(value);
  return limit === null ? null : Number((limit + inside).toPrecision(12));
}

function sentence(name: string): string {
  const words = name.replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function record(value: unknown): Values {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
