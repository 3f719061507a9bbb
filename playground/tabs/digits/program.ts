import type { State } from '../../state.js';
import type { Logged } from '../../tab.js';
import { modelOf, recipeOf } from './recipe.js';

/** The names that a program may import. */
const NAMES = ['adam', 'adversarial', 'augment', 'crossEntropy', 'fgsm', 'l2', 'nn', 'randomGenerator', 'tensor'];

/** The program of a run: a module that makes the same updates and prints the SHA-256 of the parameters. */
export function programOf(state: State, log: readonly Logged[], steps: number): string {
  const [seed, size] = [Number(state.seed), Number(state.size)];
  const batch = Math.min(Number(state.batch), size);
  const perEpoch = Math.ceil(size / batch);
  let now = recipeOf(state)[1];
  const changes = log.flatMap((entry) => {
    const next = 'state' in entry ? recipeOf(entry.state)[1] : now;
    if (next === now) return [];
    now = next;
    return [`  if (k === ${entry.at}) step = trainStep(model, ${next.replaceAll('\n', '\n  ')});\n`];
  });
  const body = `// The first of the shuffled digits are for training.
const { x, y } = digits();
const train = randomGenerator(${seed}).permutation(y.length).data().slice(0, ${size});
const images = (rows) => tensor(rows.flatMap((row) => [...x.slice(64 * row, 64 * row + 64)].map((level) => level / 16)));

const model = ${modelOf(state)[1]};
model.build([8, 8, 1], { seed: ${seed} });
let step = trainStep(model, ${recipeOf(state)[1]});
let order;
for (let k = 0; k < ${steps}; k++) {
${changes.join('')}  const at = k % ${perEpoch};
  if (at === 0) order = [...randomGenerator(${seed} + 100000 * (k / ${perEpoch})).permutation(${size}).data()];
  const rows = order.slice(${batch} * at, ${batch} * (at + 1)).map((i) => train[i]);
  step(images(rows).reshape([rows.length, 8, 8, 1]), tensor(rows.map((row) => y[row])));
}

const bytes = new Uint8Array(model.parameters().flatMap((parameter) => [...new Uint8Array(parameter.get().buffer)]));
const digest = await crypto.subtle.digest('SHA-256', bytes);
console.log([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
`;
  const used = [...NAMES.filter((name) => new RegExp(`(?<![\\w.])${name}\\b`).test(body)), 'trainStep'];
  return `// npm install regulus
import { ${used.join(', ')} } from 'regulus';
import { digits } from 'regulus/digits';

${body}`;
}
