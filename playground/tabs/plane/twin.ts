import { html, nothing, type TemplateResult } from 'lit';
import { positionOf, positions, row, valueAt } from '../../form.js';
import { type Field, textOfTwin, twinOf, type Value } from '../../state.js';
import { filled } from '../../strings/en.js';
import type { ViewContext } from '../../tab.js';
import { PLANE } from './spec.js';

/** The setting in which the second run differs, to choose and to change. */
export function twinForm({ state, strings, set }: ViewContext): TemplateResult {
  const { words, fields, options } = strings.tabs.plane;
  const twin = twinOf(PLANE, String(state.twin));
  const own = twin?.field.key;
  const choices = PLANE.fields.filter(({ hidden, when }) => !hidden && (when?.(state) ?? true));
  const choose = (event: Event): void => {
    const field = choices.find(({ key }) => key === (event.target as HTMLSelectElement).value);
    set('twin', field ? textOfTwin(field.key, other(field, state[field.key])) : '');
  };
  return html`<div class="twin"><div class="row"><label for="twin">${words.twin}</label>
    <select id="twin" @change=${choose}><option value="" ?selected=${!own}>${words.twinNone}</option>
      ${choices.map(({ key }) => html`<option value=${key} ?selected=${key === own}>${fields[key].label}</option>`)}
    </select></div>
    ${
      twin && own
        ? row({ ...twin.field, key: 'twin' }, twin.value, fields[own], options, strings, (_, value) =>
            set('twin', textOfTwin(own, value)),
          )
        : nothing
    }</div>`;
}
/** What the second run is called: its setting and its value. */
export function twinTitle({ state, strings }: ViewContext): string {
  const { words, fields, options } = strings.tabs.plane;
  const twin = twinOf(PLANE, String(state.twin));
  if (!twin) return '';
  const value = String(twin.value);
  return filled(words.twinTitle, { label: fields[twin.field.key].label, value: options[value] ?? value });
}

/** A value to begin with that is another one. */
function other(field: Field, value: Value): Value {
  switch (field.kind) {
    case 'flag':
      return !value;
    case 'choice':
      return field.options[(field.options.indexOf(String(value)) + 1) % field.options.length];
    case 'text':
      return value === field.default ? '' : field.default;
    case 'number': {
      const last = positions(field);
      return valueAt(field, Math.round(last * (positionOf(field, Number(value)) < last / 2 ? 0.6 : 0.4)));
    }
  }
}
