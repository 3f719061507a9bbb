import type { Config } from '../config.js';
import { fused } from './fused.js';
import type { Optimizer } from './optimizer.js';
import type { Moment } from './rule.js';
import type { Rate } from './schedule.js';
import { TINY } from './tiny.js';

/** The coefficients by which a member of Adam's family combines its moments: θ ← θ − (ofGrad·g +
 *  ofMoment·s)/(correction·√r + δ) − plain·s */
export interface Shares {
  readonly ofGrad?: number;
  readonly ofMoment: number;
  readonly plain?: number;
  readonly correction?: number;
  /** Before the step, decay·θ is subtracted from θ. */
  readonly decay?: number;
}

/** Makes an optimizer with Adam's two moments, which all have one kernel.
 *  s ← β₁s + (1 − β₁)g;  r ← β₂r + (1 − β₂)g². 1 − β is computed in float64, because float32 would lose half of its
 *  digits. */
export const moments = (
  config: Config,
  learningRate: Rate,
  { beta1, beta2, delta, largest = false }: { beta1: number; beta2: number; delta: number; largest?: boolean },
  shares: (moment: Moment) => Shares,
): Optimizer =>
  fused(config, learningRate, {
    kernel: largest ? 'amsgrad' : 'adam',
    state: largest ? ['s', 'r', 'most'] : ['s', 'r'],
    scalars: (moment) => {
      const { ofGrad = 0, ofMoment, plain = 0, correction = 1, decay = 0 } = shares(moment);
      return [beta1, 1 - beta1, beta2, 1 - beta2, decay, ofGrad, ofMoment, plain, correction, delta, TINY];
    },
  });
