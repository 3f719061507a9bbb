import { html, nothing, type TemplateResult } from 'lit';
import { fitted } from '../../draw/canvas.js';
import { filled, percent } from '../../strings/en.js';
import type { Frame, View, ViewContext } from '../../tab.js';
import type { Theme } from '../../theme.js';
import { twinForm, twinTitle } from './twin.js';
import { History } from './history.js';
import { drawMap, type Shown } from './map.js';
import { Paste } from './paste.js';
import { Units } from './units.js';
import { pictureOf } from './picture.js';
import { EDGE, MOST, type Point, pointsOf, textOfPoints } from './points.js';
import { rowsOf, unitsOf } from './spec.js';

/** From this width on the curves stand beside the map, so far from it. As in the style sheet. */
const WIDE = 700;
const GAP = 16;
/** What a click on the plane does. */
const TOOLS = ['flip', 'one', 'zero', 'remove'] as const;
type Tool = (typeof TOOLS)[number];

const words = ({ strings }: ViewContext): Readonly<Record<string, string>> => strings.tabs.plane.words;

class PlaneView implements View {
  #tool: Tool = 'flip';
  readonly #units = new Units();
  readonly #history = new History();
  readonly #paste = new Paste();
  #points?: Shown;
  #twinPoints?: Shown;
  #version = -1;
  #opens = false;
  #opened = 0;
  #test?: { readonly error: number; readonly of: string };
  #cross: [number, number] = [0, 0];
  #crossed = false;
  readonly #small = document.createElement('canvas');
  #frame?: Frame;
  /** A run to compare others with. */
  #kept?: Frame;

  want(context: ViewContext): readonly string[] {
    const unit = this.#units.at(context);
    const map = unit ? `map:${unit[0]}:${unit[1]}` : 'map';
    const stale = this.#version !== context.frame?.numbers.version;
    return [
      ...[map, 'neurons', 'weights', 'histograms', 'curves', 'warp'],
      ...this.#units.want(context),
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
    const unit = this.#units.at(context);
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
        ${this.#paste.template(context)}
      </figure>
      ${this.#second(context)}
      <div class="beside">
        ${this.#history.template(context, this.#other(context), ...this.#room(context))}
        <section class="seal">
          <button type="button" ?disabled=${!frame?.numbers.rows} @click=${() => {
            this.#opens = true;
            context.redraw();
          }}>${w.open}</button>
          <span class="note">${this.#testSentence(context)}</span>
        </section>
      </div>
      ${this.#units.template(context)}
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

  draw(context: ViewContext, root: ParentNode): void {
    const { frame, theme, state } = context;
    if (!frame) return;
    const find = (id: string): HTMLElement | null => root.querySelector(`#${id}`);
    const unit = this.#isUnit(state.layers, this.#units.at(context));
    const kept = this.#kept && outputOf(this.#kept);
    const shared = { small: this.#small, unit, validation: true };
    const cross = this.#crossed ? this.#cross : undefined;
    this.#paint(find('map'), { ...shared, frame, points: this.#points, cross, kept }, theme);
    if (context.twin)
      this.#paint(find('twin-map'), { ...shared, frame: context.twin.frame, points: this.#twinPoints }, theme);
    this.#units.draw(context, root);
  }
  /** The run whose curves are grey. */
  #other({ twin }: ViewContext): Frame | undefined {
    return twin?.frame ?? this.#kept;
  }
  /** The width and height of the curves. */
  #room({ width, twin }: ViewContext): readonly [number, number] {
    return width >= WIDE && !twin ? [Math.floor(((width - GAP) * 10) / 21), 330] : [Math.max(240, width), 210];
  }
  #paint(map: HTMLElement | null, shown: Parameters<typeof drawMap>[2], theme: Theme): void {
    const size = map?.parentElement?.clientWidth;
    if (size) drawMap(fitted(map as HTMLCanvasElement, size, size), size, shown, theme);
  }
  /** Whether the large map is that of a hidden unit, whose numbers are no logits. */
  #isUnit(layers: unknown, unit: readonly [number, number] | undefined): boolean {
    return unit !== undefined && unit[0] < unitsOf(String(layers)).length;
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
      if (own.length < MOST) context.set('points', textOfPoints([...own, point]));
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

  svg(context: ViewContext): string {
    return pictureOf(
      context,
      this.#points,
      this.#history.picture(context, this.#other(context), 380, 270),
      this.status(context),
    );
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
