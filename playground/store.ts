import { computed, signal } from '@preact/signals-core';
import type { Pace, Progress } from './protocol.js';
import { decode, encode, fieldOf, type Place, SEED, type State, stateOf, type TabSpec, type Value } from './state.js';
import type { Frame } from './tab.js';

export const NONE: Progress = { step: 0, reached: 0, length: 1, running: false, ended: false, marks: [], run: 0 };

/** What the element shows and what its methods change, as signals. */
export class Store<T extends TabSpec> {
  readonly place;
  readonly ignored = signal<readonly string[]>([]);
  readonly progress = signal<Progress>(NONE);
  readonly frame = signal<Frame | undefined>(undefined);
  readonly twin = signal<Frame | undefined>(undefined);
  readonly pace = signal<Pace>('watch');
  readonly failed = signal('');
  readonly inPage = signal(false);
  readonly connected = signal(false);
  readonly tab;
  readonly text;
  constructor(readonly tabs: readonly T[]) {
    this.place = signal<Place>(decode('', tabs));
    this.tab = computed(() => tabs.find(({ name }) => name === this.place.value.tab) as T);
    this.text = computed(() => encode(this.tab.value, this.place.value));
  }

  get state(): State {
    return this.place.value.state;
  }

  /** Takes the text of a URL. */
  read(text: string): void {
    const { ignored, ...place } = decode(text, this.tabs);
    this.place.value = place;
    this.ignored.value = ignored;
  }

  choose(tab: T, preset: string): void {
    this.place.value = { tab: tab.name, preset, state: stateOf(tab, preset) };
    this.ignored.value = [];
  }

  /** Changes one setting. Returns whether the run may go on with it, or need not hear of it. */
  set(key: string, value: Value): boolean | 'looks' {
    const { place } = this;
    if (Object.is(place.value.state[key], value)) return true;
    place.value = { ...place.value, state: { ...place.value.state, [key]: value } };
    return fieldOf(this.tab.value, key)?.live ?? false;
  }

  newSeed(): void {
    this.set('seed', (Number(this.state.seed) + 1) % (SEED.max + 1));
  }
}
