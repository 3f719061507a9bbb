/** The rules of the optimizers, line by line: θ is a parameter, g its gradient, ε the learning rate and k the number of the update, from 1. */
const MOMENTS = ['s = β₁ s + (1 − β₁) g', 'r = β₂ r + (1 − β₂) g^2'];
const [FIRST, SECOND] = ['ŝ = s / (1 − β₁^k)', 'r̂ = r / (1 − β₂^k)'];
const ADAM = [...MOMENTS, FIRST, SECOND, 'θ = θ − ε ŝ / (sqrt(r̂) + δ)'];
const RULES: Readonly<Record<string, readonly string[]>> = {
  sgd: ['θ = θ − ε g'],
  momentum: ['v = α v − ε g', 'θ = θ + v'],
  nesterov: ['v = α v − ε g', 'θ = θ + α v − ε g'],
  adagrad: ['r = r + g^2', 'θ = θ − ε g / (δ + sqrt(r))'],
  adadelta: ['r = ρ r + (1 − ρ) g^2', 'd = sqrt(a + δ) g / sqrt(r + δ)', 'a = ρ a + (1 − ρ) d^2', 'θ = θ − ε d'],
  rmsprop: ['r = ρ r + (1 − ρ) g^2', 'θ = θ − ε g / sqrt(δ + r)'],
  adam: ADAM,
  adamw: ['θ = θ − ε λ θ', ...ADAM],
  adamax: ['s = β₁ s + (1 − β₁) g', 'u = max(β₂ u, abs(g) + δ)', FIRST, 'θ = θ − ε ŝ / u'],
  nadam: [...MOMENTS, SECOND, 'θ = θ − ε / (sqrt(r̂) + δ) ((1 − μ) g / (1 − π) + ν s / (1 − π ν))'],
  radam: [...MOMENTS, FIRST, 'θ = θ − ε q ŝ sqrt(1 − β₂^k) / (sqrt(r) + δ)'],
  lion: ['θ = θ − ε sign(β₁ m + (1 − β₁) g)', 'm = β₂ m + (1 − β₂) g'],
};
/** What is added to a quotient or under a root; 1e-8 for the others. */
const DELTAS: Readonly<Record<string, number>> = { adagrad: 1e-7, adadelta: 1e-6, rmsprop: 1e-6 };

/** Numbers by name: one for each component of the parameter that is looked at. */
export type Values = Readonly<Record<string, readonly number[]>>;

/** The lines of an optimizer's update k, counted from 1, and the numbers that are the same for all parameters. */
export function ruleOf(
  optimizer: string,
  k: number,
): { readonly lines: readonly string[]; readonly constants: Values } {
  const [first, second] = [0.9, optimizer === 'lion' ? 0.99 : 0.999];
  const numbers: Record<string, number> = {
    α: 0.9,
    ρ: 0.9,
    'β₁': first,
    'β₂': second,
    δ: DELTAS[optimizer] ?? 1e-8,
    λ: 0.01,
    k,
  };
  let lines = RULES[optimizer];
  if (optimizer === 'nadam') {
    // The momentum grows to β₁ in the course of the run.
    const momentum = (i: number): number => first * (1 - 0.5 * 0.96 ** (0.004 * i));
    let product = 1;
    for (let i = 1; i <= k; i++) product *= momentum(i);
    Object.assign(numbers, { μ: momentum(k), ν: momentum(k + 1), π: product });
  }
  if (optimizer === 'radam') {
    const most = 2 / (1 - second) - 1;
    const length = most - (2 * k * second ** k) / (1 - second ** k);
    // As long as the second moment is of too few gradients, the step is that of the first.
    if (length <= 5) lines = [...MOMENTS, FIRST, 'θ = θ − ε ŝ'];
    else numbers.q = Math.sqrt(((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length));
  }
  return { lines, constants: Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, [value]])) };
}
