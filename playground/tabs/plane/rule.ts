import { html, nothing, type TemplateResult } from 'lit';
import type { State } from '../../state.js';
import { filled } from '../../strings/en.js';
import type { Frame, ViewContext } from '../../tab.js';
import { type Line, linesOf } from '../shared/mathml.js';
import { ruleLines } from '../shared/pad.js';
import { ruleOf, type Values } from '../shared/rules.js';

/** Whether updates come so slowly that their numbers can be read. */
export const readable = ({ running, pace }: ViewContext): boolean => !running || pace === 'slow';

/** The names behind a prefix, among the numbers of a frame. */
const namesOf = (numbers: Frame['numbers'], prefix: string): Values =>
  Object.fromEntries(
    Object.entries(numbers)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), [value]]),
  );

/** The next update of one weight: what becomes of its gradient, the optimizer's rule, and what is done to the weight afterwards. Empty where
 *  the frame does not have its numbers. */
export function updateOf(state: State, numbers: Frame['numbers']): readonly Line[] {
  if (!('rule.k' in numbers)) return [];
  const { lines, constants } = ruleOf(String(state.optimizer), numbers['rule.k']);
  const [before, after] = [namesOf(numbers, 'before.'), namesOf(numbers, 'after.')];
  const [clip, l2, l1, maxNorm] = ['clip', 'l2', 'l1', 'maxNorm'].map((key) => Number(state[key]));
  const norm = numbers['rule.norm'];
  const clipped = clip > 0 && norm > clip;
  const used = numbers['rule.gradient'];
  const slope = used * (clipped ? norm / clip : 1) - l2 * before.θ[0];
  const more = {
    ...{ c: [clip], n: [norm], b: [maxNorm], 'λ₁': [l1], 'λ₂': [l2] },
    ε: [numbers['rule.rate']],
  };
  const all = [
    ...['g = j', ...(l2 ? ['g = g + λ₂ θ'] : []), ...(clipped ? ['g = c / n g'] : [])],
    ...lines,
    ...(l1 ? ['θ = sign(θ) max(abs(θ) − ε λ₁, 0)'] : []),
  ];
  const withNumbers = (rule: readonly string[], m = 1) =>
    linesOf(rule, { ...before, j: [slope] }, { ...constants, ...more, m: [m] }, { ...after, g: [used] });
  const free = withNumbers(all);
  // Weights into a unit that are longer than allowed are all shortened by the same factor.
  const share = after.θ[0] / free[all.findLastIndex((line) => line.startsWith('θ ='))].value[0];
  return maxNorm && Math.abs(share) < 0.99999 ? withNumbers([...all, 'θ = b / m θ'], maxNorm / share) : free;
}

/** The update of the watched weight, where one can read along. */
export function update(context: ViewContext, name: string): TemplateResult | typeof nothing {
  const { words } = context.strings.tabs.plane;
  if (!readable(context)) return html`<p class="note">${words.ruleFast}</p>`;
  const lines = context.frame ? updateOf(context.state, context.frame.numbers) : [];
  return html`<section class="next" aria-labelledby="rule-title">
    <div class="head"><h3 id="rule-title">${filled(words.rule, { name })}</h3><span class="note">${words.ruleHelp}</span></div>
    ${lines.length ? ruleLines(lines, filled(words.rule, { name })) : nothing}
  </section>`;
}
