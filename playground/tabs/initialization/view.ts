import { html, type TemplateResult } from 'lit';
import { filled, percent } from '../../strings/en.js';
import type { Frame, View, ViewContext } from '../../tab.js';
import { pad, titled } from '../shared/pad.js';
import { keys, placeIn, plot, type PlotInput, pointAt } from '../shared/plot.js';
import { element, rounded, sheet, short } from '../shared/svg.js';
import { heightOf, histograms } from './picture.js';
import { stopsOf } from './spec.js';

/** Where 0 stands on the logarithmic scale of σ, and where that ends. */
const [ZERO, MOST] = [0.0003, 10];
const HEIGHT = 200;
const GAP = 20;
/** The most earlier runs whose curves are kept. */
const KEPT = 6;
/** What a tanh, a ReLU or a sigmoid can give, as far as the histograms show it. */
const ENDS: Readonly<Record<string, readonly [string, string]>> = {
  tanh: ['−1', '1'],
  relu: ['0', '4'],
  sigmoid: ['0', '1'],
};

type Numbers = readonly number[];
/** Both halves of what a frame holds for each layer: activations and gradients. */
const halves = ({ arrays: { counts, stds } }: Frame) => {
  const half = (all: Frame['arrays'][string], i: number) =>
    all.subarray((i * all.length) / 2, ((i + 1) * all.length) / 2);
  return [0, 1].map((i) => ({ counts: half(counts, i), stds: half(stds, i) }));
};

class InitializationView implements View {
  /** What runs with other deviations, but the same settings, came to. */
  #of = '';
  #visited = new Map<number, number>();
  #earlier: { readonly sigma: number; readonly train: Numbers }[] = [];
  #last?: Frame;

  want(): readonly string[] {
    return [];
  }

  #take({ frame }: ViewContext): void {
    const last = this.#last;
    if (!frame || frame === last) return;
    this.#last = frame;
    if (this.#of !== frame.texts?.of) {
      this.#of = frame.texts?.of ?? '';
      this.#visited.clear();
      this.#earlier = [];
    } else if (last && last.numbers.run !== frame.numbers.run && last.arrays.train.length > 2) {
      const { sigma } = last.numbers;
      const others = this.#earlier.filter((run) => run.sigma !== sigma);
      this.#earlier = [...others, { sigma, train: [...last.arrays.train] }].slice(-KEPT);
    }
    if (frame.numbers.done) this.#visited.set(frame.numbers.sigma, frame.numbers.error);
  }

  #bathtub(context: ViewContext, width: number): PlotInput {
    const { state, theme, strings } = context;
    const { words } = strings.tabs.initialization;
    const points = [...this.#visited]
      .map(([sigma, error]) => [sigma || ZERO, 100 * error] as const)
      .sort(([a], [b]) => a - b);
    const input = {
      ...{ width, height: HEIGHT, theme, lines: [{ points, stroke: theme.zero, dots: 4, opacity: '0.8' }] },
      x: { from: ZERO, to: MOST, log: true },
      y: { from: 0, to: 60 },
      title: filled(words.bathtubLabel, { sigma: short(Number(state.sigma)), runs: points.length }),
    };
    const stops = stopsOf(state).map(([name, sigma]) => {
      const [x, y] = placeIn(input, [sigma || ZERO, 0]);
      const d = `M${rounded(x)} 14V${rounded(y)}`;
      const anchor = name === 'small' ? 'middle' : name === 'xavier' ? 'end' : 'start';
      const line = element('path', { d, stroke: theme.edge, 'stroke-dasharray': '3 3' });
      return (
        line +
        element('text', { x: x + ({ xavier: 2, large: 8 }[name] ?? 0), y: 10, 'text-anchor': anchor }, words[name])
      );
    });
    const [zero] = placeIn(input, [ZERO, 0]);
    stops.push(element('text', { x: zero, y: HEIGHT - 8, 'text-anchor': 'middle', fill: theme.muted }, '0'));
    const over = element('g', { 'font-size': 11, fill: theme.text }, stops.join(''));
    return { ...input, over };
  }
  #curves({ state, frame, theme, strings }: ViewContext, width: number): string {
    const { words } = strings.tabs.initialization;
    const line = (values: ArrayLike<number>) => Array.from(values, (value, i) => [i, value] as const);
    const { train = [], validation = [] } = frame?.arrays ?? {};
    const earlier = this.#earlier.filter(({ sigma }) => sigma !== frame?.numbers.sigma);
    const input = {
      ...{ width, height: HEIGHT, theme, title: words.curvesLabel, y: { from: 0, to: 1.4 } },
      x: { from: 0, to: Math.max(Number(state.steps), train.length - 1) },
      lines: [
        ...earlier.map((run) => ({ points: line(run.train), stroke: theme.muted, width: 1.25, opacity: '0.7' })),
        { points: line(train), stroke: theme.training },
        { points: line(validation), stroke: theme.validation, dash: '7 4' },
      ],
    };
    // Names of earlier runs at the ends of their curves, each below the one before it.
    let free = 0;
    const names = earlier
      .map(({ sigma, train }) => ({ sigma, end: placeIn(input, [train.length - 1, train[train.length - 1]]) }))
      .sort((a, b) => a.end[1] - b.end[1])
      .map(({ sigma, end: [x, y] }) => {
        free = Math.max(free + 12, y - 4);
        return element('text', { x, y: free, 'text-anchor': 'end' }, `σ ${short(sigma)}`);
      });
    return plot({ ...input, over: element('g', { 'font-size': 11, fill: theme.muted }, names.join('')) });
  }
  /** The histograms of activations or of gradients. */
  #histograms({ state, frame, theme, strings }: ViewContext, which: 0 | 1, width: number): string {
    if (!frame) return '';
    const { words } = strings.tabs.initialization;
    const ends = which ? (['−4σ', '4σ'] as const) : ENDS[String(state.activation)];
    const { counts, stds } = halves(frame)[which];
    const colour = which ? theme.zero : theme.one;
    const title = filled(words[which ? 'gradientsLabel' : 'activationsLabel'], {
      ...{ first: short(stds[0], 2), last: short(stds[stds.length - 1], 2), depth: stds.length },
    });
    return histograms({ counts, stds, ends, colour, theme, width, title });
  }
  /** The deviations of both from layer to layer. */
  #profile({ frame, theme, strings }: ViewContext, width: number): string {
    if (!frame) return '';
    const { words } = strings.tabs.initialization;
    const [activations, gradients] = halves(frame).map(({ stds }) =>
      Array.from(stds, (std, i) => [i + 1, std] as const),
    );
    return plot({
      ...{ width, height: heightOf(activations.length), theme, title: words.profileLabel },
      x: { from: 1, to: activations.length, label: words.layer },
      y: { from: 1e-10, to: 1e4, log: true },
      lines: [
        { points: activations, stroke: theme.one, dots: 2.5 },
        { points: gradients, stroke: theme.zero, dash: '7 4', dots: 2.5 },
      ],
    });
  }

  template(context: ViewContext): TemplateResult {
    this.#take(context);
    const { state, strings, set } = context;
    const { words } = strings.tabs.initialization;
    const whole = Math.max(240, context.width);
    const wide = whole >= 620;
    const [half, third] = wide
      ? [Math.floor((whole - GAP) / 2), Math.floor((whole - 2 * GAP) / 3)]
      : [whole, Math.floor((whole - GAP) / 2)];
    const bathtub = this.#bathtub(context, half);
    const sigma = Number(state.sigma);
    const [x, y] = placeIn(bathtub, [sigma || ZERO, 0]);
    const move = (right: number, down: number): void => {
      const [to] = pointAt(bathtub, right, down);
      set('sigma', to < 0.0007 ? 0 : Math.min(MOST, Number(to.toPrecision(2))));
    };
    const handle = pad({ label: filled(words.handle, { sigma: short(sigma) }), x: x / half, y: y / HEIGHT, move });
    return html`<div class="figures">
      <div class="tools" role="group" aria-label=${words.stops}>${stopsOf(state).map(
        ([
          name,
          value,
        ]) => html`<button type="button" aria-pressed=${value === sigma} @click=${() => set('sigma', value)}>
          ${words[name]} ${value ? short(value) : ''}</button>`,
      )}</div>
      ${titled(words.bathtub, plot(bathtub), half, handle)}
      ${titled(keys(words.curves, words), this.#curves(context, half), half)}
      ${titled(words.activations, this.#histograms(context, 0, third), third)}
      ${titled(words.gradients, this.#histograms(context, 1, third), third)}
      ${titled(words.profile, this.#profile(context, wide ? third : whole), wide ? third : whole)}
      <p class="note">${words.help}</p>
    </div>`;
  }

  draw(): void {}

  status({ state, frame, strings }: ViewContext): string {
    const { train, validation } = frame?.arrays ?? {};
    return filled(strings.tabs.initialization.words.status, {
      ...{ step: frame?.step ?? 0, steps: Number(state.steps), sigma: Number(state.sigma) },
      ...{ train: short(train?.at(-1) ?? Number.NaN), validation: short(validation?.at(-1) ?? Number.NaN) },
      error: percent(frame?.numbers.error ?? 0.5),
    });
  }

  svg(context: ViewContext): string {
    const { theme, strings } = context;
    const { title, words } = strings.tabs.initialization;
    const [width, tall] = [345, heightOf(Number(context.state.depth))];
    return sheet(
      [
        [
          [plot(this.#bathtub(context, width)), width, HEIGHT],
          [this.#histograms(context, 0, width), width, tall],
        ],
        [
          [this.#curves(context, width), width, HEIGHT],
          [this.#histograms(context, 1, width), width, tall],
        ],
      ],
      theme.page,
      title,
      [`${words.bathtub} · ${words.curves} · ${words.activations} · ${words.gradients}`, this.status(context)],
      theme.text,
    );
  }

  csv({ frame }: ViewContext): string {
    const { train, validation } = frame?.arrays ?? {};
    return `step,train,validation\n${Array.from(train ?? [], (loss, i) => `${i},${loss},${validation?.[i]}\n`).join('')}`;
  }
}

export const initializationView = (): View => new InitializationView();
