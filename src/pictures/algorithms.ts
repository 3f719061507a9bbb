/** The algorithms that can be drawn. What stands between two $ is mathematics: _ lowers, ^ raises what follows, a character or what is in
 *  braces. Lines begin with two spaces for each level. */

export interface Algorithm {
  readonly title: string;
  readonly source: string;
  /** What it needs. */
  readonly needs: string;
  readonly lines: readonly string[];
}

/** An optimizer: what it needs and keeps, and the rules of an update, in their order. */
export interface Update {
  readonly title: string;
  readonly source: string;
  readonly needs: string;
  /** What is set before the first update. */
  readonly start?: string;
  readonly rules: readonly string[];
}

const MOMENTS = ['$s ← β_1 s + (1 − β_1) g$', '$r ← β_2 r + (1 − β_2) g^2$'];
const CORRECTED = ['$ŝ ← s/(1 − β_1^k)$', '$r̂ ← r/(1 − β_2^k)$'];
const ADAM = 'rate $ε$, decays $β_1$ (0.9) and $β_2$ (0.999), constant $δ$ ($10^{−8}$)';

export type UpdateName =
  | 'sgd'
  | 'momentum'
  | 'nesterov'
  | 'adagrad'
  | 'rmsprop'
  | 'adadelta'
  | 'adam'
  | 'adamw'
  | 'adamax'
  | 'nadam'
  | 'radam'
  | 'lion'
  | 'lookahead'
  | 'sam';
type OtherName = 'earlyStopping' | 'adversarial' | 'dropout' | 'batchNorm' | 'clip';
/** What `pictures.algorithm` draws: the optimizers, and methods of regularization. */
export type AlgorithmName = UpdateName | OtherName;

/** Squares, roots and quotients of vectors are by element. */
export const UPDATES: Readonly<Record<UpdateName, Update>> = {
  sgd: {
    title: 'Stochastic gradient descent',
    source: 'Robbins & Monro 1951; algorithm 8.1 of Goodfellow et al. 2016',
    needs: 'rate $ε$',
    rules: ['$θ ← θ − ε g$'],
  },
  momentum: {
    title: 'Momentum',
    source: 'Polyak 1964; algorithm 8.2 of Goodfellow et al. 2016',
    needs: 'rate $ε$, decay of the velocity $α$ (such as 0.9)',
    start: '$v ← 0$',
    rules: ['$v ← α v − ε g$', '$θ ← θ + v$'],
  },
  nesterov: {
    title: 'Nesterov momentum',
    source: 'Nesterov 1983; as in Sutskever et al. 2013, seen from the point that looks ahead',
    needs: 'rate $ε$, decay of the velocity $α$ (such as 0.9)',
    start: '$v ← 0$',
    rules: ['$v ← α v − ε g$', '$θ ← θ + α v − ε g$'],
  },
  adagrad: {
    title: 'AdaGrad',
    source: 'Duchi et al. 2011; algorithm 8.4 of Goodfellow et al. 2016',
    needs: 'rate $ε$, constant $δ$ ($10^{−7}$)',
    start: '$r ← 0$',
    rules: ['$r ← r + g^2$', '$θ ← θ − ε/(δ + √r) g$'],
  },
  rmsprop: {
    title: 'RMSProp',
    source: 'Hinton 2012; algorithm 8.5 of Goodfellow et al. 2016',
    needs: 'rate $ε$, decay $ρ$ (0.9), constant $δ$ ($10^{−6}$)',
    start: '$r ← 0$',
    rules: ['$r ← ρ r + (1 − ρ) g^2$', '$θ ← θ − ε/√(δ + r) g$'],
  },
  adadelta: {
    title: 'Adadelta',
    source: 'Zeiler 2012',
    needs: 'rate $ε$ (1), decay $ρ$ (0.9), constant $δ$ ($10^{−6}$)',
    start: '$r ← 0$, $a ← 0$',
    rules: ['$r ← ρ r + (1 − ρ) g^2$', '$d ← √(a + δ)/√(r + δ) g$', '$a ← ρ a + (1 − ρ) d^2$', '$θ ← θ − ε d$'],
  },
  adam: {
    title: 'Adam',
    source: 'Kingma & Ba 2015; algorithm 8.7 of Goodfellow et al. 2016',
    needs: ADAM,
    start: '$s ← 0$, $r ← 0$, $k ← 0$',
    rules: ['$k ← k + 1$', ...MOMENTS, ...CORRECTED, '$θ ← θ − ε ŝ/(√r̂ + δ)$'],
  },
  adamw: {
    title: 'AdamW',
    source: 'Loshchilov & Hutter 2019',
    needs: `${ADAM}, decay of the weights $λ$ (0.01)`,
    start: '$s ← 0$, $r ← 0$, $k ← 0$',
    rules: ['$k ← k + 1$', ...MOMENTS, ...CORRECTED, '$θ ← θ − ε λ θ$', '$θ ← θ − ε ŝ/(√r̂ + δ)$'],
  },
  adamax: {
    title: 'Adamax',
    source: 'Kingma & Ba 2015, algorithm 2',
    needs: ADAM,
    start: '$s ← 0$, $u ← 0$, $k ← 0$',
    rules: ['$k ← k + 1$', MOMENTS[0], '$u ← max(β_2 u, |g| + δ)$', '$θ ← θ − ε/(1 − β_1^k) s/u$'],
  },
  nadam: {
    title: 'NAdam',
    source: 'Dozat 2016',
    needs: `${ADAM}, speed $ψ$ (0.004) at which the momentum grows`,
    start: '$s ← 0$, $r ← 0$, $k ← 0$, $P ← 1$',
    rules: [
      '$k ← k + 1$',
      '$μ ← β_1 (1 − 0.96^{k ψ}/2)$, $P ← P μ$',
      '$μ′ ← β_1 (1 − 0.96^{(k + 1) ψ}/2)$',
      ...MOMENTS,
      '$r̂ ← r/(1 − β_2^k)$',
      '$d ← (1 − μ)/(1 − P) g + μ′/(1 − P μ′) s$',
      '$θ ← θ − ε d/(√r̂ + δ)$',
    ],
  },
  radam: {
    title: 'RAdam',
    source: 'Liu et al. 2020, algorithm 2',
    needs: ADAM,
    start: '$s ← 0$, $r ← 0$, $k ← 0$, $ℓ_∞ ← 2/(1 − β_2) − 1$',
    rules: [
      '$k ← k + 1$',
      ...MOMENTS,
      '$ŝ ← s/(1 − β_1^k)$',
      '$ℓ ← ℓ_∞ − 2 k β_2^k/(1 − β_2^k)$',
      'if $ℓ > 5$',
      '  $c ← √((ℓ − 4) (ℓ − 2) ℓ_∞/((ℓ_∞ − 4) (ℓ_∞ − 2) ℓ))$',
      '  $θ ← θ − ε c √(1 − β_2^k) ŝ/(√r + δ)$',
      'else',
      '  $θ ← θ − ε ŝ$',
    ],
  },
  lion: {
    title: 'Lion',
    source: 'Chen et al. 2023',
    needs: 'rate $ε$, weights $β_1$ (0.9) and $β_2$ (0.99)',
    start: '$m ← 0$',
    rules: ['$θ ← θ − ε sign(β_1 m + (1 − β_1) g)$', '$m ← β_2 m + (1 − β_2) g$'],
  },
  lookahead: {
    title: 'Lookahead',
    source: 'Zhang et al. 2019',
    needs: 'another optimizer, updates $c$ (5) between two steps of the slow weights $φ$, share $α$ (0.5)',
    start: '$φ ← θ$, $k ← 0$',
    rules: ['$k ← k + 1$', '$θ ← update(θ, g)$', 'if $k mod c = 0$', '  $φ ← φ + α (θ − φ)$', '  $θ ← φ$'],
  },
  sam: {
    title: 'Sharpness-aware minimization',
    source: 'Foret et al. 2021',
    needs: 'another optimizer, distance $ρ$ (0.05)',
    rules: ['$θ′ ← θ + ρ g/‖g‖$', '$g ← ∇J(θ′)$ of the same minibatch', '$θ ← update(θ, g)$'],
  },
};

const BATCH = 'draw a minibatch of $n$ examples $x_i$ with targets $y_i$';

function trained({ title, source, needs, start, rules }: Update): Algorithm {
  return {
    title,
    source,
    needs: `${needs}, parameters $θ$`,
    lines: [
      ...(start ? [start] : []),
      'while training goes on',
      `  ${BATCH}`,
      '  $g ← 1/n ∇_θ Σ_i L(f(x_i; θ), y_i)$',
      ...rules.map((line) => `  ${line}`),
    ],
  };
}

const OTHERS: Readonly<Record<OtherName, Algorithm>> = {
  earlyStopping: {
    title: 'Early stopping',
    source: 'Algorithm 7.1 of Goodfellow et al. 2016',
    needs: 'updates $n$ between two evaluations, patience $p$, initial parameters $θ_0$',
    lines: [
      '$θ ← θ_0$, $θ^* ← θ_0$, $i ← 0$, $i^* ← 0$',
      '$v ← ∞$, $j ← 0$',
      'while $j < p$',
      '  train $θ$ for $n$ updates, $i ← i + n$',
      '  $v′ ←$ the error of $θ$ on the validation set',
      '  if $v′ < v$',
      '    $v ← v′$, $θ^* ← θ$, $i^* ← i$, $j ← 0$',
      '  else',
      '    $j ← j + 1$',
      'return $θ^*$ and $i^*$',
    ],
  },
  adversarial: {
    title: 'Adversarial training (FGSM)',
    source: 'Goodfellow et al. 2015',
    needs: 'largest change $ε$ of an input, share $c$ (0.5), an optimizer, parameters $θ$',
    lines: [
      'while training goes on',
      `  ${BATCH}`,
      '  $x′_i ← x_i + ε sign(∇_x L(f(x_i; θ), y_i))$',
      '  $J ← 1/n Σ_i ((1 − c) L(f(x_i; θ), y_i) + c L(f(x′_i; θ), y_i))$',
      '  $θ ← update(θ, ∇_θ J)$, with $x′_i$ held constant',
    ],
  },
  dropout: {
    title: 'Dropout',
    source: 'Srivastava et al. 2014',
    needs: 'probability $p$ with which a unit is kept, an optimizer, parameters $θ$',
    lines: [
      'while training goes on',
      `  ${BATCH}`,
      '  for each example and each unit $h_j$ of the layer',
      '    draw $μ_j$: 1 with probability $p$, else 0',
      '    $h_j ← μ_j h_j/p$',
      '  $θ ← update(θ, g)$, with the gradient $g$ through the same $μ$',
      'in evaluation all units are kept as they are',
    ],
  },
  batchNorm: {
    title: 'Batch normalization',
    source: 'Ioffe & Szegedy 2015, algorithm 1',
    needs:
      'numbers $x_1, …, x_n$ of a feature in a batch, learned $γ$ and $β$, constant $δ$ ($10^{−5}$), weight $m$ (0.1)',
    lines: [
      '$μ ← 1/n Σ_i x_i$',
      '$σ^2 ← 1/n Σ_i (x_i − μ)^2$',
      '$x̂_i ← (x_i − μ)/√(σ^2 + δ)$',
      '$y_i ← γ x̂_i + β$',
      'keep for evaluation, which takes $M$ and $V$ for $μ$ and $σ^2$:',
      '  $M ← (1 − m) M + m μ$',
      '  $V ← (1 − m) V + m σ^2 n/(n − 1)$',
    ],
  },
  clip: {
    title: 'Clipping the norm of the gradient',
    source: 'Pascanu et al. 2013; section 10.11.1 of Goodfellow et al. 2016',
    needs: 'threshold $v$, an optimizer, parameters $θ$',
    lines: [
      'while training goes on',
      `  ${BATCH}`,
      '  $g ← 1/n ∇_θ Σ_i L(f(x_i; θ), y_i)$',
      '  if $‖g‖ > v$',
      '    $g ← g v/‖g‖$',
      '  $θ ← update(θ, g)$',
    ],
  },
};

export const algorithmOf = (name: AlgorithmName): Algorithm =>
  name in OTHERS ? OTHERS[name as OtherName] : trained(UPDATES[name as UpdateName]);
export const NAMES = [...Object.keys(UPDATES), ...Object.keys(OTHERS)] as AlgorithmName[];
