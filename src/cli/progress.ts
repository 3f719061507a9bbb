import type { EpochRecord } from '../index.js';

/** Formats seconds as minutes and seconds: 75 becomes 1:15. */
export const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

const scores = ({ loss, accuracy }: { loss: number; accuracy?: number }): string =>
  `loss ${loss.toFixed(4)}${accuracy === undefined ? '' : `, accuracy ${accuracy.toFixed(3)}`}`;

/** Formats the progress line of an epoch. */
export function progressLine(record: EpochRecord, epochs: number, secondsLeft: number): string {
  const { epoch, training, validation, learningRate } = record;
  return [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `training ${scores(training)}`,
    ...(validation ? [`validation ${scores(validation)}`] : []),
    `rate ${learningRate.toPrecision(2)}`,
    `${clock(secondsLeft)} left`,
  ].join('  ');
}

/** A target for progress text: on a terminal the last line is rewritten, and a file gets about 15 lines in all. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Prints the progress of a training, epoch by epoch. */
export class Progress {
  #seconds = 0;
  /** The number of epochs shown so far; a resumed training does not begin with epoch 1. */
  #epochs = 0;
  constructor(
    readonly screen: Screen,
    readonly epochs: number,
  ) {}

  show(record: EpochRecord): void {
    const { epoch, seconds } = record;
    this.#seconds += seconds;
    this.#epochs++;
    const left = (this.#seconds / this.#epochs) * (this.epochs - epoch);
    const line = progressLine(record, this.epochs, left);
    const every = Math.max(1, Math.round(this.epochs / 15));
    if (this.screen.isTTY) this.screen.write(`\r\x1b[K${line.slice(0, (this.screen.columns ?? 80) - 1)}`);
    else if (this.#epochs === 1 || epoch % every === 0) this.screen.write(`${line}\n`);
  }
  /** Ends the line that was rewritten. */
  end(): void {
    if (this.screen.isTTY && this.#seconds) this.screen.write('\n');
  }
}
