import { checkKeys, inRange } from '../options.js';
import { view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Segment } from '../nn/parameters.js';
import { type Draws, nativeRule, type Rule } from '../optim/rule.js';
import { checkOnly, type Only, selected } from '../optim/select.js';
import { add } from '../ops/arithmetic.js';
import { normal } from '../ops/random.js';
import { assign } from '../ops/storage.js';

export interface RuleNoiseOptions {
  /** The standard deviation. */
  std: number;
  /** The parameters that get noise, or whose gradients do. Default 'weights': no biases, no parameters of
   *  normalization. */
  only?: Only;
}

function checked(where: string, options: RuleNoiseOptions): Required<RuleNoiseOptions> {
  checkKeys(where, options, ['std', 'only'], true);
  return {
    std: inRange(where, 'std', options.std, 0),
    only: checkOnly(where, options.only ?? 'weights'),
  };
}

/** A vector with N(0, std²) added to the selected pieces. The random number of an element depends on its index in the
 *  vector only, not on what else is selected. */
function noisy(vector: Tensor, segments: readonly Segment[], { std, only }: Required<RuleNoiseOptions>, draws: Draws) {
  const chosen = selected(segments, only);
  if (!std || !chosen.length) return vector;
  const { draw, step } = draws();
  const noise = normal([vector.size], 0, std, draw, step);
  return chosen.reduce(
    (into, { offset, size }) => assign(into, add(view(vector, offset, [size]), view(noise, offset, [size])), offset),
    vector,
  );
}

/** Noise on the weights (Goodfellow et al. 2016, 7.5): the gradient is taken at w + N(0, std²), with one draw for each
 *  weight and batch, and w is restored to the bit before the update. It favours flat minima.
 *  @example await fit(model, train, { ...options, noise: weightNoise({ std: 0.01 }) }) */
export function weightNoise(options: RuleNoiseOptions): Rule {
  const settings = checked('weightNoise', options);
  return nativeRule(
    { name: 'weightNoise', options: { ...options } },
    { stage: 'perturb', apply: ({ theta }, segments, draws) => ({ theta: noisy(theta, segments, settings, draws) }) },
  );
}

/** Noise on the gradient: adds N(0, std²) to each element in every update, after penalties and before clipping
 *  (Neelakantan et al. 2015).
 *  @example await fit(model, train, { ...options, noise: noisyGradient({ std: 1e-3 }) }) */
export function noisyGradient(options: RuleNoiseOptions): Rule {
  const settings = checked('noisyGradient', options);
  return nativeRule(
    { name: 'noisyGradient', options: { ...options } },
    {
      stage: 'gradient',
      order: 2,
      apply: ({ grad }, segments, draws) => ({ grad: noisy(grad, segments, settings, draws) }),
    },
  );
}
