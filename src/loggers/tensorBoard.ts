import { wallClock } from '../clock.js';
import { callable, checkKeys, flag, integer } from '../options.js';
import type { Logger } from './logger.js';
import { numbersOf } from './paths.js';
import { double, float, int64, message, string } from './protobuf.js';
import { tfRecord } from './tfRecord.js';

export interface TensorBoardOptions {
  /** Called with whole records. */
  to: (bytes: Uint8Array) => void;
  /** Returns the milliseconds since 1970, for the times of events. Default: the clock of the system. */
  clock?: () => number;
  /** Whether to write updates too; each update is then a call into WASM of its own. Default false. */
  steps?: boolean;
}

/** Writes an event file for TensorBoard. The numbers of an epoch are the scalars 'training/loss', 'validation/loss',
 *  'learningRate' …, those of an update 'step/loss' …, over the number of updates. TensorBoard looks for files with
 *  'tfevents' in their names.
 *  @example loggers.tensorBoard({ to: appendTo('runs/first/events.out.tfevents.1') }) */
export function tensorBoard(options: TensorBoardOptions): Logger {
  const where = 'loggers.tensorBoard';
  checkKeys(where, options, ['to', 'clock', 'steps'], true);
  const to = callable(where, 'to', options.to, 'a function that takes bytes');
  const clock = callable(where, 'clock', options.clock ?? wallClock, 'a function that gives milliseconds');
  const steps = flag(where, 'steps', options.steps ?? false);
  // message Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
  const event = (fields: readonly number[]): void =>
    to(tfRecord(Uint8Array.from([...double(1, clock() / 1000), ...fields])));
  let begun = false;
  const write = (prefix: string, step: number, record: object): void => {
    integer(where, 'step', step);
    if (!begun) event(string(3, 'brain.Event:2'));
    begun = true;
    event([...int64(2, step), ...message(5, summary(prefix, record))]);
  };
  return {
    config: { name: 'tensorBoard', options: { ...options } },
    epoch: (record) => write('', record.step, record),
    ...(steps && { step: (record) => write('step/', record.step, record) }),
  };
}

/** message Summary { repeated Value value = 1; }  message Value { string tag = 1; float simple_value = 2; }
 *  The step is left out, because it is the axis of the others. */
const summary = (prefix: string, record: object): number[] =>
  numbersOf(record)
    .filter(([path]) => path !== 'step')
    .flatMap(([path, x]) => message(1, [...string(1, prefix + path.replace('.', '/')), ...float(2, x)]));
