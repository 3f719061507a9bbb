import type { Screen } from './progress.js';

/** As much of a stream as is written to here. */
export interface Sink extends Screen {
  write(text: string | Uint8Array, done?: () => void): unknown;
  on(event: 'error', heard: (error: Error & { code?: string }) => void): unknown;
}

/** Standard output that may end before the training does, as in `regulus train | head`, or on a disk that is full: what is said then is
 *  lost, and nothing else. */
export class Output implements Screen {
  /** Why nothing more can be written. */
  lost?: Error & { code?: string };

  #hears: () => void = () => undefined;

  constructor(readonly sink: Sink) {
    sink.on('error', (error) => {
      if (this.lost) return;
      this.lost = error;
      this.#hears();
    });
  }
  /** Calls this when nobody reads any more. */
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
