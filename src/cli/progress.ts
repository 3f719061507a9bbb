import type { EpochRecord } from '../index.js';

/** 75 → 1:15 */
export const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

const scores = ({ loss, accuracy }: { loss: number; accuracy?: number }): string =>
  `loss ${loss.toFixed(4)}${accuracy === undefined ? '' : `, accuracy ${accuracy.toFixed(3)}`}`;

/** One line for an epoch. */
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

/** Where text goes: a terminal rewrites its last line, a file gets a line now and then. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows the epochs as they pass. */
export class Progress {
  #seconds = 0;
  constructor(
    readonly screen: Screen,
    readonly epochs: number,
  ) {}

  show(record: EpochRecord): void {
    const { epoch, seconds } = record;
    this.#seconds += seconds;
    const left = (this.#seconds / epoch) * (this.epochs - epoch);
    const line = progressLine(record, this.epochs, left);
    const every = Math.max(1, Math.round(this.epochs / 15));
    if (this.screen.isTTY) this.screen.write(`\r\x1b[K${line.slice(0, (this.screen.columns ?? 80) - 1)}`);
    else if (epoch === 1 || epoch % every === 0) this.screen.write(`${line}\n`);
  }
  /** Leaves the last line. */
  end(): void {
    if (this.screen.isTTY && this.#seconds) this.screen.write('\n');
  }
}
