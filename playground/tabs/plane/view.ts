import { html, nothing, type TemplateResult } from 'lit';
import { fitted } from '../../draw/canvas.js';
import { heat, ofRange } from '../../draw/heat.js';
import { filled, percent } from '../../strings/en.js';
import type { Frame, View, ViewContext } from '../../tab.js';
import type { Theme } from '../../theme.js';
import { twinForm, twinTitle } from './twin.js';
import { keys, pointAt } from '../shared/plot.js';
import { short } from '../shared/svg.js';
import { curves } from './curves.js';
import { drawMap, type Shown } from './map.js';
import { drawEdges, drawHistogram, HISTOGRAM, layoutOf, offsetsOf } from './network.js';
import { pictureOf } from './picture.js';
import { EDGE, type Point, pointsOf, textOfPoints } from './points.js';
import { rowsOf, unitsOf } from './spec.js';

/** From this width on the curves stand beside the map, so far from it. As in the style sheet. */
const WIDE = 700;
const GAP = 16;
const SMALL = 24;
const BINS = 24;
/** What a click on the plane does. */
const TOOLS = ['flip', 'one', 'zero', 'remove'] as const;
type Tool = (typeof TOOLS)[number];
/** The most rows of the table beside the curves. */
const TABLE = 25;

const words = ({ strings }: ViewContext): Readonly<Record<string, string>> => strings.tabs.plane.words;

class PlaneView implements View {
  #tool: Tool = 'flip';
  #measure: 'Loss' | 'Error' = 'Loss';
  /** The unit whose map is large: the pointer is over it, or it was chosen. */
  #hovered?: readonly [layer: number, unit: number];
  #chosen?: readonly [layer: number, unit: number];
  #points?: Shown;
  #twinPoints?: Shown;
  #version = -1;
  #layers = '';
  #opens = false;
  #opened = 0;
  #test?: { readonly error: number; readonly of: string };
  #cross: [number, number] = [0, 0];
  #crossed = false;
  #cursor?: number;
  readonly #small = document.createElement('canvas');
  #frame?: Frame;
  /** A run to compare others with. */
  #kept?: Frame;

  #unit({ state }: ViewContext): readonly [number, number] | undefined {
    if (this.#layers !== state.layers) {
      this.#layers = String(state.layers);
      this.#hovered = this.#chosen = undefined;
    }
    return this.#hovered ?? this.#chosen;
  }

  want(context: ViewContext): readonly string[] {
    const unit = this.#unit(context);
    const map = unit ? `map:${unit[0]}:${unit[1]}` : 'map';
    const stale = this.#version !== context.frame?.numbers.version;
    return [
      ...[map, 'neurons', 'weights', 'histograms', 'curves'],
      ...(stale || !this.#points ? ['points'] : []),
      ...(this.#opens ? ['test'] : []),
    ];
  }

  /** Takes what comes only once from a frame. */
  #take(context: ViewContext): void {
    const { frame } = context;
    if (!frame || frame === this.#frame) return;
    this.#frame = frame;
    if (frame.arrays.trainX) {
      this.#points = shownOf(frame);
      this.#twinPoints = context.twin && shownOf(context.twin.frame);
      this.#version = frame.numbers.version;
    }
    if (this.#opens && 'testError' in frame.numbers) {
      this.#opens = false;
      this.#opened++;
      this.#test = { error: frame.numbers.testError, of: this.#key(context) };
      context.say(this.#testSentence(context));
    }
  }
  /** What the test figure belongs to. */
  #key({ frame }: ViewContext): string {
    return `${frame?.numbers.version}:${frame?.step}`;
  }
  #testSentence(context: ViewContext): string {
    const w = words(context);
    if (!this.#test) return w.sealed;
    const sentence = filled(w.opened, { error: percent(this.#test.error), times: this.#opened });
    return this.#opened > 1 ? `${sentence} ${w.openedAgain}` : sentence;
  }

  status(context: ViewContext): string {
    const { frame, state } = context;
    const w = words(context);
    if (!frame) return '';
    const { epoch, trainLoss, trainError, validationLoss, validationError, rows } = frame.numbers;
    if (!rows) return w.empty;
    const numbers = { epoch, epochs: Number(state.epochs), trainLoss, validationLoss };
    const shares = { trainError: percent(trainError), validationError: percent(validationError) };
    return filled(Number.isNaN(validationLoss) ? w.statusAlone : w.status, { ...numbers, ...shares });
  }

  template(context: ViewContext): TemplateResult {
    this.#take(context);
    const w = words(context);
    const { frame, width } = context;
    const wide = width >= WIDE;
    const unit = this.#unit(context);
    return html`<div class="plane ${wide ? 'wide' : ''} ${context.twin ? 'paired' : ''}">
      <figure class="map">
        ${context.twin ? html`<h3>${w.first}</h3>` : nothing}
        <div class="square">
          <canvas id="map" tabindex="0" role="application" aria-label=${this.#mapLabel(context)} aria-describedby="map-keys"
            @click=${(event: MouseEvent) => this.#clicked(event, context)}
            @keydown=${(event: KeyboardEvent) => this.#keyed(event, context)}
            @focus=${() => this.#crossing(context, true)} @blur=${() => this.#crossing(context, false)}></canvas>
        </div>
        <div class="tools"><span class="joined" role="group" aria-label=${w.tools}>
          ${TOOLS.map(
            (tool) =>
              html`<button type="button" aria-pressed=${tool === this.#tool} @click=${() => {
                this.#tool = tool;
                context.redraw();
              }}>${w[`tool-${tool}`]}</button>`,
          )}
          </span><button type="button" aria-pressed=${this.#kept !== undefined} ?disabled=${!frame} @click=${() => {
            this.#kept = this.#kept ? undefined : frame;
            context.redraw();
          }}>${w.keep}</button>
        </div>
        <figcaption class="note" id="map-keys">
          ${unit ? filled(w.unitMap, { layer: unit[0] + 1, unit: unit[1] + 1 }) : w.legend} ${w[`help-${this.#tool}`]}
          ${this.#kept ? w.keptHelp : nothing}
        </figcaption>
        ${twinForm(context)}
      </figure>
      ${this.#second(context)}
      <div class="beside">
        <section aria-labelledby="curves-title">
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
              const scales = { width, height: 1, x: { from: 0, to: this.#last(context) }, y: { from: 0, to: 1 } };
              this.#point(pointAt(scales, (event.clientX - left) / width, 0)[0], context);
            }}
            .innerHTML=${this.#curves(context, ...this.#room(context))}></div>
          <p class="note">${this.#there(context)}</p>
          ${this.#table(context)}
        </section>
        <section class="seal">
          <button type="button" ?disabled=${!frame?.numbers.rows} @click=${() => {
            this.#opens = true;
            context.redraw();
          }}>${w.open}</button>
          <span class="note">${this.#testSentence(context)}</span>
        </section>
      </div>
      <section class="net" aria-labelledby="net-title">
        <div class="head"><h3 id="net-title">${w.network}</h3><span class="note">${w.networkHelp}</span></div>
        ${this.#network(context)}
        ${this.#chosen ? this.#weights(context, this.#chosen) : nothing}
      </section>
    </div>`;
  }

  /** The map of the twin, and what is to be said of it. */
  #second(context: ViewContext): TemplateResult | typeof nothing {
    const { twin, running, strings } = context;
    if (!twin) return nothing;
    const { verdict, frame } = twin;
    const sentence = verdict && !running ? filled(strings.tabs.plane.verdicts[verdict.kind], verdict.numbers) : '';
    return html`<figure class="map"><h3>${twinTitle(context)}</h3>
      <div class="square"><canvas id="twin-map" role="img" aria-label=${this.#mapLabel({ ...context, frame })}></canvas></div>
      <p class="note">${sentence || this.status({ ...context, frame })} ${words(context).twinHelp}</p></figure>`;
  }

  #mapLabel(context: ViewContext): string {
    const { numbers } = context.frame ?? {};
    const w = words(context);
    if (!numbers) return w.map;
    return filled(w.mapLabel, { rows: numbers.rows, error: percent(numbers.trainError || 0) });
  }

  #network(context: ViewContext): TemplateResult {
    const { state, frame } = context;
    const w = words(context);
    const hidden = unitsOf(String(state.layers));
    const layout = layoutOf(hidden, this.#netWidth(context));
    const { side, height, columns } = layout;
    const current = this.#unit(context);
    const hover = (at: readonly [number, number] | undefined) => () => {
      this.#hovered = at;
      context.redraw();
    };
    return html`<div class="units" .style=${`height:${height + HISTOGRAM}px`}>
      <canvas id="edges" aria-hidden="true" .style=${`width:${layout.width}px;height:${height}px`}></canvas>
      ${columns[0].units.map(
        ({ y }, i) =>
          html`<span class="input" .style=${`left:0;top:${y}px;width:${side}px;height:${side}px`}>x<sub>${i + 1}</sub></span>`,
      )}
      ${columns.slice(1).map(({ x, units }, layer) => {
        const last = layer === hidden.length;
        return html`${units.map(({ y }, unit) => {
          const label = last ? w.output : filled(w.unit, { layer: layer + 1, unit: unit + 1 });
          const on = this.#chosen?.[0] === layer && this.#chosen[1] === unit;
          return html`<button type="button" class="unit ${current?.[0] === layer && current[1] === unit ? 'current' : ''}"
            .style=${`left:${x}px;top:${y}px;width:${side}px;height:${side}px`} aria-label=${label} aria-pressed=${on}
            @pointerenter=${hover([layer, unit])} @pointerleave=${hover(undefined)}
            @click=${() => {
              this.#chosen = on ? undefined : [layer, unit];
              context.redraw();
            }}><canvas data-layer=${layer} data-unit=${unit}></canvas></button>`;
        })}${
          last
            ? nothing
            : html`<span class="histogram" .style=${`left:${x - 8}px;top:${height + 4}px;width:${side + 16}px`}>
                <canvas data-histogram=${layer} role="img" aria-label=${filled(w.histogram, { layer: layer + 1, std: frame?.numbers[`std${layer}`] ?? 0 })}
                  .style=${`width:100%;height:${HISTOGRAM - 16}px`}></canvas>
                <small aria-hidden="true">σ ${short(frame?.numbers[`std${layer}`] ?? 0)}</small></span>`
        }`;
      })}
    </div>`;
  }
  #netWidth({ width }: ViewContext): number {
    return Math.max(240, Math.min(960, width));
  }

  /** The weights into the chosen unit, as fields. */
  #weights(context: ViewContext, [layer, unit]: readonly [number, number]): TemplateResult {
    const { state, frame } = context;
    const w = words(context);
    const hidden = unitsOf(String(state.layers));
    const sizes = [2, ...hidden, 1];
    const { weight, bias } = offsetsOf(hidden)[layer];
    const all = frame?.arrays.weights as Float32Array | undefined;
    const field = (label: string, at: number, parameter: number, index: number) =>
      html`<label>${label}<input type="number" step="0.1" .value=${String(Number((all?.[at] ?? 0).toPrecision(4)))}
        @change=${(event: Event) => {
          const value = Number((event.target as HTMLInputElement).value);
          if (Number.isFinite(value)) context.act({ name: 'weight', values: [parameter, index, value] });
        }} /></label>`;
    const title = layer === hidden.length ? w.intoOutput : filled(w.into, { layer: layer + 1, unit: unit + 1 });
    return html`<fieldset class="weights"><legend>${title}</legend>
      ${Array.from({ length: sizes[layer] }, (_, i) => {
        const index = i * sizes[layer + 1] + unit;
        const from = layer ? filled(w.from, { unit: i + 1 }) : `x${'₁₂'[i]}`;
        return field(from, weight + index, 2 * layer, index);
      })}
      ${field(w.bias, bias + unit, 2 * layer + 1, unit)}
    </fieldset>`;
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

  draw(context: ViewContext, root: ParentNode): void {
    const { frame, theme, state } = context;
    if (!frame) return;
    const find = (id: string): HTMLElement | null => root.querySelector(`#${id}`);
    const unit = this.#isUnit(state.layers, this.#unit(context));
    const kept = this.#kept && outputOf(this.#kept);
    const shared = { small: this.#small, unit, validation: true };
    const cross = this.#crossed ? this.#cross : undefined;
    this.#paint(find('map'), { ...shared, frame, points: this.#points, cross, kept }, theme);
    if (context.twin)
      this.#paint(find('twin-map'), { ...shared, frame: context.twin.frame, points: this.#twinPoints }, theme);
    const { neurons, weights, map: whole, histograms } = frame.arrays as Record<string, Float32Array>;
    const hidden = unitsOf(String(state.layers));
    const layout = layoutOf(hidden, this.#netWidth(context));
    const edges = find('edges') as HTMLCanvasElement | null;
    // A frame of an earlier network has other sizes.
    const fits = weights?.length === (offsetsOf(hidden).at(-1)?.bias ?? 0) + 1;
    if (edges && fits) drawEdges(edges, layout, weights, hidden, this.#unit(context), theme);
    if (neurons && fits) {
      let at = 0;
      hidden.forEach((units, layer) => {
        const own = neurons.subarray(at, at + units * SMALL * SMALL);
        for (let unit = 0; unit < units; unit++) {
          const canvas = root.querySelector(
            `canvas[data-layer="${layer}"][data-unit="${unit}"]`,
          ) as HTMLCanvasElement | null;
          if (canvas) heat(canvas, SMALL, own, theme, ofRange(own, units, unit), { stride: units, offset: unit });
        }
        at += units * SMALL * SMALL;
      });
      const last = root.querySelector(`canvas[data-layer="${hidden.length}"]`) as HTMLCanvasElement | null;
      const output = (frame.arrays.output as Float32Array | undefined) ?? whole;
      if (last && output) heat(last, 64, output, theme, (z) => 2 / (1 + Math.exp(-z)) - 1);
      hidden.forEach((_, layer) => {
        const canvas = root.querySelector(`canvas[data-histogram="${layer}"]`) as HTMLCanvasElement | null;
        const counts = histograms as unknown as Int32Array | undefined;
        if (canvas?.parentElement && counts)
          drawHistogram(canvas, layout.side + 16, counts.subarray(layer * BINS, (layer + 1) * BINS), theme);
      });
    }
  }
  /** The width and height of the curves. */
  #room({ width, twin }: ViewContext): readonly [number, number] {
    return width >= WIDE && !twin ? [Math.floor(((width - GAP) * 10) / 21), 330] : [Math.max(240, width), 210];
  }
  /** The run whose curves are grey. */
  #other({ twin }: ViewContext): Frame | undefined {
    return twin?.frame ?? this.#kept;
  }
  #curves(context: ViewContext, width: number, height: number): string {
    const { frame, theme, marks } = context;
    const w = words(context);
    const { perEpoch = 1, best = 0, epoch = 0 } = frame?.numbers ?? {};
    const [training, validation] = this.#lines(frame);
    return curves({
      ...{ width, height, theme, title: w.curvesLabel, training, validation },
      kept: this.#other(context) ? this.#lines(this.#other(context)) : [],
      labels: [w.epoch, this.#measure === 'Error' ? '%' : ''],
      marks: marks.map((step) => step / (perEpoch || 1)).filter((at) => at <= epoch),
      best: best > 0 ? best : undefined,
      cursor: this.#cursor,
    });
  }
  #paint(map: HTMLElement | null, shown: Parameters<typeof drawMap>[2], theme: Theme): void {
    const size = map?.parentElement?.clientWidth;
    if (size) drawMap(fitted(map as HTMLCanvasElement, size, size), size, shown, theme);
  }
  /** Whether the large map is that of a hidden unit, whose numbers are no logits. */
  #isUnit(layers: unknown, unit: readonly [number, number] | undefined): boolean {
    return unit !== undefined && unit[0] < unitsOf(String(layers)).length;
  }
  /** The curves of what is measured, errors in per cent. */
  #lines(frame: Frame | undefined): readonly Float32Array[] {
    const unit = this.#measure === 'Error' ? 100 : 1;
    return ['train', 'validation'].map((set) =>
      Float32Array.from(frame?.arrays[`${set}${this.#measure}`] ?? [], (value) => unit * value),
    );
  }

  // —— Points by click and by keys ——

  #crossing(context: ViewContext, on: boolean): void {
    this.#crossed = on;
    context.redraw();
  }
  #clicked(event: MouseEvent, context: ViewContext): void {
    const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const at = (share: number): number => (2 * share - 1) * EDGE;
    this.#cross = [at((event.clientX - left) / width), -at((event.clientY - top) / height)];
    this.#touch(context);
  }
  #keyed(event: KeyboardEvent, context: ViewContext): void {
    const moves: Record<string, readonly [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    };
    const move = moves[event.key];
    const step = event.shiftKey ? 0.5 : 0.1;
    if (move)
      this.#cross = this.#cross.map((value, i) => Math.max(-EDGE, Math.min(EDGE, value + step * move[i]))) as [
        number,
        number,
      ];
    else if (event.key === 'Enter' || event.key === ' ') this.#touch(context);
    else return;
    event.preventDefault();
    context.say(
      filled(words(context).at, { x: Number(this.#cross[0].toFixed(1)), y: Number(this.#cross[1].toFixed(1)) }),
    );
    context.redraw();
  }
  /** Does what the chosen tool does, at the cross. */
  #touch(context: ViewContext): void {
    const { state } = context;
    const [x, y] = this.#cross;
    const own = [...(pointsOf(String(state.points)) ?? [])];
    if (this.#tool === 'one' || this.#tool === 'zero') {
      const point: Point = { x, y, label: this.#tool === 'one' ? 1 : 0 };
      if (own.length < 200) context.set('points', textOfPoints([...own, point]));
      return;
    }
    if (this.#tool === 'remove') {
      const near = nearest(
        own.map((point) => [point.x, point.y]),
        [x, y],
      );
      if (near !== undefined) context.set('points', textOfPoints(own.filter((_, i) => i !== near)));
      return;
    }
    const { trainX, trainY } = this.#points ?? {};
    if (!trainX || !trainY) return;
    const near = nearest(
      Array.from(trainY, (_, i) => [trainX[2 * i], trainX[2 * i + 1]]),
      [x, y],
    );
    if (near === undefined) return;
    const liars = rowsOf(String(state.liars));
    const rows = liars.includes(near) ? liars.filter((row) => row !== near) : [...liars, near];
    context.set('liars', rows.sort((a, b) => a - b).join('.'));
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
    const epoch = this.#cursor ?? -1;
    const lines = this.#lines(context.frame);
    if (!(epoch in lines[0])) return '';
    const [training, validation] = lines.map((line) =>
      this.#measure === 'Loss' ? line[epoch].toPrecision(3) : percent(line[epoch] / 100),
    );
    return filled(words(context).along, { epoch, training, validation });
  }
  /** The last epoch of the curves that are shown. */
  #last(context: ViewContext): number {
    return Math.max(...[context.frame, this.#other(context)].map((frame) => this.#lines(frame)[0].length)) - 1;
  }

  svg(context: ViewContext): string {
    return pictureOf(context, this.#points, this.#curves(context, 380, 270), this.status(context));
  }
  csv({ frame }: ViewContext): string {
    const names = ['trainLoss', 'validationLoss', 'trainError', 'validationError'];
    const columns = names.map((name) => (frame?.arrays[name] ?? []) as Float32Array);
    const rows = Array.from(columns[0], (_, i) => [i, ...columns.map((column) => column[i])].join(','));
    return `${['epoch', ...names].join(',')}\n${rows.map((row) => `${row}\n`).join('')}`;
  }
}

const outputOf = ({ arrays }: Frame): Float32Array => (arrays.output ?? arrays.map) as Float32Array;
const shownOf = ({ arrays }: Frame): Shown => {
  const { trainX, trainY, validationX, validationY, liars } = arrays as Record<string, Float32Array>;
  return { trainX, trainY, validationX, validationY, liars: new Set(liars) };
};

/** The point nearest to a place, where one is near enough to have been meant. */
function nearest(points: readonly (readonly number[])[], [x, y]: readonly number[]): number | undefined {
  let best: number | undefined;
  let least = 0.4 ** 2;
  points.forEach(([a, b], i) => {
    const distance = (a - x) ** 2 + (b - y) ** 2;
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

export const planeView = (): View => new PlaneView();
