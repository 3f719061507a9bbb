import { OptionError } from '../errors.js';
import { checkKeys, inRange, integer } from '../options.js';
import { view } from '../graph/leaves.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { where } from '../ops/elementwise.js';
import { updater } from '../ops/update.js';
import { checkOptimizer, type Optimizer, optimizerOf } from './optimizer.js';
import { refuseAlone } from './sam.js';

export interface LookaheadOptions {
  /** Updates of the base between two looks. Default 5. */
  every?: number;
  /** How far the slow weights go toward the fast ones. Default 0.5. */
  share?: number;
}

const toward = updater('lookahead', 1);

/** Lookahead (Zhang et al. 2019): slow weights φ that follow another optimizer's. After every few of its updates
 *  φ ← φ + share·(θ − φ);  θ ← φ
 *  @example lookahead(adam(), { every: 5 }) */
export function lookahead(base: Optimizer, options: LookaheadOptions = {}): Optimizer {
  checkOptimizer('lookahead', base);
  checkKeys('lookahead', options, ['every', 'share']);
  const every = integer('lookahead', 'every', options.every ?? 5, 1);
  const share = inRange('lookahead', 'share', options.share ?? 0.5, 0, 1);
  if (base.rule.state.includes('slow'))
    throw new OptionError("lookahead: the base has a state 'slow' already; one lookahead is enough");
  const config = { name: 'lookahead', options: { base: base.config, every, share } };
  const { state, scalars, native, apply } = base.rule;
  const made = optimizerOf(config, base.learningRate, {
    state: [...state, 'slow'],
    copies: [...base.rule.copies, 'slow'],
    native,
    scalars: (moment) => [(moment.step + 1) % every ? 0 : 1, share, ...scalars(moment)],
    apply: (vectors, segments, draws) => {
      const [own, row] = [vectors.scalars, vectors.scalars.size - 2];
      const next = apply({ ...vectors, scalars: view(own, 2, [row]) }, segments, draws);
      const { slow } = vectors.state;
      const fast = next.theta ?? vectors.theta;
      if (native) {
        const after = toward(fast, vectors.grad, own, [slow]);
        return { theta: after.theta, state: { ...next.state, slow: after.state[0] } };
      }
      const now = view(own, 0, [1]);
      const met = add(slow, mul(sub(fast, slow), view(own, 1, [1])));
      return { theta: where(now, met, fast), state: { ...next.state, slow: where(now, met, slow) } };
    },
  });
  return base.ascent ? { ...made, ascent: base.ascent, base: made, update: refuseAlone } : made;
}
