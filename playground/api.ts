import type { Pace } from './protocol.js';
import type { Frame } from './tab.js';

/** A preset, as `presets` lists it. */
export interface PresetInfo {
  readonly name: string;
  readonly tab: string;
  readonly title: string;
  /** The sentence that says what to look for. */
  readonly look: string;
  /** The kind of verdict that the run reaches. */
  readonly verdict: string;
}

/** The element `<regulus-playground>`. Its attributes are preset, state, tab, seed, controls, theme, lang, pace, autoplay and address. Its
 *  events are `change` (detail: state), `progress` (step, length, running; at most four a second), `verdict` and `diverged` (step, kind,
 *  numbers). */
export interface PlaygroundElement extends HTMLElement {
  /** The settings as the text that a URL holds. Text that cannot be read is left out, and the element says which key it was. */
  state: string;
  /** The topic that is shown. */
  tab: string;
  /** The example from which the settings start. */
  preset: string;
  readonly presets: readonly PresetInfo[];
  /** A whole number from 0 to 99,999. */
  seed: number;
  /** 'slow': two steps a second; 'watch' (default): a run takes about ten seconds; 'full': as fast as the machine is. */
  pace: Pace;
  /** 'auto' (default), 'light' or 'dark'. */
  theme: string;
  /** The groups, settings and parts that are shown, such as 'run,presets,l2,keep'; null (default) for all. */
  controls: string | null;
  /** Whether the state is kept in the page's address. Default false. */
  address: boolean;
  /** Whether the run starts as soon as the element is seen; never under reduced motion. Default false. */
  autoplay: boolean;
  readonly running: boolean;
  /** The numbers of the picture that is shown. Its arrays are the same bits in every browser. */
  readonly frame: Frame | undefined;
  /** The number of steps made. */
  readonly currentStep: number;
  /** Starts the run, or continues it. */
  run(): Promise<void>;
  pause(): Promise<void>;
  /** Makes n steps (default 1), and waits for their picture. */
  step(n?: number): Promise<void>;
  /** Begins again, with the same seed or another. Throws a RangeError for a seed that is none. */
  reset(options?: { seed?: number }): Promise<void>;
  /** Goes back to a step of this run, which is computed again to the same bits. */
  seek(step: number): Promise<void>;
  /** Waits until the run has ended or is paused. */
  finished(): Promise<void>;
  /** The SHA-256 of the parameters' bytes, in their order, in hexadecimal. */
  hash(): Promise<string>;
  /** A module that makes the same steps in Node, Deno or Bun, and prints the same hash. */
  toProgram(): Promise<string>;
  /** The picture as it stands, with all styles inside it. */
  toSVG(): Promise<string>;
  toPNG(): Promise<Blob>;
  /** The curves as comma-separated values; an empty text where the topic has none. */
  toCSV(): Promise<string>;
}

declare global {
  interface HTMLElementTagNameMap {
    'regulus-playground': PlaygroundElement;
  }
}
