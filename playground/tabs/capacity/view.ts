import { html, nothing, type TemplateResult } from 'lit';
import { inner, ringsOf } from '../../draw/heat.js';
import { filled, percent } from '../../strings/en.js';
import type { View, ViewContext } from '../../tab.js';
import { pad, titled } from '../shared/pad.js';
import { keys, placeIn, plot, type PlotInput, type Point, pointAt, upright } from '../shared/plot.js';
import { drawing, element, path, sheet, short } from '../shared/svg.js';
import { cellsOf } from './cells.js';
import { EDGE, isPolynomial, KS, LAST, textOfHeights, XS } from './spec.js';

const GAP = 20;
const HEIGHT = 300;
/** Places of a curve and of the grid, as the engine has them. */
const [PLACES, SIDE] = [101, 60];

class CapacityView implements View {
  /** The settings whose errors are shown, and how far their capacities have been visited. */
  #of?: string;
  #seen = 0;

  want(): readonly string[] {
    return [];
  }

  /** The polynomial, its training points, and its fits to other samples. */
  #fit({ frame, theme, strings }: ViewContext, width: number): PlotInput {
    const { points = [], fit = [], truth = [], ghosts = [] } = frame?.arrays ?? {};
    const curve = (values: ArrayLike<number>, from = 0): Point[] =>
      Array.from({ length: values.length && PLACES }, (_, i) => [(2 * i) / (PLACES - 1) - 1, values[from + i]]);
    return {
      ...{ width, height: Math.min(400, width), theme, x: { from: -1.05, to: 1.05 }, y: { from: -EDGE, to: EDGE } },
      title: filled(strings.tabs.capacity.words.fitLabel, { degree: frame?.step ?? 0 }),
      lines: [
        ...Array.from({ length: ghosts.length / PLACES }, (_, j) => ({
          ...{ points: curve(ghosts, j * PLACES), stroke: theme.zero, width: 1, opacity: '0.35' },
        })),
        { points: curve(truth), stroke: theme.muted, dash: '2 4' },
        { points: curve(fit), stroke: theme.one, width: 3 },
        { points: XS.map((x, i) => [x, points[i]]), stroke: theme.text, width: 0, dots: 4 },
      ],
    };
  }
  /** The points of two classes, and where the nearest ones say which. */
  #regions({ frame, theme, strings }: ViewContext, size: number): string {
    const { points = [], labels = [], region } = frame?.arrays ?? {};
    const scale = size / (2 * EDGE);
    const at = ([x, y]: Point): Point => [size / 2 + scale * x, size / 2 - scale * y];
    const all = Array.from(labels, (_, i): Point => [points[2 * i], points[2 * i + 1]]);
    const [zero, , one] = theme.map.map((rgb) => `rgb(${rgb.join(' ')})`);
    const rings = region instanceof Float32Array ? ringsOf(region, SIDE, 0.5) : [];
    const grid = (ring: readonly (readonly [number, number])[]): string =>
      path(ring.map(([x, y]) => [(x * size) / SIDE, (y * size) / SIDE] as const));
    const nearest = KS[frame?.step ?? 0] === 1;
    const cells = nearest ? cellsOf(all, EDGE) : [];
    const outline = { stroke: theme.edge, 'stroke-opacity': nearest ? '0.6' : undefined };
    return drawing(
      size,
      size,
      filled(strings.tabs.capacity.words.regionsLabel, { k: KS[frame?.step ?? 0], points: all.length }),
      element('rect', { width: size, height: size, fill: zero }) +
        (nearest
          ? cells.map((cell, i) =>
              element('path', { ...outline, d: `${path(cell.map(at))}Z`, fill: labels[i] ? one : zero }),
            )
          : [
              element('path', { d: rings.map((ring) => `${grid(ring)}Z`).join(''), fill: one, 'fill-rule': 'evenodd' }),
              element('path', {
                d: inner(rings, SIDE).map(grid).join(''),
                fill: 'none',
                stroke: theme.text,
                'stroke-width': 2,
              }),
            ]
        ).join('') +
        all
          .map((point, i) => {
            const [x, y] = at(point).map(Math.round);
            const look = { stroke: theme.page, fill: labels[i] ? theme.one : theme.zero };
            return labels[i]
              ? element('circle', { ...look, cx: x, cy: y, r: 5 })
              : element('rect', { ...look, x: x - 4, y: y - 4, width: 8, height: 8 });
          })
          .join(''),
    );
  }
  /** The errors of the capacities that have been visited. */
  #errors({ state, frame, theme, strings }: ViewContext, width: number): PlotInput {
    const { words } = strings.tabs.capacity;
    const { train = [], test = [], mean = [] } = frame?.arrays ?? {};
    const by = isPolynomial(state);
    const line = (values: ArrayLike<number>): Point[] =>
      Array.from({ length: values.length && this.#seen + 1 }, (_, i) => [i, by ? values[i] : 100 * values[i]]);
    const input = {
      ...{
        width,
        height: HEIGHT,
        theme,
        title: words.errorsLabel,
        x: { from: 0, to: LAST, labels: by ? KS.map((_, i) => i) : KS },
      },
      y: by ? { from: 0.001, to: 100, log: true } : { from: 0, to: 40 },
      lines: [
        ...(by ? [{ points: line(mean), stroke: theme.muted, width: 1.5, opacity: '0.8' }] : []),
        { points: line(train), stroke: theme.training, dots: 4 },
        { points: line(test), stroke: theme.validation, dash: '7 4', dots: 4 },
      ],
    };
    return { ...input, over: upright(input, frame?.step ?? 0, theme.text) };
  }

  template(context: ViewContext): TemplateResult {
    const { state, frame, strings, width, seek, set } = context;
    const { words } = strings.tabs.capacity;
    if (frame && this.#of !== frame.texts?.of) {
      this.#of = frame.texts?.of;
      // Other points or another penalty: what was visited stays so, as long as the run does.
      if (!frame.step) this.#seen = 0;
    }
    const step = frame?.step ?? 0;
    this.#seen = Math.max(this.#seen, step);
    const by = isPolynomial(state);
    const whole = Math.max(240, width);
    const half = whole >= 620 ? Math.floor((whole - GAP) / 2) : whole;
    const size = Math.min(400, half);
    const fit = this.#fit(context, half);
    const heights = Array.from(frame?.arrays.points ?? []);
    const handles = XS.map((x, i) => {
      const [right, down] = placeIn(fit, [x, heights[i] ?? 0]);
      return {
        ...{ label: filled(words.point, { x, y: short(heights[i] ?? 0) }), narrow: true },
        ...{ x: right / half, y: down / fit.height },
        move: (_: number, to: number): void =>
          set('heights', textOfHeights(heights.map((y, j) => (i === j ? pointAt(fit, 0, to)[1] : y)))),
      };
    });
    const errors = this.#errors(context, half);
    const [right, bottom] = placeIn(errors, [step, 0]);
    const name = filled(by ? words.degree : words.neighbors, { degree: step, k: KS[step] });
    const along = pad({
      ...{ label: `${name}. ${words.handle}`, x: right / half, y: bottom / HEIGHT, step: (1 - 52 / half) / LAST },
      move: (to) => seek(Math.max(0, Math.min(LAST, Math.round(pointAt(errors, to, 0)[0])))),
    });
    return html`<div class="figures">
      ${
        by
          ? titled(name, plot(fit), half, heights.length === XS.length ? pad(...handles) : undefined)
          : titled(name, this.#regions(context, size), size)
      }
      <div .style=${`width:${half}px`}>${titled(keys(by ? words.errors : words.shares, words), plot(errors), half, along)}
        <p class="note">${by && frame ? filled(words.largest, { largest: short(frame.numbers.largest) }) : nothing}</p></div>
      <p class="note">${by ? words.help : words.helpNeighbors}
        ${state.heights ? html`<button type="button" @click=${() => set('heights', '')}>${words.back}</button>` : nothing}</p>
    </div>`;
  }

  draw(): void {}

  status({ state, frame, strings }: ViewContext): string {
    const { words } = strings.tabs.capacity;
    const by = isPolynomial(state);
    const step = frame?.step ?? 0;
    const shown = (values: ArrayLike<number> = []): string =>
      by ? short(values[step] ?? Number.NaN) : percent(values[step] ?? 0);
    const name = filled(by ? words.degree : words.neighbors, { degree: step, k: KS[step] });
    return filled(words.status, { name, train: shown(frame?.arrays.train), test: shown(frame?.arrays.test) });
  }

  svg(context: ViewContext): string {
    const { state, theme, strings } = context;
    const { title, words } = strings.tabs.capacity;
    const size = 400;
    const fit = isPolynomial(state) ? plot(this.#fit(context, size)) : this.#regions(context, size);
    return sheet(
      [[[fit, size, size]], [[plot(this.#errors(context, size)), size, HEIGHT]]],
      theme.page,
      title,
      [words[isPolynomial(state) ? 'errors' : 'shares'], this.status(context)],
      theme.text,
    );
  }

  csv({ state, frame }: ViewContext): string {
    const { train, test } = frame?.arrays ?? {};
    const rows = Array.from(
      { length: this.#seen + 1 },
      (_, i) => `${isPolynomial(state) ? i : KS[i]},${train?.[i]},${test?.[i]}\n`,
    );
    return `capacity,training error,error on new points\n${rows.join('')}`;
  }
}

export const capacityView = (): View => new CapacityView();
