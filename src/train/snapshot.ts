import type { EpochRecord } from './history.js';
import type { PlateauProgress } from './plateaus.js';
import type { Numbers, RolledBack, RollbackState } from './rollback.js';
import type { Run, Stopped } from './run.js';
import type { WatchState } from './watch.js';

/** Totals over an epoch's updates. */
export interface Totals {
  loss: number;
  rows: number;
  norm: number;
  updates: number;
  /** Of the updates alone. */
  seconds: number;
}
export const NONE: Readonly<Totals> = { loss: 0, rows: 0, norm: 0, updates: 0, seconds: 0 };

/** Where a training goes back to: the updates that were made then, those of the epoch, and what they had come to. */
export interface Place {
  readonly step: number;
  readonly at: number;
  readonly totals: Totals;
}

/** What is known of an epoch whose updates are not all made. */
export interface Unfinished {
  /** Updates of the epoch that are made. */
  readonly at: number;
  readonly totals: Totals;
  readonly rollbacks: readonly RolledBack[];
  /** Seconds since the epoch began. */
  readonly elapsed: number;
}

/** A training between two updates, as JSON can hold it. */
export interface Position {
  /** Updates that are made. */
  readonly step: number;
  /** The epoch that comes next, or that is under way. */
  readonly epoch: number;
  /** Of the epoch that is under way. */
  readonly unfinished?: Unfinished;
  readonly history: readonly EpochRecord[];
  readonly stopped: Stopped;
  readonly updateRatio: number;
  readonly watch: WatchState;
  readonly plateaus: readonly PlateauProgress[];
  readonly rollback?: RollbackState<Place>;
  /** Of a second training: how the first one went. */
  readonly first?: Omit<Run, 'report'>;
}

/** Everything that a training needs to go on between two updates as if it had never stopped. The arrays are copies. */
export interface Snapshot {
  readonly position: Position;
  readonly numbers: Numbers;
  /** θ and the buffers where the watched value was best. */
  readonly best?: readonly Float32Array[];
  /** What the training goes back to where a loss is not finite. */
  readonly back?: Numbers;
  /** Of a second training: the parameters that the first one ended with. */
  readonly first?: readonly Float32Array[];
}

/** Writes the snapshots of one training; `checkpoint` makes it. */
export interface SnapshotWriter {
  /** Updates until a snapshot is due, where that is counted in updates. */
  stepsToDue(step: number): number;
  /** Whether a snapshot is due. `epochs` is given where an epoch has ended. */
  isDue(step: number, epochs?: number): boolean;
  /** Waits for the snapshot that is being written: of one training no more than one waits in memory. */
  written(): Promise<void>;
  /** Writes it while the training goes on, after one that is still being written. */
  write(snapshot: Snapshot): Promise<void>;
  /** Waits for what is being written, and lets others write to the place. */
  close(): Promise<void>;
}
