import { configOf, made } from '../config.js';
import { OptionError } from '../errors.js';
import { checkKeys, inRange, integer } from '../options.js';
import { view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { where } from '../ops/elementwise.js';
import { updater } from '../ops/update.js';
import { checkOptimizer, type Optimizer, optimizerOf } from './optimizer.js';
import { nativeRule, type Rule } from './rule.js';
import { refuseAlone } from './sam.js';

export interface LookaheadOptions {
  /** The number of updates of the base between two updates of the slow weights. Default 5. */
  every?: number;
  /** The fraction of the way that the slow weights go towards the fast ones. Default 0.5. */
  share?: number;
}

const toward = /*#__PURE__*/ updater('lookahead', 1);

/** Lookahead (Zhang et al. 2019): slow weights φ follow the weights of another optimizer. After every `every` of its
 *  updates φ ← φ + share·(θ − φ);  θ ← φ
 *  @example lookahead(adam(), { every: 5 }) */
export function lookahead(base: Optimizer, options: LookaheadOptions = {}): Optimizer {
  checkOptimizer('lookahead', base);
  checkKeys('lookahead', options, ['every', 'share']);
  const every = integer('lookahead', 'every', options.every ?? 5, 1);
  const share = inRange('lookahead', 'share', options.share ?? 0.5, 0, 1);
  if (base.rule.state.includes('slow'))
    throw new OptionError("lookahead: the base has a state 'slow' already; one lookahead is enough");
  const config = { name: 'lookahead', options: { base: configOf(base), every, share } };
  const { rule } = base;
  const { native } = rule;
  const look: Rule = {
    ...nativeRule(config, {
      stage: 'update',
      state: ['slow'],
      copies: ['slow'],
      order: 1,
      scalars: ({ step }) => [(step + 1) % every ? 0 : 1, share],
      apply({ theta, grad, scalars, state: { slow } }) {
        if (native) {
          const after = toward(theta, grad, scalars, [slow]);
          return { theta: after.theta, state: { slow: after.state[0] } };
        }
        const now = view(scalars, 0, [1]);
        const met = add(slow, mul(sub(theta, slow), view(scalars, 1, [1])));
        return { theta: where(now, met, theta), state: { slow: where(now, met, slow) } };
      },
    }),
    native,
  };
  const whole = optimizerOf(config, base.learningRate, {
    state: [...rule.state, ...look.state],
    copies: [...rule.copies, ...look.copies],
    native,
    scalars: (moment) => [...look.scalars(moment), ...rule.scalars(moment)],
    apply: (vectors, segments, draws) => {
      const scalarsOf = (from: number, to: number): Tensor => view(vectors.scalars, from, [to - from]);
      const next = rule.apply({ ...vectors, scalars: scalarsOf(2, vectors.scalars.size) }, segments, draws);
      const theta = next.theta ?? vectors.theta;
      const last = look.apply({ ...vectors, theta, scalars: scalarsOf(0, 2) }, segments, draws);
      return { theta: last.theta, state: { ...next.state, ...last.state } };
    },
  });
  const both = made({ ...whole, rules: [rule, look] });
  return base.ascent ? made({ ...both, ascent: base.ascent, base: both, update: refuseAlone }) : both;
}
