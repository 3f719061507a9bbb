import type { Screen } from './progress.js';

/** The part of a Node stream's interface that `Output` uses. */
export interface Sink extends Screen {
  write(text: string | Uint8Array, done?: () => void): unknown;
  on(event: 'error', heard: (error: Error & { code?: string }) => void): unknown;
}

/** Standard output that may close before the training ends, as in `regulus train | head` or on a full disk. Text is lost then, and nothing
 *  else. */
export class Output implements Screen {
  /** The error after which nothing more can be written. */
  lost?: Error & { code?: string };

  #hears: () => void = () => undefined;

  constructor(readonly sink: Sink) {
    sink.on('error', (error) => {
      if (this.lost) return;
      this.lost = error;
      this.#hears();
    });
  }
  /** Sets the function that is called when the output is closed. */
  onLost(hears: () => void): void {
    this.#hears = hears;
  }
  get isTTY(): boolean | undefined {
    return this.sink.isTTY;
  }
  get columns(): number | undefined {
    return this.sink.columns;
  }
  write(text: string): void {
    if (!this.lost) this.sink.write(text);
  }
  /** Writes, and waits until there is room for more. */
  send(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.lost) resolve();
      else this.sink.write(data, () => resolve());
    });
  }
}
