import { html, nothing, type TemplateResult } from 'lit';
import { filled } from '../../strings/en.js';
import type { View, ViewContext } from '../../tab.js';
import { figure, pad } from '../shared/pad.js';
import { pair, sheet, short } from '../shared/svg.js';
import { type Bowl, bowlOf, type Kind, KINDS, lambdaOf, normOf, type Pair, solve, zerosIn } from './bowl.js';
import { armOf, EDGE, panel, placeOf, weightBars } from './picture.js';

const shown = (value: number): string => (Math.abs(value) < 1e-6 ? '0' : short(value));
const GAP = 20;

class PenaltiesView implements View {
  want(): readonly string[] {
    return [];
  }

  #solutions(context: ViewContext): { bowl: Bowl; of: (kind: Kind) => { lambda: number; w: Pair; radius: number } } {
    const bowl = bowlOf(context.state);
    return {
      bowl,
      of(kind) {
        const lambda = lambdaOf(kind, bowl, context.state);
        const w = solve(kind, bowl, lambda);
        return { lambda, w, radius: normOf(kind, w) };
      },
    };
  }

  #panel(context: ViewContext, kind: Kind, size: number): string {
    const { state, frame, theme, strings } = context;
    const { words } = strings.tabs.penalties;
    const { bowl, of } = this.#solutions(context);
    const { lambda, w, radius } = of(kind);
    const cloud = state.cloud ? (frame?.arrays.cloud ?? []) : undefined;
    const at = 2 * KINDS.indexOf(kind);
    return panel({
      ...{ kind, bowl, lambda, theme, size, walked: frame?.arrays[kind] ?? [] },
      ...(cloud && {
        cloud: Array.from({ length: cloud.length / 4 }, (_, i): Pair => [cloud[4 * i + at], cloud[4 * i + at + 1]]),
      }),
      title: filled(words.panel, {
        ...{ x: short(bowl.optimum[0]), y: short(bowl.optimum[1]), radius: short(radius) },
        ...{ name: words[kind], a: shown(w[0]), b: shown(w[1]) },
      }),
    });
  }
  #bars(context: ViewContext, width: number): string {
    const { words } = context.strings.tabs.penalties;
    const { bowl, of } = this.#solutions(context);
    const rows = [[words.none, bowl.optimum] as const, ['L1', of('l1').w] as const, ['L2', of('l2').w] as const];
    return weightBars(rows, context.theme, width, words.weightsLabel);
  }

  template(context: ViewContext): TemplateResult {
    const { state, frame, strings, width, set } = context;
    const { words, fields } = strings.tabs.penalties;
    const whole = Math.max(240, width);
    const size = whole >= 560 ? Math.min(440, Math.floor((whole - GAP) / 2)) : Math.min(440, whole);
    const { bowl, of } = this.#solutions(context);
    const inside = (value: number): number => Math.min(3.5, Math.max(-3.5, Math.round(value * 20) / 20));
    const there = (right: number, down: number): Pair => [EDGE * (2 * right - 1), EDGE * (1 - 2 * down)];
    const move = (right: number, down: number): void => {
      const [x, y] = there(right, down);
      set('w1', inside(x));
      set('w2', inside(y));
    };
    const turn = (right: number, down: number): void => {
      const [x, y] = there(right, down);
      const angle = (Math.atan2(y - bowl.optimum[1], x - bowl.optimum[0]) * 180) / Math.PI;
      set('angle', Math.round(angle > 90 ? angle - 180 : angle < -90 ? angle + 180 : angle));
    };
    const [x, y] = placeOf(bowl.optimum, 1);
    const [hx, hy] = placeOf(armOf(bowl), 1);
    const handles = pad(
      { label: filled(words.optimum, { place: pair(...bowl.optimum) }), x, y, move },
      { label: filled(words.turn, { angle: Number(state.angle) }), x: hx, y: hy, move: turn, small: true, step: 0.02 },
    );
    return html`<div class="figures">
      <button type="button" aria-pressed=${state.cloud === true} @click=${() => set('cloud', state.cloud !== true)}>${fields.cloud.label}</button>
      <div class="twins">${KINDS.map((kind) => {
        const { lambda, w, radius } = of(kind);
        const zeros = zerosIn(w);
        const share = frame?.numbers[kind];
        return html`<div .style=${`width:${size}px`}><h3>${words[kind]}</h3>
          ${figure(this.#panel(context, kind, size), state.cloud ? undefined : handles, size)}
          <p class="note">${
            state.cloud
              ? share === undefined
                ? nothing
                : filled(words.share, { share })
              : html`<strong>${filled(words.solution, { a: shown(w[0]), b: shown(w[1]) })}.</strong>${zeros === 2 ? words.both : zeros ? words.exact : nothing}
                ${lambda ? filled(words.equal, { lambda: short(lambda), radius: short(radius) }) : words.free}`
          }</p></div>`;
      })}</div>
      ${
        state.cloud
          ? nothing
          : html`<p class="note">${words.help}</p>
              <div .style=${`width:${Math.min(440, whole)}px`}><h3>${words.weights}</h3>
                ${figure(this.#bars(context, Math.min(440, whole)), undefined, Math.min(440, whole))}</div>`
      }
    </div>`;
  }

  draw(): void {}

  status({ state, frame, strings }: ViewContext): string {
    const now = (kind: Kind): string => {
      const [a, b] = (frame?.arrays[kind] ?? []).slice(-2);
      return a === undefined ? '' : `(${shown(a)}, ${shown(b)})`;
    };
    return filled(strings.tabs.penalties.words.status, {
      ...{ step: frame?.step ?? 0, steps: Number(state.steps), one: now('l1'), two: now('l2') },
    });
  }

  svg(context: ViewContext): string {
    const { theme, strings } = context;
    const { title, words } = strings.tabs.penalties;
    const size = 360;
    return sheet(
      KINDS.map((kind) => [[this.#panel(context, kind, size), size, size] as const]),
      theme.page,
      title,
      [`${words.l1} · ${words.l2}`, this.status(context)],
      theme.text,
    );
  }

  csv({ frame }: ViewContext): string {
    if (!frame) return '';
    const [one, two] = KINDS.map((kind) => frame.arrays[kind]);
    const rows = Array.from({ length: one.length / 2 }, (_, k) =>
      [k, one[2 * k], one[2 * k + 1], two[2 * k], two[2 * k + 1]].join(','),
    );
    return `step,L1 w1,L1 w2,L2 w1,L2 w2\n${rows.join('\n')}\n`;
  }
}

export const penaltiesView = (): View => new PenaltiesView();
