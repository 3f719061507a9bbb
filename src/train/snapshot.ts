import type { EpochRecord } from './history.js';
import type { PlateauProgress } from './plateaus.js';
import type { Numbers, RolledBack, RollbackState } from './rollback.js';
import type { Run, Stopped } from './run.js';
import type { WatchState } from './watch.js';

/** Sums over an epoch's updates. */
export interface Totals {
  loss: number;
  rows: number;
  norm: number;
  updates: number;
  /** The seconds of the updates alone. */
  seconds: number;
}
export const NONE: Readonly<Totals> = { loss: 0, rows: 0, norm: 0, updates: 0, seconds: 0 };

/** The bookmark of a rollback: the number of updates at that point, in total and in the epoch, and the epoch's sums. */
export interface Place {
  readonly step: number;
  readonly at: number;
  readonly totals: Totals;
}

/** The state of an epoch that is under way. */
export interface Unfinished {
  /** The number of this epoch's updates made so far. */
  readonly at: number;
  readonly totals: Totals;
  readonly rollbacks: readonly RolledBack[];
  /** Seconds since the epoch began. */
  readonly elapsed: number;
}

/** The position of a training between two updates, as JSON. */
export interface Position {
  /** The number of updates made. */
  readonly step: number;
  /** The number of the next epoch, or of the one under way. */
  readonly epoch: number;
  /** The state of the epoch that is under way, if any. */
  readonly unfinished?: Unfinished;
  readonly history: readonly EpochRecord[];
  readonly stopped: Stopped;
  readonly updateRatio: number;
  readonly watch: WatchState;
  readonly plateaus: readonly PlateauProgress[];
  readonly rollback?: RollbackState<Place>;
  /** In a second training, the result of the first. */
  readonly first?: Omit<Run, 'report'>;
}

/** Everything that a training needs to continue from between two updates as if it had never stopped. The arrays are copies. */
export interface Snapshot {
  readonly position: Position;
  readonly numbers: Numbers;
  /** θ and the buffers at the best watched value. */
  readonly best?: readonly Float32Array[];
  /** The state that a rollback restores. */
  readonly back?: Numbers;
  /** In a second training, the parameters with which the first ended. */
  readonly first?: readonly Float32Array[];
}

/** Writes the snapshots of one training; made by `checkpoint`. */
export interface SnapshotWriter {
  /** The number of updates until a snapshot is due; infinite where that is not counted in updates. */
  stepsToDue(step: number): number;
  /** Whether a snapshot is due. `epochs` is given where an epoch has ended. */
  isDue(step: number, epochs?: number): boolean;
  /** Waits for the snapshot that is being written, so that memory holds at most one. */
  written(): Promise<void>;
  /** Writes a snapshot while the training continues, after one that is still being written. */
  write(snapshot: Snapshot): Promise<void>;
  /** Waits for pending writes, and unlocks the place for other writers. */
  close(): Promise<void>;
}
