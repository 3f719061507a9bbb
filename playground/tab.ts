import type { TemplateResult } from 'lit';
import type { Pace } from './protocol.js';
import type { State, TabSpec, Value } from './state.js';
import type { Strings } from './strings/en.js';
import type { Theme } from './theme.js';

/** The contract of a tab. It has three parts: a spec (state.ts), which the page and the worker both read; an engine, which runs in the
 *  worker; and a view, which runs in the page. A new tab is a folder in tabs/ with these three files, its words in strings/en/, and one
 *  line each in tabs/index.ts, engines.ts and strings/en.ts. `npm run build:playground` builds dist/playground.html to look at. */

/** One picture's numbers. Arrays are moved, not copied, so an engine makes them anew for every frame. */
export interface Frame {
  readonly step: number;
  readonly numbers: Readonly<Record<string, number>>;
  readonly arrays: Readonly<Record<string, Float32Array | Int32Array | Uint8Array>>;
  readonly texts?: Readonly<Record<string, string>>;
}

/** How a run is judged. The kind is also the key of its sentence in the tab's strings, with `numbers` filled in. */
export interface Verdict {
  readonly kind: string;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Something that a user does to the run itself, such as editing a weight: it is logged with its step and replayed. */
export interface Act {
  readonly name: string;
  readonly values: readonly number[];
}

/** The computing part of a tab. Every method is synchronous and depends only on the calls before it, so that a replay has the same bits. */
export interface Engine {
  /** Begins anew with these settings. */
  reset(state: State): void;
  /** Applies changed settings between two steps; false where the run has to begin again. */
  change(state: State): boolean;
  /** Applies an act between two steps. */
  act?(act: Act): void;
  /** The number of steps made. */
  readonly step: number;
  /** The number of steps after which the run ends; the user may continue it. */
  readonly length: number;
  /** Whether the run has ended by itself before its length: it stopped early, arrived, or diverged. */
  readonly ended: boolean;
  /** Makes up to this many steps, and returns how many it made: fewer where it has ended. */
  advance(steps: number): number;
  /** The numbers of the pictures that are wanted, by the names that the view gives. */
  frame(want: readonly string[]): Frame;
  /** Everything that the run carries from step to step, as a copy. */
  save(): unknown;
  load(saved: unknown): void;
  /** The parameters, in order, of which `hash()` takes the SHA-256. */
  parameters(): readonly Float32Array[];
  /** A module for Node, Deno or Bun that makes the same steps and prints the same hash. `log` holds the changes and acts. */
  program(state: State, log: readonly Logged[]): string;
  /** The verdict on the run as it stands; undefined before the first one. */
  verdict(): Verdict | undefined;
  dispose(): void;
}

/** A change or an act, and the step after which it was made. */
export type Logged = { readonly at: number } & ({ readonly state: State } | { readonly act: Act });

/** What a view may read and do. */
export interface ViewContext {
  readonly state: State;
  readonly frame: Frame | undefined;
  readonly verdict: Verdict | undefined;
  /** The same of the twin, where the settings name one. */
  readonly twin: { readonly frame: Frame; readonly verdict: Verdict | undefined } | undefined;
  readonly theme: Theme;
  readonly strings: Strings;
  /** The width available to the view in CSS pixels. */
  readonly width: number;
  /** Whether the run is under way, and whether the user wishes less motion. */
  readonly running: boolean;
  readonly still: boolean;
  readonly pace: Pace;
  /** The steps at which settings were changed during the run. */
  readonly marks: readonly number[];
  set(key: string, value: Value): void;
  act(act: Act): void;
  /** Goes to a step, back or ahead. */
  seek(step: number): void;
  /** Draws the view again, for state of its own such as what the pointer is over. */
  redraw(): void;
  /** Says a sentence in the polite live region. */
  say(sentence: string): void;
}

/** The drawing part of a tab. One is made for each element. */
export interface View {
  /** The pictures to ask the engine for, now. */
  want(context: ViewContext): readonly string[];
  /** The elements of the view. Canvases are drawn by `draw` afterwards. */
  template(context: ViewContext): TemplateResult;
  /** Paints what is not made by the template. Called after every update, with the root of the element. */
  draw(context: ViewContext, root: ParentNode): void;
  /** The state of the run in one sentence. */
  status(context: ViewContext): string;
  /** The whole picture as one SVG, with all styles inside it. */
  svg(context: ViewContext): string;
  /** The curves as comma-separated values. */
  csv?(context: ViewContext): string;
  dispose?(): void;
}

/** A tab in the page. */
export interface Tab extends TabSpec {
  view(): View;
  /** Loads what the engine needs besides settings, when the tab is shown for the first time. It is sent to the worker, so that the worker is
   *  one file without imports, which every bundler can write. */
  load?(): Promise<unknown>;
}
/** A tab in the worker. */
export interface TabEngine extends TabSpec {
  /** `data` is what the tab has loaded. */
  engine(data?: unknown): Engine;
}
