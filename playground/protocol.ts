import type { State } from './state.js';
import type { Act, Frame, Verdict } from './tab.js';

/** slow: a few steps a second; watch: a run takes about ten seconds; full: as fast as the machine is. */
export type Pace = 'slow' | 'watch' | 'full';
export const PACES: readonly Pace[] = ['slow', 'watch', 'full'];

/** What the page says to the worker. */
export type Order =
  /** What a tab has loaded for its engine, or why it could not. */
  | { readonly type: 'data'; readonly tab: string; readonly data?: unknown; readonly error?: string }
  | { readonly type: 'reset'; readonly tab: string; readonly state: State }
  | { readonly type: 'change'; readonly state: State }
  | { readonly type: 'act'; readonly act: Act }
  | { readonly type: 'run'; readonly pace: Pace }
  | { readonly type: 'pause' }
  | { readonly type: 'step'; readonly steps: number }
  | { readonly type: 'seek'; readonly step: number }
  /** Asks for one frame. The next is asked for when this one has come, so that nobody waits in a queue. */
  | { readonly type: 'frame'; readonly want: readonly string[] }
  /** Asks for something once; the answer has the same id. */
  | { readonly type: 'ask'; readonly id: number; readonly what: 'hash' | 'program' | 'model' | 'settled' };

/** The state of the run, with every frame and after every order that changes it. */
export interface Progress {
  readonly step: number;
  /** The largest step reached, up to which the scrubber goes. */
  readonly reached: number;
  readonly length: number;
  readonly running: boolean;
  readonly ended: boolean;
  readonly marks: readonly number[];
  readonly verdict?: Verdict;
  /** The verdict on the twin, where there is one. */
  readonly twin?: Verdict;
  /** Counts resets, so that the page can tell the runs apart. */
  readonly run: number;
}

/** What the worker says to the page. */
export type Answer =
  | { readonly type: 'ready' }
  | {
      readonly type: 'frame';
      readonly tab: string;
      readonly frame: Frame;
      readonly twin?: Frame;
      readonly progress: Progress;
    }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'answer'; readonly id: number; readonly value?: unknown; readonly error?: string }
  | { readonly type: 'failed'; readonly message: string };

/** One end of the connection. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}
