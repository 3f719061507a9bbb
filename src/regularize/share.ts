import { OptionError } from '../errors.js';
import { checkKeys, inRange } from '../options.js';
import { view } from '../graph/leaves.js';
import { type AnyModel, built, isModel } from '../nn/model.js';
import { nativeRule, type Rule } from '../optim/rule.js';
import { checkOnly, type Only, selected } from '../optim/select.js';
import { add, scale, square, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/reduce.js';
import { assign } from '../ops/storage.js';

export interface ShareOptions {
  /** λ. Default 1e-2. */
  strength?: number;
  /** The parameters to share, by their names in both models. Default 'weights'. */
  only?: Only;
}

/** Soft sharing: (λ/2)‖w − w′‖² for the parameters that another model has under the same names and shapes. The
 *  parameters of the other model are read again in every step, so that two models that are trained in turn attract each
 *  other.
 *  @example await fit(model, train, { ...options, penalties: share(model.clone(), { strength: 0.1 }) }) */
export function share(other: AnyModel, options: ShareOptions = {}): Rule {
  if (!isModel(other)) throw new OptionError('share: the first argument is the other model');
  checkKeys('share', options, ['strength', 'only']);
  const lambda = inRange('share', 'strength', options.strength ?? 1e-2, 0);
  const only = checkOnly('share', options.only ?? 'weights');
  return nativeRule(
    { name: 'share', options: { ...options } },
    {
      stage: 'gradient',
      order: 1,
      apply({ theta, grad }, segments) {
        const { parameters } = built(other);
        const pairs = selected(segments, only).flatMap((own) => {
          const twin = parameters.segments.find(({ name, size }) => name === own.name && size === own.size);
          return twin?.trainable ? [{ own, twin }] : [];
        });
        if (!pairs.length)
          throw new OptionError(
            `share: the models have no such parameters in common; theirs are ${parameters.segments.map(({ name }) => name).join(', ')}`,
          );
        const apart = pairs.map(({ own, twin }) => ({
          at: own.offset,
          slope: view(grad, own.offset, [own.size]),
          from: sub(view(theta, own.offset, [own.size]), view(parameters.theta, twin.offset, [own.size])),
        }));
        const value = apart.map(({ from }) => scale(sum(square(from)), lambda / 2)).reduce((a, b) => add(a, b));
        return {
          penalty: value,
          grad: apart.reduce(
            (vector, { at, slope, from }) => assign(vector, add(slope, scale(from, lambda)), at),
            grad,
          ),
        };
      },
    },
  );
}
