import { html, nothing, type TemplateResult } from 'lit';
import { filled, percent } from '../../strings/en.js';
import type { View, ViewContext } from '../../tab.js';
import { pad, titled } from '../shared/pad.js';
import { type Drawn, keys, placeIn, plot, type PlotInput, type Point, pointAt } from '../shared/plot.js';
import { drawing, element, pixels, sheet } from '../shared/svg.js';
import { CHANGES, LEVELS, levelsOf, PLACES, SIDE, textOfLevels, VALIDATION } from './spec.js';

const GAP = 20;
const HEIGHT = 210;
const CLASSES = 10;
/** The pen leaves full ink up to this distance from its way, in pixels of the digit, and less up to the next. */
const [CORE, RIM] = [0.4, 1.1];
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

class DigitsView implements View {
  #tool: 'pen' | 'eraser' = 'pen';
  /** Where the pen was, and the pixel that keys change. */
  #last?: Point;
  #cell: readonly [column: number, row: number] = [0, 0];
  #focused = false;
  /** The pictures of the gallery, and what they belong to. */
  #gallery?: Float32Array;
  #of?: string;

  want({ state, frame }: ViewContext): readonly string[] {
    const stale = !this.#gallery || frame?.texts?.gallery !== this.#of;
    return [`look:${state.digit}:${state.epsilon}:${state.drawn}`, ...(stale ? ['gallery'] : [])];
  }
  #take({ frame }: ViewContext): void {
    if (!frame?.arrays.gallery) return;
    this.#gallery = frame.arrays.gallery as Float32Array;
    this.#of = frame.texts?.gallery;
  }

  #image({ theme }: ViewContext, values: ArrayLike<number>, size: number, title: string, over = ''): string {
    return drawing(
      size,
      size,
      title,
      element('rect', { width: size, height: size, fill: theme.panel }) +
        pixels(values, SIDE, size / SIDE, theme.text) +
        over,
    );
  }
  #change({ frame, theme, strings }: ViewContext, size: number): string {
    const { image = [], attacked = [] } = frame?.arrays ?? {};
    // The largest change that the slider knows is the full colour.
    const values = Array.from(image, (value, i) => (attacked[i] - value) / CHANGES[CHANGES.length - 1]);
    return drawing(
      size,
      size,
      strings.tabs.digits.words.changeLabel,
      element('rect', { width: size, height: size, fill: theme.panel }) +
        pixels(values, SIDE, size / SIDE, theme.one, theme.zero),
    );
  }
  #answers({ frame, strings }: ViewContext, attacked: boolean): string {
    const { words } = strings.tabs.digits;
    const { label = -1, answer = 0, attackedAnswer = 0, near = 0, nearAttacked = 0 } = frame?.numbers ?? {};
    const says = attacked ? attackedAnswer : answer;
    const sure = percent((frame?.arrays[attacked ? 'after' : 'before']?.[says] as number) ?? 0);
    const sentence = filled(words.answers, { answer: says, sure, near: attacked ? nearAttacked : near });
    return (label < 0 || attacked ? '' : filled(words.truth, { label })) + sentence;
  }

  #bars({ frame, theme, strings }: ViewContext, width: number): PlotInput {
    const bar = (values: ArrayLike<number> = [], by: number): Point[] =>
      Array.from(values, (p, i): Point[] => [
        [i + by, 0],
        [i + by, 100 * p],
        [i, Number.NaN],
      ]).flat();
    const thick = Math.max(4, width / 40);
    return {
      ...{ width, height: HEIGHT, theme, title: strings.tabs.digits.words.barsLabel },
      x: { from: -0.5, to: CLASSES - 0.5, labels: Array.from({ length: CLASSES }, (_, i) => i) },
      y: { from: 0, to: 100 },
      lines: [
        { points: bar(frame?.arrays.before, -0.18), stroke: theme.training, width: thick },
        { points: bar(frame?.arrays.after, 0.18), stroke: theme.validation, width: thick, dash: '3 1' },
      ],
    };
  }
  #robust({ frame, theme, strings }: ViewContext, width: number): PlotInput {
    const errors = frame?.arrays.robust ?? [];
    return {
      ...{ width, height: HEIGHT, theme, title: strings.tabs.digits.words.robustLabel },
      x: { from: 0, to: CHANGES[CHANGES.length - 1] },
      y: { from: 0, to: 100 },
      lines: [
        {
          points: Array.from(errors, (error, i): Point => [CHANGES[i], 100 * error]),
          stroke: theme.validation,
          dots: 3,
        },
      ],
    };
  }
  #curves({ frame, theme, strings, state }: ViewContext, width: number): string {
    const { trainError = [], validationError = [] } = frame?.arrays ?? {};
    const last = Math.max(Number(state.epochs), trainError.length - 1);
    const line = (errors: ArrayLike<number>): Point[] => Array.from(errors, (error, i) => [i, 100 * error]);
    const near = 100 * (frame?.numbers.neighborError ?? Number.NaN);
    const lines: Drawn[] = [
      { points: [0, last].map((x): Point => [x, near]), stroke: theme.muted, dash: '2 3' },
      { points: line(trainError), stroke: theme.training },
      { points: line(validationError), stroke: theme.validation, dash: '7 4' },
    ];
    const title = strings.tabs.digits.words.curvesLabel;
    return plot({ width, height: HEIGHT, title, theme, x: { from: 0, to: last }, y: { from: 0, to: 40 }, lines });
  }
  #galleryPicture({ theme, strings }: ViewContext, width: number): readonly [picture: string, height: number] {
    const all = this.#gallery ?? new Float32Array(0);
    const cell = width / CLASSES;
    const [inner, gap] = [cell * 0.9, cell * 0.3];
    const rows = all.length / PLACES / CLASSES;
    const place = (i: number): Record<string, number> => ({
      x: (i % CLASSES) * cell,
      y: Math.floor(i / CLASSES) * cell + (i < CLASSES ? 0 : gap),
      ...{ width: inner, height: inner },
    });
    const parts = Array.from({ length: all.length / PLACES }, (_, i) =>
      element(
        'svg',
        { ...place(i), viewBox: `0 0 ${SIDE} ${SIDE}` },
        element('rect', { width: SIDE, height: SIDE, fill: theme.panel }) +
          pixels(all.subarray(i * PLACES, (i + 1) * PLACES), SIDE, 1, theme.text),
      ),
    );
    const height = rows * cell + gap;
    return [drawing(width, height, strings.tabs.digits.words.galleryLabel, parts.join('')), height];
  }

  template(context: ViewContext): TemplateResult {
    this.#take(context);
    const { state, frame, strings, theme, width, set } = context;
    const { words } = strings.tabs.digits;
    const whole = Math.max(240, width);
    const wide = whole >= 620;
    const half = wide ? Math.floor((whole - GAP) / 2) : whole;
    const large = wide ? 200 : Math.min(240, whole);
    const small = wide ? Math.min(large, Math.floor((whole - large - 3 * GAP) / 3)) : Math.floor((whole - GAP) / 2);
    const { image = [], attacked = [], neighbor = [] } = frame?.arrays ?? {};
    const [column, row] = this.#cell;
    const side = large / SIDE;
    const at = { x: column * side, y: row * side, width: side, height: side };
    const cursor = this.#focused
      ? element('rect', { ...at, fill: 'none', stroke: theme.accent, 'stroke-width': 3 })
      : '';
    const epsilon = String(state.epsilon);
    const robust = this.#robust(context, half);
    const [right, down] = placeIn(robust, [Number(state.epsilon), 0]);
    const along = pad({
      ...{ label: filled(words.handle, { epsilon }), x: right / half, y: down / HEIGHT },
      step: (0.04 * (half - 52)) / half,
      move: (to) => {
        const [found] = pointAt(robust, to, 0);
        set('epsilon', Number(Math.max(0, Math.min(CHANGES[CHANGES.length - 1], found)).toFixed(2)));
      },
    });
    const tool = (name: 'pen' | 'eraser') =>
      html`<button type="button" aria-pressed=${this.#tool === name} @click=${() => {
        this.#tool = name;
        context.redraw();
      }}>${words[name]}</button>`;
    const sure = { before: words.before, after: words.after };
    return html`<div class="figures">
      <div .style=${`width:${large}px`}>
        ${titled(state.drawn ? words.own : words.shown, this.#image(context, image, large, words.shown, cursor), large, this.#canvas(context))}
        <div class="tools" role="group" aria-label=${words.tools}>${tool('pen')}${tool('eraser')}
          <button type="button" @click=${() => set('drawn', '0'.repeat(PLACES))}>${words.empty}</button>
          <button type="button" @click=${() => {
            set('drawn', '');
            set('digit', (Number(state.digit) + 1) % VALIDATION);
          }}>${words.next}</button></div>
        <p class="note">${this.#answers(context, false)}</p>
      </div>
      <div .style=${`width:${small}px`}>
        ${titled(filled(words.attacked, { epsilon }), this.#image(context, attacked, small, words.attackedLabel), small)}
        <p class="note">${this.#answers(context, true)}</p>
      </div>
      <div .style=${`width:${small}px`}>
        ${titled(words.change, this.#change(context, small), small)}<p class="note">${words.changeHelp}</p>
      </div>
      ${titled(words.neighbor, this.#image(context, neighbor, small, words.neighborLabel), small)}
      ${titled(keys(words.bars, { training: sure.before, validation: sure.after }), plot(this.#bars(context, half)), half)}
      ${titled(words.robust, plot(robust), half, along)}
      <div .style=${`width:${half}px`}>${titled(keys(words.curves, words), this.#curves(context, half), half)}
        <p class="note">${words.neighborHelp}</p></div>
      <div .style=${`width:${half}px`}>
        ${this.#gallery ? titled(words.gallery, this.#galleryPicture(context, half)[0], half) : nothing}
        <p class="note">${/augment/.test(this.#of ?? '') ? words.galleryHelp : words.galleryNone}</p></div>
    </div>`;
  }

  /** What lies over the digit and takes the ink. */
  #canvas(context: ViewContext): TemplateResult {
    const [column, row] = this.#cell.map((place) => place + 1);
    const place = (event: PointerEvent): Point => {
      const { left, top, width, height } = (event.currentTarget as Element).getBoundingClientRect();
      return [((event.clientX - left) / width) * SIDE, ((event.clientY - top) / height) * SIDE];
    };
    const focus = (on: boolean) => () => {
      this.#focused = on;
      context.redraw();
    };
    return html`<div class="pad ink" tabindex="0" role="application"
      aria-label=${filled(context.strings.tabs.digits.words.shownLabel, { row, column })}
      @pointerdown=${(event: PointerEvent) => {
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
        this.#last = place(event);
        this.#ink(context, this.#last);
      }}
      @pointermove=${(event: PointerEvent) => {
        if ((event.currentTarget as Element).hasPointerCapture(event.pointerId)) this.#ink(context, place(event));
      }}
      @keydown=${(event: KeyboardEvent) => this.#keyed(context, event)}
      @focus=${focus(true)} @blur=${focus(false)}></div>`;
  }
  /** The levels of the digit that is shown. */
  #levels({ state, frame }: ViewContext): readonly number[] {
    const drawn = levelsOf(String(state.drawn));
    return drawn ?? Array.from({ length: PLACES }, (_, i) => Math.round(LEVELS * (frame?.arrays.image[i] ?? 0)));
  }
  /** Draws a line from where the pen was. */
  #ink(context: ViewContext, to: Point): void {
    const from = this.#last ?? to;
    this.#last = to;
    const levels = this.#levels(context).map((level, i) => {
      const far = distance([(i % SIDE) + 0.5, Math.floor(i / SIDE) + 0.5], from, to);
      const ink = LEVELS * Math.max(0, Math.min(1, (RIM - far) / (RIM - CORE)));
      return this.#tool === 'pen' ? Math.max(level, ink) : Math.min(level, LEVELS - ink);
    });
    context.set('drawn', textOfLevels(levels));
  }
  #keyed(context: ViewContext, event: KeyboardEvent): void {
    const way = ARROWS[event.key];
    if (!way && event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    const levels = [...this.#levels(context)];
    if (way) {
      const [column, row] = this.#cell.map((place, i) => Math.max(0, Math.min(SIDE - 1, place + way[i])));
      this.#cell = [column, row];
    }
    const [column, row] = this.#cell;
    const at = row * SIDE + column;
    if (!way) {
      levels[at] = levels[at] ? 0 : LEVELS;
      context.set('drawn', textOfLevels(levels));
    }
    context.say(
      filled(context.strings.tabs.digits.words.cell, { row: row + 1, column: column + 1, level: levels[at] }),
    );
    context.redraw();
  }

  draw(): void {}

  status({ state, frame, strings }: ViewContext): string {
    const { trainError = [], validationError = [] } = frame?.arrays ?? {};
    return filled(strings.tabs.digits.words.status, {
      ...{ epoch: frame?.numbers.epoch ?? 0, epochs: Number(state.epochs) },
      ...{ train: percent(trainError.at(-1) ?? 0), validation: percent(validationError.at(-1) ?? 0) },
    });
  }

  svg(context: ViewContext): string {
    const { frame, theme, strings } = context;
    const { title, words } = strings.tabs.digits;
    const { image = [], attacked = [] } = frame?.arrays ?? {};
    const [size, width] = [180, 400];
    const [gallery, height] = this.#galleryPicture(context, width);
    return sheet(
      [
        [
          [this.#image(context, image, size, words.shown), size, size],
          [this.#image(context, attacked, size, words.attackedLabel), size, size],
          [this.#change(context, size), size, size],
        ],
        [
          [plot(this.#bars(context, width)), width, HEIGHT],
          [plot(this.#robust(context, width)), width, HEIGHT],
        ],
        [
          [this.#curves(context, width), width, HEIGHT],
          [gallery, width, height],
        ],
      ],
      theme.page,
      title,
      [`${words.bars} · ${words.robust} · ${words.curves} · ${words.gallery}`, this.status(context)],
      theme.text,
    );
  }

  csv({ frame }: ViewContext): string {
    const names = ['trainLoss', 'validationLoss', 'trainError', 'validationError'];
    const columns = names.map((name) => frame?.arrays[name] ?? []);
    const rows = Array.from(columns[0], (_, i) => [i, ...columns.map((column) => column[i])].join(','));
    return `${['epoch', ...names].join(',')}\n${rows.map((row) => `${row}\n`).join('')}`;
  }
}

/** From a point to the line between two others. */
function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

export const digitsView = (): View => new DigitsView();
