/** The greatest length of a message; one that quotes a whole file or a thousand names is shortened. */
const LONGEST = 1000;
/** Leaves out the middle of a long message, since the beginning says what is wrong and the end what to do. */
const shortened = (text: string): string =>
  text.length > LONGEST ? `${text.slice(0, 0.7 * LONGEST)} … ${text.slice(-0.3 * LONGEST + 3)}` : text;

/** The base class of all errors of Regulus. They are thrown before anything has changed, and their messages say what to
 *  do. */
export class RegulusError extends Error {
  override readonly name: string = 'RegulusError';

  constructor(message = '', options?: ErrorOptions) {
    super(shortened(message), options);
  }
}

/** Shapes, axes or indices that do not fit an op. */
export class ShapeError extends RegulusError {
  override readonly name = 'ShapeError';
}

/** Data that cannot be learned from: NaN, an empty set, wrong labels, an unreadable line. */
export class DataError extends RegulusError {
  override readonly name = 'DataError';
}

/** An unknown or impossible option. */
export class OptionError extends RegulusError {
  override readonly name = 'OptionError';
}

/** Where training diverged. */
export interface Divergence {
  /** The update that was about to be made, from 0. */
  readonly step?: number;
  /** The first layer whose output or gradient is not finite. */
  readonly layer?: string;
  /** The last finite parameters, by name. */
  readonly parameters?: Readonly<Record<string, Float32Array>>;
}

/** A loss or gradient that is NaN or infinite. It carries the last finite parameters. */
export class DivergenceError extends RegulusError implements Divergence {
  override readonly name = 'DivergenceError';
  readonly step?: number;
  readonly layer?: string;
  readonly parameters?: Readonly<Record<string, Float32Array>>;

  constructor(message: string, { step, layer, parameters }: Divergence = {}) {
    super(message);
    this.step = step;
    this.layer = layer;
    this.parameters = parameters;
  }
}

/** A thread that took part in a computation has ended. */
export class ThreadError extends RegulusError {
  override readonly name = 'ThreadError';
}

/** Linear memory cannot grow as far as asked. */
export class OutOfMemoryError extends RegulusError {
  override readonly name = 'OutOfMemoryError';
}

/** Bytes or text that do not follow their format. */
export class FormatError extends RegulusError {
  override readonly name = 'FormatError';
}

/** A sealed test set was about to be used to fit or to select, or training rows to validate. */
export class LeakageError extends RegulusError {
  override readonly name = 'LeakageError';
}

/** A model or program that has been disposed of. */
export class DisposedError extends RegulusError {
  override readonly name = 'DisposedError';
}

/** Something that this host, or this combination, cannot do. */
export class UnsupportedError extends RegulusError {
  override readonly name = 'UnsupportedError';
}

/** A worker that could not be started, or that ended before its work did. */
export class WorkerError extends RegulusError {
  override readonly name = 'WorkerError';
}
