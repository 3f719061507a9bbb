import { checkKeys, flag, inRange } from '../options.js';
import type { Segment } from '../nn/parameters.js';
import { nativeRule, type Rule } from '../optim/rule.js';
import { checkOnly, type Only, selected } from '../optim/select.js';
import { penalize, type Penalized, softThreshold } from '../ops/penalty.js';

export interface PenaltyOptions {
  /** The parameters that are penalized. Default 'weights': no biases, no parameters of normalization. */
  only?: Only;
}

export const tableOf = (segments: readonly Segment[], only: Only, l2: number, l1: number): Penalized[] =>
  selected(segments, only).map(({ offset, size }) => ({ offset, length: size, l2, l1 }));

/** Makes a penalty on θ: its value is added to the reported loss, its gradient to the gradient. */
function penalty(name: string, options: Record<string, unknown>, only: Only, l2: number, l1: number): Rule {
  return nativeRule(
    { name, options },
    {
      stage: 'gradient',
      order: 1,
      apply({ theta, grad }, segments) {
        const pieces = tableOf(segments, only, l2, l1);
        return pieces.length ? penalize(theta, grad, pieces) : {};
      },
    },
  );
}

/** Weight decay as a penalty: (λ/2)‖w‖², gradient λw.
 *  @example await fit(model, train, { ...options, penalties: [l2(1e-4)] }) */
export function l2(lambda: number, options: PenaltyOptions = {}): Rule {
  inRange('l2', 'lambda', lambda, 0);
  checkKeys('l2', options, ['only']);
  return penalty('l2', { lambda, ...options }, checkOnly('l2', options.only ?? 'weights'), lambda, 0);
}

/** The penalty λ‖w‖₁, gradient λ sign(w): most weights become small. With `proximal`, weights are soft-thresholded by
 *  ελ after the update instead, so that most become exactly 0. */
export function l1(lambda: number, options: PenaltyOptions & { proximal?: boolean } = {}): Rule {
  inRange('l1', 'lambda', lambda, 0);
  checkKeys('l1', options, ['only', 'proximal']);
  const only = checkOnly('l1', options.only ?? 'weights');
  const config = { lambda, ...options };
  if (!flag('l1', 'proximal', options.proximal ?? false)) return penalty('l1', config, only, 0, lambda);
  return nativeRule(
    { name: 'l1', options: config },
    {
      stage: 'project',
      apply({ theta, learningRate }, segments) {
        const pieces = tableOf(segments, only, 0, lambda);
        return pieces.length ? { theta: softThreshold(theta, learningRate, pieces) } : {};
      },
    },
  );
}

export interface ElasticNetOptions extends PenaltyOptions {
  /** λ₁. Default 0. */
  l1?: number;
  /** λ₂. Default 0. */
  l2?: number;
}
/** Both penalties: λ₁‖w‖₁ + (λ₂/2)‖w‖² (Zou & Hastie 2005). Of correlated inputs, L1 alone tends to keep one; the
 *  elastic net keeps all, with similar weights.
 *  @example await fit(model, train, { ...options, penalties: elasticNet({ l1: 1e-4, l2: 1e-3 }) }) */
export function elasticNet(options: ElasticNetOptions = {}): Rule {
  checkKeys('elasticNet', options, ['l1', 'l2', 'only']);
  const l1 = inRange('elasticNet', 'l1', options.l1 ?? 0, 0);
  const l2 = inRange('elasticNet', 'l2', options.l2 ?? 0, 0);
  return penalty('elasticNet', { ...options }, checkOnly('elasticNet', options.only ?? 'weights'), l2, l1);
}
