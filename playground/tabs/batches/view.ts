import { html, type TemplateResult } from 'lit';
import { filled } from '../../strings/en.js';
import type { View, ViewContext } from '../../tab.js';
import { pad, titled } from '../shared/pad.js';
import { type Drawn, placeIn, plot, type PlotInput, type Point, pointAt } from '../shared/plot.js';
import { arrow, pair, sheet, short } from '../shared/svg.js';
import { ROWS, SIZES, sizeOf } from './spec.js';

const GAP = 20;
const LAST = SIZES.length - 1;
const HEIGHT = 200;
const EDGES = { from: -1, to: 3 };
/** The arrows are this many times as long as the steps. */
const LONGER = 3;

class BatchesView implements View {
  want(): readonly string[] {
    return [];
  }

  /** The loss over the two weights, the path so far, and the steps that other batches would make. */
  #plane({ state, frame, theme, strings }: ViewContext, width: number): PlotInput {
    const { path = [], fan = new Float32Array(0), bowl = [] } = frame?.arrays ?? {};
    const [a, b, c, x, y] = bowl;
    // The contour at height h is w* + √(2h) times the unit circle, as the Hessian’s root turns and stretches it.
    const [r, s] = [Math.sqrt(a), b / Math.sqrt(a)];
    const t = Math.sqrt(c - s * s);
    const contours = [0.03, 0.12, 0.3, 0.6, 1, 1.6, 2.4, 3.4, 4.6, 6].map((height): Drawn => {
      const points = Array.from({ length: bowl.length && 73 }, (_, i): Point => {
        const [u, v] = [Math.cos((i * Math.PI) / 36), Math.sin((i * Math.PI) / 36)].map(
          (z) => z * Math.sqrt(2 * height),
        );
        return [x + (u - (s * v) / t) / r, y + v / t];
      });
      return { points, stroke: theme.one, width: 1, opacity: '0.5' };
    });
    const steps = Array.from({ length: path.length / 2 }, (_, k): Point => [path[2 * k], path[2 * k + 1]]);
    const now = steps[steps.length - 1] ?? [0, 0];
    const input = {
      ...{ width, height: width, theme, x: EDGES, y: EDGES },
      title: filled(strings.tabs.batches.words.planeLabel, { size: sizeOf(state), place: pair(...now) }),
      lines: [
        ...contours,
        { points: [[x ?? 0, y ?? 0] as const], stroke: theme.one, width: 0, dots: 4 },
        { points: steps, stroke: theme.text, width: 1.5, dots: 1.5 },
      ],
    };
    const rate = LONGER * Number(state.rate);
    const step = (g: ArrayLike<number>, look: Record<string, string | number>): string =>
      arrow(placeIn(input, now), placeIn(input, [now[0] - rate * g[0], now[1] - rate * g[1]]), look);
    const thin = { stroke: theme.zero, 'stroke-width': 1.25, opacity: '0.5' };
    const arrows = Array.from({ length: fan.length / 2 }, (_, k) => step(fan.subarray(2 * k, 2 * k + 2), thin));
    const { g1 = 0, g2 = 0 } = frame?.numbers ?? {};
    return {
      ...input,
      inside: frame ? arrows.join('') + step([g1, g2], { stroke: theme.accent, 'stroke-width': 4 }) : '',
    };
  }
  /** How far the gradients of batches are from that of all rows, by size. */
  #errors({ frame, theme, strings }: ViewContext, width: number): PlotInput {
    const { height = 1, slope = -0.5 } = frame?.numbers ?? {};
    // By √n, through the middle of what was measured; sizes are 2ⁿ.
    const line = [0, LAST].map((i): Point => [i, height * Math.sqrt(2 ** (LAST / 2 - i))]);
    return {
      ...{
        width,
        height: HEIGHT,
        theme,
        x: { from: 0, to: LAST, labels: SIZES },
        y: { from: 0.01, to: 10, log: true },
      },
      title: filled(strings.tabs.batches.words.errorsLabel, { slope }),
      lines: [
        { points: line, stroke: theme.muted, dash: '6 4' },
        {
          points: SIZES.map((_, i) => [i, frame?.arrays.errors[i] ?? Number.NaN]),
          stroke: theme.zero,
          width: 0,
          dots: 5,
        },
      ],
    };
  }
  #losses({ state, frame, theme, strings }: ViewContext, width: number): string {
    const excess = frame?.arrays.excess ?? [];
    return plot({
      ...{ width, height: HEIGHT, theme, title: strings.tabs.batches.words.lossesLabel },
      x: { from: 0, to: Math.max(Number(state.steps), excess.length - 1) },
      y: { from: 0.00001, to: 100, log: true },
      lines: [{ points: Array.from(excess, (value, k) => [k, value] as const), stroke: theme.text }],
    });
  }

  template(context: ViewContext): TemplateResult {
    const { state, frame, strings, width, set } = context;
    const { words } = strings.tabs.batches;
    const whole = Math.max(240, width);
    const half = whole >= 620 ? Math.floor((whole - GAP) / 2) : whole;
    const size = Math.min(480, half);
    const plane = this.#plane(context, size);
    const errors = this.#errors(context, half);
    const rounded = (value: number): number => Number(Math.min(3, Math.max(-1, value)).toFixed(2));
    const start: Point = [Number(state.w1), Number(state.w2)];
    const [sx, sy] = placeIn(plane, start);
    const index = SIZES.indexOf(sizeOf(state));
    const [bx, by] = placeIn(errors, [index < 0 ? LAST : index, 0.01]);
    const handle = pad({
      ...{ label: filled(words.start, { place: pair(...start) }), x: sx / size, y: sy / size },
      move: (right, down) => {
        const [w1, w2] = pointAt(plane, right, down).map(rounded);
        set('w1', w1);
        set('w2', w2);
      },
    });
    const along = pad({
      ...{ label: filled(words.size, { size: sizeOf(state) }), x: bx / half, y: by / HEIGHT },
      step: (1 - 52 / half) / LAST,
      move: (right) => {
        const nearest = Math.round(pointAt(errors, right, 0)[0]);
        set('batch', String(SIZES[Math.max(0, Math.min(LAST, nearest))]));
      },
    });
    const n = sizeOf(state);
    const error = frame?.arrays.errors[index] ?? 0;
    return html`<div class="figures">
      <div .style=${`width:${size}px`}>${titled(words.plane, plot(plane), size, handle)}<p class="note">${words.help}</p></div>
      <div class="stack" .style=${`width:${half}px`}>
        ${titled(words.errors, plot(errors), half, along)}
        <p class="note">${filled(n === ROWS ? words.exact : words.cost, {
          ...{
            n,
            error: short(error),
            slope: short(frame?.numbers.slope ?? -0.5),
            four: 4 * n,
            half: short(error / 2),
          },
        })}</p>
        ${titled(words.losses, this.#losses(context, half), half)}
      </div>
    </div>`;
  }

  draw(): void {}

  status({ state, frame, strings }: ViewContext): string {
    const step = frame?.step ?? 0;
    return filled(strings.tabs.batches.words.status, {
      ...{ step, steps: Number(state.steps), n: sizeOf(state), rows: step * sizeOf(state) },
      excess: short(frame?.arrays.excess.at(-1) ?? Number.NaN),
    });
  }

  svg(context: ViewContext): string {
    const { theme, strings } = context;
    const { title, words } = strings.tabs.batches;
    const size = 400;
    return sheet(
      [
        [[plot(this.#plane(context, size)), size, size]],
        [
          [plot(this.#errors(context, size)), size, HEIGHT],
          [this.#losses(context, size), size, HEIGHT],
        ],
      ],
      theme.page,
      title,
      [`${words.plane} · ${words.errors} · ${words.losses}`, this.status(context)],
      theme.text,
    );
  }

  csv({ frame }: ViewContext): string {
    const { path = [], excess = [] } = frame?.arrays ?? {};
    return `step,w1,w2,loss above the least\n${Array.from(excess, (value, k) => `${k},${path[2 * k]},${path[2 * k + 1]},${value}\n`).join('')}`;
  }
}

export const batchesView = (): View => new BatchesView();
