import { expect, test } from 'vitest';
import {
  accuracy,
  adamw,
  augment,
  crossEntropy,
  earlyStopping,
  type FitOptions,
  l1,
  type Metric,
  type Model,
  mse,
  nn,
  optimizer,
  rule,
  share,
  sam,
  sgd,
  type Tensor,
  UnsupportedError,
} from '../../dist/index.js';
import { trainInWorker } from '../../dist/worker.js';
import { spirals } from './problems.js';

const { model, train, options } = spirals();
const own = <F extends object>(f: F, name = 'mine') => Object.assign(f, { config: { name, options: {} } });
const sequential = (...layers: Parameters<typeof nn.sequential>[0]): Model => nn.sequential([...layers, nn.dense(3)]);
const half = { ...nn.relu(), config: { name: 'half', options: {} } };
const metric = own((...args: Parameters<Metric>) => accuracy()(...args)) as Metric;
const mine = optimizer({ update: ({ theta, grad, learningRate }) => ({ theta: theta.sub(grad.mul(learningRate)) }) });
const isFirst = (name: string): boolean => name.startsWith('0.');

/** A loss whose name belongs to another loss. */
const flat = Object.assign((output: Tensor): Tensor => output.sum(), mse());

const CANNOT = 'which cannot be sent to a worker: train with fit, in this thread, or use a factory of the library';
const OWN = `is a function of your own, ${CANNOT}`;
const strange = (name: string): string => `is a '${name}' of your own, ${CANNOT}`;

test.each<[string, string, Partial<FitOptions> | Model]>([
  ['objective', `options.objective ${OWN}`, { loss: undefined, objective: (m, { x }) => m(x).mean() }],
  [
    'model',
    'model was made by defineModel, whose function is your own',
    nn.defineModel({ a: nn.dense(3) }, ({ a }, x) => a(x)),
  ],
  ['a layer', `model.layers[0] ${strange('half')}`, sequential(half)],
  ['a function as a layer', `model.layers[0] ${OWN}`, sequential((x) => x.mul(2))],
  ['a layer without a configuration', `model.layers[0] ${OWN}`, sequential({ call: (x) => x.mul(2) })],
  ['an activation', `model.layers[0].activation ${OWN}`, sequential(nn.dense(2, { activation: (x) => x.relu() }))],
  ['a loss', `options.loss ${strange('mine')}`, { loss: own((output: Tensor) => output.sum()) as never }],
  ['a plain function as loss', `options.loss ${OWN}`, { loss: (output) => output.sum() }],
  ['a plain function as metric', `options.metrics ${OWN}`, { metrics: (output) => output.sum().item() }],
  ['a loss with a name of the library', `options.loss ${strange('mse')}`, { loss: flat }],
  ['one of several losses', `options.loss.a ${strange('mse')}`, { loss: { a: flat, b: mse() } }],
  ['a metric in a list', `options.metrics[1] ${strange('mine')}`, { metrics: [accuracy(), metric] }],
  [
    'an optimizer with a name of the library',
    `options.optimizer ${strange('sgd')}`,
    { optimizer: { ...sgd({ learningRate: 0.1 }), rule: mine({ learningRate: 0.1 }).rule } },
  ],
  [
    'one within another',
    `options.optimizer.base ${strange('adamw')}`,
    { optimizer: sam({ ...adamw(), rule: mine({ learningRate: 0.1 }).rule }) },
  ],
  ['a rule with a name of the library', `options.penalties ${strange('l1')}`, { penalties: { ...l1(0.1), order: 3 } }],
  [
    'an augmentation',
    `options.augment[0] ${strange('mixup')}`,
    { augment: [{ ...augment.mixup({ alpha: 1 }), apply: (batch) => batch }] },
  ],
  [
    'when to stop',
    `options.stop ${strange('earlyStopping')}`,
    { stop: { ...earlyStopping(), monitor: 'training.loss' } },
  ],
  ['an optimizer', `options.optimizer.update ${OWN}`, { optimizer: mine({ learningRate: 0.1 }) }],
  [
    'a schedule',
    `options.optimizer.learningRate ${OWN}`,
    { optimizer: sgd({ learningRate: ((k: number) => 0.1 / (k + 1)) as never }) },
  ],
  ['parameters by name', `options.optimizer.only ${OWN}`, { optimizer: adamw({ only: isFirst }) }],
  ['a group', `options.groups[0].only ${OWN}`, { groups: [{ only: isFirst, learningRate: 0 }] }],
  ['a penalty', `options.penalties.only ${OWN}`, { penalties: l1(0.1, { only: isFirst }) }],
  [
    'a rule',
    `options.rules[0].apply ${OWN}`,
    { rules: [rule({ stage: 'gradient', apply: ({ grad }) => ({ grad: grad.mul(0.5) }) })] },
  ],
  [
    'another model',
    'options.penalties cannot be made again in a worker (share: the first argument is the other model)',
    { penalties: share(model()) },
  ],
  [
    'another configuration',
    `options.loss.digit ${strange('huber')}`,
    { loss: { digit: Object.assign(crossEntropy(), { config: { name: 'huber', options: {} } }) } as never },
  ],
])('of the user’s own: %s', async (_, text, given) => {
  let started = false;
  const isModel = typeof given === 'function';
  const training = trainInWorker(isModel ? given : model(), train, {
    ...options,
    ...(isModel ? {} : given),
    worker: () => {
      started = true;
      throw new Error('started');
    },
  });
  await expect(training.result).rejects.toThrow(UnsupportedError);
  await expect(training.result).rejects.toThrow(text);
  expect(started).toBe(false);
});
