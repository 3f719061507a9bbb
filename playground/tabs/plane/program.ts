import type { State } from '../../state.js';
import type { Logged } from '../../tab.js';
import { dataText, OPERATIONS } from './data.js';
import { modelOf, recipeOf } from './recipe.js';

/** The names that a program may import. */
const NAMES = [
  ...['adadelta', 'adagrad', 'adam', 'adamax', 'adamw', 'binaryCrossEntropy', 'clip', 'compile', 'constrain'],
  ...['cosineDecay', 'datasets', 'exponentialDecay', 'init', 'l1', 'l2', 'linearDecay', 'lion', 'nadam', 'nn'],
  ...['oneCycle', 'radam', 'randomGenerator', 'rmsprop', 'sgd', 'stepDecay', 'tensor', 'trainStep', 'weightNoise'],
  ...OPERATIONS,
];

interface Given {
  readonly state: State;
  readonly log: readonly Logged[];
  readonly steps: number;
  readonly rows: number;
  /** Whether the run has stopped early. */
  readonly stopped: boolean;
}

/** The program of a run: a module that makes the same updates and prints the SHA-256 of the parameters. */
export function programOf({ state, log, steps, rows }: Given): string {
  const batch = Math.min(Number(state.batch), rows);
  const perEpoch = Math.ceil(rows / batch);
  const updates = Math.max(2, Number(state.epochs) * perEpoch);
  const seed = Number(state.seed);
  const indent = (text: string, by: string): string => text.replaceAll('\n', `\n${by}`);
  const changes: string[] = [];
  let now = state;
  for (const entry of log) {
    if ('act' in entry) {
      const [parameter, index, value] = entry.act.values;
      changes.push(
        `if (k === ${entry.at}) model.parameters()[${parameter}].set(model.parameters()[${parameter}].get().fill(${value}, ${index}, ${index + 1}));`,
      );
      continue;
    }
    const next = entry.state;
    const others = Object.keys(next).some((key) => key !== 'patience' && !Object.is(next[key], now[key]));
    if (others)
      changes.push(`if (k === ${entry.at}) step = trainStep(model, ${indent(recipeOf(next, updates)[1], '')});`);
    if (next.patience !== now.patience)
      changes.push(`if (k === ${entry.at}) [patience, waited] = [${next.patience}, 0];`);
    now = next;
  }
  const patience = state.patience || log.some((entry) => 'state' in entry && entry.state.patience);
  const body = `${dataText(state)}
const rows = train.y.length;
const points = (some) => tensor(some.flatMap((row) => [train.x[2 * row], train.x[2 * row + 1]])).reshape([some.length, 2]);
const labels = (some) => tensor(some.map((row) => train.y[row])).reshape([some.length, 1]);

const model = ${modelOf(state)[1]};
model.build([2], { seed: ${seed} });
let step = trainStep(model, ${recipeOf(state, updates)[1]});
${
  patience
    ? `
// Early stopping: after an epoch the validation loss is measured, and the best parameters are kept.
const measure = compile((z, y) => binaryCrossEntropy()(z, y));
const unseen = {
  x: tensor(validation.x).reshape([validation.y.length, 2]),
  y: tensor(validation.y).reshape([validation.y.length, 1]),
};
let [patience, waited, best] = [${state.patience}, 0, undefined];
`
    : ''
}
let order;
for (let k = 0; k < ${steps}; k++) {${changes.length ? `\n  ${indent(changes.join('\n'), '  ')}` : ''}
  const at = k % ${perEpoch};
  if (at === 0) order = [...randomGenerator(${seed} + 100000 * (k / ${perEpoch})).permutation(rows).data()];
  const batch = order.slice(${batch} * at, ${batch} * (at + 1));
  step(points(batch), labels(batch));${
    patience
      ? `
  if (at < ${perEpoch - 1} || !patience) continue;
  const loss = measure(model.predict(unseen.x), unseen.y).item();
  if (!best || loss < best.loss) [best, waited] = [{ loss, state: model.state() }, 0];
  else if (++waited >= patience) {
    model.load(best.state);
    break;
  }`
      : ''
  }
}${changes.length ? `\n${lastChanges(log, steps)}` : ''}

const bytes = new Uint8Array(model.parameters().flatMap((parameter) => [...new Uint8Array(parameter.get().buffer)]));
const digest = await crypto.subtle.digest('SHA-256', bytes);
console.log([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
`;
  const code = body.replaceAll(/^ *\/\/.*$/gm, '');
  const used = NAMES.filter((name) => new RegExp(`(?<!\\w|(?<!\\.\\.)\\.)${name}\\b`).test(code));
  return `// npm install regulus\nimport { ${used.join(', ')} } from 'regulus';\n\n${body}`;
}

/** Weights that were edited after the last step. */
function lastChanges(log: readonly Logged[], steps: number): string {
  return log
    .flatMap((entry) => {
      if (entry.at !== steps || !('act' in entry)) return [];
      const [parameter, index, value] = entry.act.values;
      return [
        `model.parameters()[${parameter}].set(model.parameters()[${parameter}].get().fill(${value}, ${index}, ${index + 1}));`,
      ];
    })
    .join('\n');
}
