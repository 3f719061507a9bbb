import { html, nothing, type TemplateResult } from 'lit';
import { checked, type Field, type NumberField, type State, type TabSpec, type Value } from './state.js';
import type { Strings } from './strings/en.js';

/** The form of a tab, made from its table of fields. Numbers have a slider and, beside it, a field to type into. */
export function form(
  tab: TabSpec,
  state: State,
  strings: Strings,
  set: (key: string, value: Value) => void,
  shown?: ReadonlySet<string>,
): TemplateResult[] {
  const words = strings.tabs[tab.name];
  const fields = tab.fields.filter(
    (field) =>
      !field.hidden && (field.when?.(state) ?? true) && (!shown || shown.has(field.key) || shown.has(field.group)),
  );
  const groups = [...new Set(fields.map(({ group }) => group))];
  return groups.map(
    (group) => html`<fieldset part="group">
      <legend>${words.groups[group] ?? group}</legend>
      ${fields.filter((field) => field.group === group).map((field) => row(field, state[field.key], words.fields[field.key], words.options, strings, set))}
    </fieldset>`,
  );
}

/** The row of one field. */
export function row(
  field: Field,
  value: Value,
  { label, hint }: { label: string; hint?: string } = { label: field.key },
  options: Readonly<Record<string, string>>,
  strings: Strings,
  set: (key: string, value: Value) => void,
): TemplateResult {
  const id = `f-${field.key}`;
  /** Takes what was typed, or shows the old value again. */
  const typed = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const read = checked(field, input.value);
    if (read === undefined) input.value = String(value);
    else set(field.key, read);
  };
  const name = html`<label for=${id} title=${hint ?? nothing}>${label}</label>`;
  if (field.kind === 'choice')
    return html`<div class="row">${name}
      <select id=${id} .value=${String(value)} @change=${typed}>
        ${field.options.map((option) => html`<option value=${option} ?selected=${option === value}>${options[option] ?? option}</option>`)}
      </select></div>`;
  if (field.kind === 'flag')
    return html`<div class="row">${name}
      <input id=${id} type="checkbox" .checked=${value === true} @change=${(event: Event) => set(field.key, (event.target as HTMLInputElement).checked)} /></div>`;
  if (field.kind === 'text')
    return html`<div class="row">${name}
      <input id=${id} type="text" .value=${String(value)} @change=${typed} title=${hint ?? nothing} /></div>`;
  const off = field.min === 0 && field.default === 0 && value === 0;
  return html`<div class="row number">${name}
    <input class="slide" type="range" aria-label=${label} aria-valuetext=${off ? strings.ui.off : String(value)}
      min="0" max=${positions(field)} step="1" .value=${String(positionOf(field, Number(value)))}
      @input=${(event: Event) => set(field.key, valueAt(field, Number((event.target as HTMLInputElement).value)))} />
    <input id=${id} type="number" min=${field.min} max=${field.max} step="any" .value=${String(value)} @change=${typed}
      title=${hint ?? nothing} /></div>`;
}

/** A slider has whole positions from 0 on. On a logarithmic scale they are powers of ten apart by 1/step, after a position for 0. */
const logarithmic = ({ floor = 0.0001, max, step }: NumberField): number => Math.round(Math.log10(max / floor) * step);
const withZero = ({ min }: NumberField): number => (min === 0 ? 1 : 0);
export const positions = (field: NumberField): number =>
  field.scale ? logarithmic(field) + withZero(field) : Math.round((field.max - field.min) / field.step);
export function positionOf(field: NumberField, value: number): number {
  if (!field.scale) return Math.round((value - field.min) / field.step);
  if (value === 0) return 0;
  return Math.max(0, Math.round(Math.log10(value / (field.floor ?? 0.0001)) * field.step)) + withZero(field);
}
export function valueAt(field: NumberField, position: number): number {
  const rounded = (value: number): number => Number(Math.min(field.max, Math.max(field.min, value)).toPrecision(2));
  if (!field.scale) return Number((field.min + position * field.step).toFixed(6));
  if (withZero(field) && position === 0) return 0;
  return rounded((field.floor ?? 0.0001) * 10 ** ((position - withZero(field)) / field.step));
}
