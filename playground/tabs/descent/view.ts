import { html, nothing, type TemplateResult } from 'lit';
import { filled } from '../../strings/en.js';
import type { State } from '../../state.js';
import type { View, ViewContext } from '../../tab.js';
import { type Line, linesOf } from '../shared/mathml.js';
import { figure, pad, ruleLines } from '../shared/pad.js';
import { ruleOf } from '../shared/rules.js';
import { drawing, element, pair, sheet, short } from '../shared/svg.js';
import { OUTCOMES } from './outcomes.js';
import {
  bars,
  colourOf,
  curve,
  dashOf,
  mostRate,
  type Numbers,
  paths,
  scaleOf,
  sign,
  squares,
  stage,
  surface,
  trapezoid,
} from './picture.js';
import { chosen, focusOf, METHODS, type Method, rateKey } from './spec.js';
import { best, contraction, groundOf, startOf } from './surfaces.js';

const GAP = 20;

/** The widths of the surface and of the column beside it. */
function widths(width: number): { readonly main: number; readonly side: number } {
  const whole = Math.max(240, width);
  const columns = whole >= 620;
  const main = columns ? Math.min(560, Math.floor((whole - GAP) * 0.54)) : Math.min(520, whole);
  return { main, side: columns ? Math.min(460, whole - GAP - main) : main };
}

/** Four digits of a coordinate. */
const place = (value: number): number => Number(value.toPrecision(4));

/** The next update of a method in lines, with the numbers of both coordinates. */
export function updateOf(state: State, method: Method, step: number, n: Numbers): readonly Line[] {
  const of = (name: string): readonly number[] => [n[`${name}1`], n[`${name}2`]];
  const named = (names: readonly string[], more = '') =>
    Object.fromEntries(names.map((name) => [name, of(name + more)]));
  const states = ['v', 'r', 's'].filter((name) => `${name}1` in n);
  // Without momentum there is no velocity, and the rule is that of SGD.
  const plain = states.length === 0;
  const { lines, constants } = ruleOf(plain ? 'sgd' : method, step + 1);
  const changed = of('used').some((value, i) => value !== of('gradient')[i]);
  return linesOf(
    ['g = j', ...(changed ? ['g = ĝ'] : []), ...lines],
    { ...named(states), θ: of('point'), j: of('gradient'), ĝ: of('used') },
    { ...constants, ε: [Number(state[rateKey(method)])], α: [Number(state.alpha)] },
    { ...named(states, 'Next'), θ: of('next') },
  );
}

class DescentView implements View {
  want(): readonly string[] {
    return ['focus'];
  }

  template(context: ViewContext): TemplateResult {
    const { state, frame, width, set } = context;
    const { words } = context.strings.tabs.descent;
    const { main, side } = widths(width);
    const ground = groundOf(state);
    const start = startOf(state);
    const [x, y] = scaleOf(ground, 1).at(start);
    const scale = scaleOf(ground, 1);
    const move = (right: number, down: number): void => {
      set('x', place(scale.x(right)));
      set('y', place(scale.y(down)));
    };
    const focus = focusOf(state);
    const numbers = frame?.numbers;
    const known = numbers && 'point1' in numbers && focus;
    const handle = pad({ label: filled(words.startHandle, { start: pair(...start) }), x, y, move });
    const plain = focus === 'sgd' || focus === 'momentum' || focus === 'nesterov';
    return html`<div class="figures">
      <div .style=${`width:${main}px`} class="stack">
        <div>
          ${figure(this.#paths(context, main), handle, main, drawing(main, main, undefined, stage({ state, theme: context.theme, size: main })))}
          <p class="note">${words.help} ${plain ? words.helpArrows : nothing} ${plain && state.clip ? words.ring : nothing}</p>
        </div>
        <div><h3>${ground.minima.length ? words.curve : words.curveLow}</h3>
          ${frame ? figure(this.#curve(context, main), undefined, main) : nothing}</div>
      </div>
      <div .style=${`width:${side}px`} class="stack">
        ${this.#table(context)}
        ${state.surface === 'bowl' || state.surface === 'ravine' ? this.#trapezoid(context, side) : nothing}
        ${known ? this.#rule(context, focus, numbers) : html`<p class="note">${focus ? '' : words.nobody}</p>`}
        ${known ? this.#curvature(context, numbers, side) : nothing}
      </div>
    </div>`;
  }

  #title({ state, strings }: ViewContext): string {
    const { words, options } = strings.tabs.descent;
    return filled(words.surfaceLabel, {
      ...{ surface: options[String(state.surface)], methods: chosen(state).length, start: pair(...startOf(state)) },
    });
  }
  #paths(context: ViewContext, size: number): string {
    return drawing(size, size, this.#title(context), paths({ ...context, size }));
  }
  #curve({ state, frame, theme, strings }: ViewContext, width: number): string {
    if (!frame) return '';
    const title = filled(strings.tabs.descent.words.curveLabel, {
      ...{ methods: chosen(state).length, steps: frame.numbers.points - 1 },
    });
    return curve(state, frame, theme, width, 190, title);
  }

  #table({ state, frame, theme, strings, set }: ViewContext): TemplateResult {
    const { words, options } = strings.tabs.descent;
    const running = chosen(state);
    const focus = focusOf(state);
    const count = frame?.numbers.points ?? 0;
    return html`<div class="scroll"><table class="methods">
      <thead><tr><th scope="col">${words.method}</th><th scope="col">${words.value}</th>
        <th scope="col">${words.now}</th><th scope="col">${words.look}</th></tr></thead>
      <tbody>${METHODS.map((method) => {
        const i = running.indexOf(method);
        const on = i >= 0;
        const known = on && frame !== undefined && frame.arrays.outcomes.length === running.length;
        const value = known ? frame.arrays.values[i * count + Math.min(frame.step, count - 1)] : Number.NaN;
        const key = element('path', {
          ...{ d: 'M0 7H26', stroke: colourOf(method, theme), 'stroke-width': 2.5, 'stroke-dasharray': dashOf(method) },
        });
        const picture = `<svg viewBox="0 0 26 14" aria-hidden="true">${key}${sign(method, 13, 7, 4.5, theme)}</svg>`;
        return html`<tr class=${method === focus ? 'chosen' : ''}>
          <td><label><input type="checkbox" .checked=${on} @change=${(event: Event) =>
            set(
              method,
              (event.target as HTMLInputElement).checked,
            )} /><span .innerHTML=${picture}></span>${options[method]}</label></td>
          <td>${known ? short(value) : ''}</td>
          <td class="now">${known ? (words[`${OUTCOMES[frame.arrays.outcomes[i]]}At`] ?? words.moving) : ''}</td>
          <td><input type="radio" name="focus" ?disabled=${!on} .checked=${method === focus}
            aria-label=${`${words.look}: ${options[method]}`} @change=${() => set('focus', method)} /></td>
        </tr>`;
      })}</tbody></table></div>`;
  }

  #rule({ state, frame, theme, strings }: ViewContext, focus: Method, numbers: Numbers): TemplateResult {
    const { words, options } = strings.tabs.descent;
    const rate = Number(state[rateKey(focus)]);
    const lines = updateOf(state, focus, frame?.step ?? 0, numbers);
    const title = filled(words.update, { method: options[focus] });
    const changes = [...(state.noise ? [words.noised] : []), ...(state.clip ? [words.clipped] : [])].join(', ');
    const accumulated = 'rNext1' in numbers;
    const r: readonly [number, number] = [numbers.rNext1, numbers.rNext2];
    const share = focus === 'adam' ? 1 - 0.999 ** ((frame?.step ?? 0) + 1) : 1;
    return html`<div><h3>${title}</h3>${ruleLines(lines, title)}
      ${changes ? html`<p class="note">${filled(words.given, { changes })}</p>` : nothing}</div>
      ${
        accumulated
          ? html`<div><h3>${words.squares}</h3>
              ${figure(squares(r, theme, filled(words.squaresLabel, { r1: short(r[0]), r2: short(r[1]) }), colourOf(focus, theme)), undefined, 258)}
              <p class="note">${filled(words.effective, {
                e1: short(rate / Math.sqrt(r[0] / share)),
                e2: short(rate / Math.sqrt(r[1] / share)),
              })}</p></div>`
          : nothing
      }`;
  }

  #curvature({ theme, strings }: ViewContext, numbers: Numbers, width: number): TemplateResult {
    const { words } = strings.tabs.descent;
    const [low, high] = [numbers.eigenvalue1, numbers.eigenvalue2];
    const tiny = 1e-5 * Math.max(Math.abs(low), Math.abs(high));
    const flat = Math.abs(low) <= tiny || Math.abs(high) <= tiny;
    const sentence = flat
      ? words.flatHere
      : low > 0
        ? words.minimumHere
        : high > 0
          ? words.saddleHere
          : words.maximumHere;
    const title = filled(words.curvatureLabel, { low: short(low), high: short(high) });
    return html`<div><h3>${words.curvature}</h3>
      ${figure(
        bars(
          [
            ['λ₁', low],
            ['λ₂', high],
          ],
          theme,
          width,
          title,
        ),
        undefined,
        width,
      )}
      <p class="note">${sentence}</p></div>`;
  }

  #trapezoidPicture({ state, theme, strings }: ViewContext, width: number): string {
    const { words } = strings.tabs.descent;
    const curvature = groundOf(state).curvature ?? [1, 1];
    const optimum = best(...curvature);
    const title = filled(words.trapezoidLabel, {
      ...{ most: short(mostRate(curvature[1])), rate: short(optimum.rate), momentum: short(optimum.momentum) },
    });
    return trapezoid(curvature, theme, [width, Math.round(width * 0.6)], {
      ...{ title, rate: words.rate, momentum: words.momentumAxis },
    });
  }
  #trapezoid(context: ViewContext, width: number): TemplateResult {
    const { state, strings, set } = context;
    const { words } = strings.tabs.descent;
    const [mu, most] = groundOf(state).curvature ?? [1, 1];
    const [rate, momentum] = [Number(state.momentumRate), Number(state.alpha)];
    const end = mostRate(most);
    const handle = pad({
      label: filled(words.trapezoidHandle, { rate: short(rate), momentum: short(momentum) }),
      x: rate / end,
      y: 1 - momentum,
      move: (x, y) => {
        set('momentumRate', Number(Math.max(0.0001, x * end).toPrecision(3)));
        set('alpha', Math.min(0.99, Math.round(100 * (1 - y)) / 100));
      },
    });
    const factor = Math.max(contraction(rate, momentum, mu), contraction(rate, momentum, most));
    const optimum = best(mu, most);
    const sentence = filled(factor < 1 ? words.inside : words.outside, {
      ...{ factor: short(factor, 4), best: short(Math.sqrt(optimum.momentum), 4) },
    });
    return html`<div><h3>${words.trapezoid}</h3>
      ${figure(this.#trapezoidPicture(context, width), handle, width)}<p class="note">${sentence}</p></div>`;
  }

  draw(): void {}

  status({ state, frame, strings }: ViewContext): string {
    const { words, options } = strings.tabs.descent;
    const focus = focusOf(state);
    if (!focus) return words.nobody;
    const i = chosen(state).indexOf(focus);
    const count = frame?.numbers.points ?? 0;
    const value = frame?.arrays.values[i * count + frame.step] ?? Number.NaN;
    return filled(words.status, {
      ...{ step: frame?.step ?? 0, steps: Number(state.steps), method: options[focus] },
      ...{ value: short(value), norm: short(frame?.arrays.norms[i] ?? Number.NaN) },
    });
  }

  svg(context: ViewContext): string {
    const { state, theme, strings } = context;
    const { options, title } = strings.tabs.descent;
    const size = 480;
    const methods = chosen(state);
    const legend = drawing(
      380,
      24 * methods.length + 4,
      title,
      methods
        .map((method, i) => {
          const y = 14 + 24 * i;
          const line = element('path', {
            ...{ d: `M4 ${y}H44`, stroke: colourOf(method, theme), 'stroke-width': 2.5 },
            'stroke-dasharray': dashOf(method),
          });
          const text = `${options[method]}, ε = ${short(Number(state[rateKey(method)]))}`;
          return `${line}${sign(method, 24, y, 5, theme)}${element('text', { x: 54, y: y + 5, 'font-size': 14, fill: theme.text }, text)}`;
        })
        .join(''),
    );
    const quadratic = state.surface === 'bowl' || state.surface === 'ravine';
    return sheet(
      [
        [[surface({ ...context, size, title: this.#title(context) }), size, size]],
        [
          [legend, 380, 24 * methods.length + 4],
          [this.#curve(context, 380), 380, 190],
          ...(quadratic ? [[this.#trapezoidPicture(context, 300), 300, 180] as const] : []),
        ],
      ],
      theme.page,
      title,
      [`${options[String(state.surface)]}. ${this.status(context)}`],
      theme.text,
    );
  }

  csv({ state, frame }: ViewContext): string {
    if (!frame) return '';
    const methods = chosen(state);
    const count = frame.numbers.points;
    const { points, values } = frame.arrays;
    const rows = Array.from({ length: frame.step + 1 }, (_, k) =>
      [
        k,
        ...methods.flatMap((_, i) => [
          ...points.subarray(2 * (i * count + k), 2 * (i * count + k) + 2),
          values[i * count + k],
        ]),
      ].join(','),
    );
    const head = ['step', ...methods.flatMap((method) => [`${method} x`, `${method} y`, `${method} value`])];
    return `${head.join(',')}\n${rows.join('\n')}\n`;
  }
}

export const descentView = (): View => new DescentView();
