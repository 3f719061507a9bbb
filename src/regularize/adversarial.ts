import { configOf, type Configured, made } from '../config.js';
import { OptionError } from '../errors.js';
import { checkKeys, inRange, shown } from '../options.js';
import type { Attack } from './attack.js';

/** Adversarial training, as an option of fit. */
export interface Adversarial extends Configured {
  readonly attack: Attack;
  readonly share: number;
}

/** Adversarial training (Goodfellow et al. 2015): the loss of a step is (1 − share)·J(x) + share·J(x′), where x′ is the
 *  batch after an attack on the current model in evaluation mode. Running statistics are updated by x only.
 *  @example await fit(model, train, { ...options, adversarial: adversarial({ attack: fgsm({ epsilon: 0.1 }), share: 0.5 }) }) */
export function adversarial(options: { attack: Attack; share?: number }): Adversarial {
  checkKeys('adversarial', options, ['attack', 'share'], true);
  const { attack, share = 0.5 } = options;
  if (typeof attack !== 'function' || !('perturbed' in attack))
    throw new OptionError(
      `adversarial: attack is ${shown(attack)}; attacks are made by calling, such as fgsm({ epsilon: 0.1 })`,
    );
  inRange('adversarial', 'share', share, 0, 1);
  return made({ config: { name: 'adversarial', options: { attack: configOf(attack), share } }, attack, share });
}
