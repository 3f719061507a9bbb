import type { Screen } from './progress.js';

/** As much of a stream as is written to here. */
export interface Sink extends Screen {
  on(event: 'error', heard: (error: Error & { code?: string }) => void): unknown;
}

/** Standard output that may end before the training does, as in `regulus train | head`, or on a disk that is full: what is said then is
 *  lost, and nothing else. */
export class Output implements Screen {
  /** Why nothing more can be written. */
  lost?: Error & { code?: string };

  /** `hears`: nobody reads any more. */
  constructor(
    readonly sink: Sink,
    hears: () => void,
  ) {
    sink.on('error', (error) => {
      if (this.lost) return;
      this.lost = error;
      hears();
    });
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
}
