/** Techniques that lower the test error, possibly at the expense of the training error. */
export { adversarial, type Adversarial } from './adversarial.js';
export { ema, swa, type SwaOptions } from './averages.js';
export { type Attack, fgsm, type FgsmOptions, pgd, type PgdOptions } from './attack.js';
export {
  earlyStopping,
  type EarlyStopping,
  type EarlyStoppingOptions,
  type StoppingState,
} from './earlyStopping.js';
export { noisyGradient, type RuleNoiseOptions, weightNoise } from './noise.js';
export { elasticNet, type ElasticNetOptions, l1, l2, type PenaltyOptions } from './penalties.js';
export { share, type ShareOptions } from './share.js';
