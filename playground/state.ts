/** The settings of a tab: one table of fields gives the form, the defaults, the checks, and the text in the URL. */

export type Value = number | string | boolean;
/** The settings of one tab, by key. */
export type State = Readonly<Record<string, Value>>;

interface Common {
  /** The name in the URL and in strings. */
  readonly key: string;
  /** The part of the form in which the field stands. */
  readonly group: string;
  /** Whether a change applies to the run that is under way; other changes begin it again from the same seed. 'looks': the run does not even
   *  hear of it, because it changes only what the view asks to see. */
  readonly live?: boolean | 'looks';
  /** Whether the field matters for these settings; it is hidden where not. */
  readonly when?: (state: State) => boolean;
  /** Whether the form leaves the field out, because the view has its own control for it. */
  readonly hidden?: boolean;
}
export interface NumberField extends Common {
  readonly kind: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** The distance of neighbouring values; on a logarithmic scale, values per factor of ten instead. */
  readonly step: number;
  /** `log`: the slider's scale is logarithmic, with 0 at its left end where `min` is 0. `floor` is the smallest number above 0 then. */
  readonly scale?: 'log';
  readonly floor?: number;
  readonly whole?: boolean;
}
export interface ChoiceField extends Common {
  readonly kind: 'choice';
  readonly default: string;
  readonly options: readonly string[];
}
export interface FlagField extends Common {
  readonly kind: 'flag';
  readonly default: boolean;
}
/** Text that a tab reads itself, such as a list of layer sizes or packed points. `check` returns the text in its normal form, or
 *  undefined where it cannot be read. */
export interface TextField extends Common {
  readonly kind: 'text';
  readonly default: string;
  readonly check: (text: string) => string | undefined;
}
export type Field = NumberField | ChoiceField | FlagField | TextField;

/** A starting point: settings that differ from the defaults, and the verdict that the run reaches. Title and sentence are strings. */
export interface Preset {
  readonly name: string;
  readonly state: State;
  /** The kind of verdict with which the run ends. */
  readonly verdict: string;
}

/** What the page and the worker both know about a tab. */
export interface TabSpec {
  readonly name: string;
  readonly fields: readonly Field[];
  /** The first is what the tab shows at first. */
  readonly presets: readonly Preset[];
}

/** Every tab has a seed, which the URL always holds. */
export const SEED: NumberField = {
  kind: 'number',
  key: 'seed',
  group: 'run',
  default: 1,
  min: 0,
  max: 99999,
  step: 1,
  whole: true,
};

const fieldsOf = ({ fields }: TabSpec): readonly Field[] => [SEED, ...fields];
export const fieldOf = (tab: TabSpec, key: string): Field | undefined =>
  fieldsOf(tab).find((field) => field.key === key);

/** Reads a value of any kind; undefined where the field cannot have it. */
export function checked(field: Field, value: unknown): Value | undefined {
  switch (field.kind) {
    case 'number': {
      const x = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof x !== 'number' || !Number.isFinite(x) || x < field.min || x > field.max) return undefined;
      return !field.whole || Number.isInteger(x) ? x + 0 : undefined;
    }
    case 'choice':
      return typeof value === 'string' && field.options.includes(value) ? value : undefined;
    case 'flag':
      return value === true || value === '1' ? true : value === false || value === '0' ? false : undefined;
    case 'text':
      return typeof value === 'string' ? field.check(value) : undefined;
  }
}

const written = (value: Value): string => (typeof value === 'boolean' ? (value ? '1' : '0') : String(value));

export const presetOf = (tab: TabSpec, name: string): Preset => {
  const found = tab.presets.find((preset) => preset.name === name);
  return found ?? tab.presets[0];
};
/** All settings of a preset. */
export const stateOf = (tab: TabSpec, preset: string): State => ({
  ...Object.fromEntries(fieldsOf(tab).map((field) => [field.key, field.default])),
  ...presetOf(tab, preset).state,
});

/** Reads the one setting in which a twin differs, such as 'l2:0.1'; undefined where it is none. */
export function twinOf(tab: TabSpec, text: string): { readonly field: Field; readonly value: Value } | undefined {
  const at = text.indexOf(':');
  const field = tab.fields.find(({ key, hidden }) => key === text.slice(0, at) && !hidden);
  const value = field && checked(field, text.slice(at + 1));
  return value === undefined ? undefined : { field: field as Field, value };
}
export const textOfTwin = (key: string, value: Value): string => `${key}:${written(value)}`;
/** The settings of the twin that these settings name, if any. */
export function twinned(tab: TabSpec, state: State): State | undefined {
  const twin = twinOf(tab, String(state.twin ?? ''));
  return twin && { ...state, [twin.field.key]: twin.value };
}

/** The version of the text; later versions read earlier ones. */
const VERSION = '1';

/** Where the playground stands: a tab, the preset from which it started, and its settings. */
export interface Place {
  readonly tab: string;
  readonly preset: string;
  readonly state: State;
}

/** A place as the text of a URL's fragment: only what differs from the preset, and the seed. */
export function encode(tab: TabSpec, { preset, state }: Omit<Place, 'tab'>): string {
  const from = stateOf(tab, preset);
  const own = fieldsOf(tab).filter(({ key }) => key === 'seed' || !Object.is(state[key], from[key]));
  const pairs = [
    ['v', VERSION],
    ['tab', tab.name],
    ['preset', presetOf(tab, preset).name],
    ...own.map(({ key }) => [key, written(state[key])]),
  ];
  return pairs
    .map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':')}`)
    .join('&');
}

/** Reads such a text. It never throws: what cannot be used is left out and named in `ignored`. A preset's name suffices to find its tab. */
export function decode(text: string, tabs: readonly TabSpec[]): Place & { readonly ignored: readonly string[] } {
  const ignored: string[] = [];
  const given = new Map<string, string>();
  for (const pair of String(text ?? '')
    .replace(/^#/, '')
    .split('&')) {
    if (!pair) continue;
    const [key, ...rest] = pair.split('=');
    try {
      given.set(decodeURIComponent(key), decodeURIComponent(rest.join('=')));
    } catch {
      ignored.push(key.slice(0, 40));
    }
  }
  const taken = (key: string): string | undefined => {
    const value = given.get(key);
    given.delete(key);
    return value;
  };
  const version = taken('v');
  if (version !== undefined && version !== VERSION) ignored.push('v');
  const [tabName, presetName] = [taken('tab'), taken('preset')];
  const named = tabs.find(({ name }) => name === tabName);
  if (tabName !== undefined && !named) ignored.push('tab');
  const has = ({ presets }: TabSpec): boolean => presets.some(({ name }) => name === presetName);
  const tab = named ?? tabs.find(has) ?? tabs[0];
  if (presetName !== undefined && !has(tab)) ignored.push('preset');
  const preset = presetOf(tab, presetName ?? '').name;
  const state: Record<string, Value> = { ...stateOf(tab, preset) };
  for (const [key, value] of given) {
    const field = fieldOf(tab, key);
    const read = field && checked(field, value);
    if (read === undefined) ignored.push(key.slice(0, 40));
    else state[key] = read;
  }
  return { tab: tab.name, preset, state, ignored };
}
