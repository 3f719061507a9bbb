import { html, type TemplateResult } from 'lit';
import { filled, percent } from '../../strings/en.js';
import type { Frame, ViewContext } from '../../tab.js';
import { keys, pointAt } from '../shared/plot.js';
import { curves } from './curves.js';

/** The most rows of the table beside the curves. */
const TABLE = 25;
const words = ({ strings }: ViewContext): Readonly<Record<string, string>> => strings.tabs.plane.words;

/** The curves of the run, with those of another one in grey: by loss or by error, with a cursor that clicks and keys move, and as a table
 *  for those who do not see them. */
export class History {
  #measure: 'Loss' | 'Error' = 'Loss';
  #cursor?: number;

  template(context: ViewContext, other: Frame | undefined, width: number, height: number): TemplateResult {
    const w = words(context);
    return html`<section aria-labelledby="curves-title">
    <div class="head"><h3 id="curves-title">${keys(w.curves, w)}</h3>
      <div role="group" aria-label=${w.measure}>
        ${(['Loss', 'Error'] as const).map(
          (measure) =>
            html`<button type="button" aria-pressed=${measure === this.#measure} @click=${() => {
              this.#measure = measure;
              context.redraw();
            }}>${w[measure]}</button>`,
        )}
      </div>
    </div>
    <div id="curves" tabindex="0" role="application" aria-label=${w.curvesLabel} aria-details="curves-table"
      @keydown=${(event: KeyboardEvent) => this.#along(event, context)}
      @click=${(event: MouseEvent) => {
        const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
        const scales = { width, height: 1, x: { from: 0, to: this.#last(context, other) }, y: { from: 0, to: 1 } };
        this.#point(pointAt(scales, (event.clientX - left) / width, 0)[0], context);
      }}
      .innerHTML=${this.picture(context, other, width, height)}></div>
    <p class="note">${this.#there(context)}</p>
    ${this.#table(context)}
  </section>`;
  }

  picture(context: ViewContext, other: Frame | undefined, width: number, height: number): string {
    const { frame, theme, marks } = context;
    const w = words(context);
    const { perEpoch = 1, best = 0, epoch = 0 } = frame?.numbers ?? {};
    const [training, validation] = this.#lines(frame);
    return curves({
      ...{ width, height, theme, title: w.curvesLabel, training, validation },
      kept: other ? this.#lines(other) : [],
      labels: [w.epoch, this.#measure === 'Error' ? '%' : ''],
      marks: marks.map((step) => step / (perEpoch || 1)).filter((at) => at <= epoch),
      best: best > 0 ? best : undefined,
      cursor: this.#cursor,
    });
  }
  /** The curves of what is measured, errors in per cent. */
  #lines(frame: Frame | undefined): readonly Float32Array[] {
    return ['train', 'validation'].map((set) => {
      const values = (frame?.arrays[`${set}${this.#measure}`] ?? new Float32Array(0)) as Float32Array;
      return this.#measure === 'Error' ? values.map((share) => 100 * share) : values;
    });
  }

  /** The curves as a table, for those who do not see them; made only where nothing moves. */
  #rows: readonly (readonly string[])[] = [];
  #table(context: ViewContext): TemplateResult {
    const { frame, running } = context;
    const w = words(context);
    const { trainLoss, validationLoss, trainError, validationError } = (frame?.arrays ?? {}) as Record<
      string,
      Float32Array
    >;
    if (trainLoss && !running) {
      const every = Math.max(1, Math.ceil(trainLoss.length / TABLE));
      this.#rows = Array.from({ length: Math.ceil(trainLoss.length / every) }, (_, i) => {
        const at = i * every;
        return [
          String(at),
          ...[trainLoss[at], validationLoss[at]].map((loss) => loss.toPrecision(3)),
          ...[trainError[at], validationError[at]].map(percent),
        ];
      });
    }
    return html`<div class="unseen"><table id="curves-table"><caption>${w.curves}</caption>
      <thead><tr>${[w.epoch, w.trainLoss, w.validationLoss, w.trainError, w.validationError].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${this.#rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
  }

  /** Moves along the curves by keys. */
  #along(event: KeyboardEvent, context: ViewContext): void {
    const last = (context.frame?.numbers.epoch ?? 0) as number;
    const now = this.#cursor ?? last;
    const by = event.shiftKey ? 10 : 1;
    const to = { ArrowLeft: now - by, ArrowRight: now + by, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#point(to, context);
  }
  /** Puts the cursor on an epoch, and says the numbers there. */
  #point(epoch: number, context: ViewContext): void {
    this.#cursor = Math.max(0, Math.min(this.#lines(context.frame)[0].length - 1, Math.round(epoch)));
    context.say(this.#there(context));
    context.redraw();
  }
  /** The numbers at the cursor; an empty text where there are none. */
  #there(context: ViewContext): string {
    if (this.#cursor === undefined) return '';
    const epoch = this.#cursor;
    const lines = this.#lines(context.frame);
    if (!(epoch in lines[0])) return '';
    const [training, validation] = lines.map((line) =>
      this.#measure === 'Loss' ? line[epoch].toPrecision(3) : percent(line[epoch] / 100),
    );
    return filled(words(context).along, { epoch, training, validation });
  }
  /** The last epoch of the curves that are shown. */
  #last({ frame }: ViewContext, other: Frame | undefined): number {
    return Math.max(...[frame, other].map((some) => this.#lines(some)[0].length)) - 1;
  }
}
