import { type Config, configOf } from '../config.js';
import { checkOptions, type Named } from './callable.js';
import type { Composite, Part } from './layer.js';
import { checkModel, inside, type Model, modelOf, type Output } from './model.js';

/** The same composite, of which nothing is trained. `model` is what it is rebuilt from. */
const still = (part: Composite, model: Config, options: Named): Composite => ({
  ...part,
  frozen: true,
  config: { name: 'frozen', options: { model, ...options } },
  of: part.of && ((children) => renewed(part, children, options)),
});
function renewed(part: Composite, children: readonly Part[], options: Named): Composite {
  const other = part.of?.(children) as Composite;
  return still(other, configOf(other), options);
}

/** A model whose parameters are constants, as a part of another one: training does not change them, computes no gradients
 *  for them, and leaves dropout and batch statistics in it as they are in evaluation. Parameters keep their paths, so that
 *  a state can be loaded into the same model without `frozen`, to train all of it further. The result has a copy of the
 *  model's parameters. To freeze single layers, use `groups` with a learning rate of 0, and batchNorm({ frozen: true }).
 *  @example
 *  const backbone = nn.sequential([nn.dense(8), nn.batchNorm(), nn.relu()]).build([4])
 *  const model = nn.sequential([nn.frozen(backbone), nn.dense(2)]) */
export function frozen<O extends Output>(model: Model<O>, options: Named = {}): Model<O> {
  checkModel('frozen', model);
  checkOptions('frozen', options, []);
  const { part, parameters, shape, seed } = inside(model);
  const copy = modelOf(still(part, configOf(model), options));
  if (parameters && shape) copy.build(shape, { seed, state: model.state() });
  return copy as unknown as Model<O>;
}
