import { OptionError } from '../errors.js';
import { shapeOf, type Shape } from '../graph/shape.js';
import type { ByHead } from '../graph/heads.js';
import type { Tensor } from '../graph/tensor.js';
import { initOf, type Initializer } from '../init/initializer.js';
import { zeros } from '../init/constants.js';
import { record, refuse } from '../options.js';
import { type Composite, inTurn, type Layer } from './layer.js';
import { type Model, modelOf } from './model.js';

/** A parameter of `nn.parameters`: its shape, begun at 0, how a single number begins, or both. */
export type ParameterLike = Shape | Initializer | { readonly shape: Shape; readonly init?: Initializer };
/** A model of parameters alone, which are read as its properties. */
export type ParametersModel<N extends string> = Model & { readonly [P in N]: Tensor };

const GIVEN = 'shapes by name: { rate: [], weight: { shape: [3, 2], init: init.xavierNormal() } }';

const isInitializer = (x: object): boolean => 'create' in x;

/** A model that is parameters only, for formulas and objectives of one's own: `p.rate` is the tensor, which a training step
 *  of an objective that names p trains. A shape alone begins at 0; [] is a single number, as is an initializer alone. Called, it gives its input.
 *  @example
 *  const p = nn.parameters({ rate: [], power: { shape: [], init: init.ones() } })
 *  const step = trainStep(p, {
 *    objective: (p, { t, y }) => p.rate.mul(t).exp().mul(p.power).sub(y).square().mean(),
 *    optimizer: adam({ learningRate: 0.1 }),
 *  })
 *  step({ t: [0, 1, 2], y: [2, 1, 0.5] }) */
export function parameters<const P extends Readonly<Record<string, ParameterLike>>>(
  given: P,
): ParametersModel<keyof P & string> {
  const entries = Object.entries(record('parameters', 'given', given as ByHead<ParameterLike>, GIVEN));
  if (!entries.length) refuse('parameters', 'given', given, GIVEN);
  const specs = entries.map(([name, own]) => {
    const { shape, init } = Array.isArray(own)
      ? { shape: own, init: undefined }
      : isInitializer(record('parameters', name, own, GIVEN))
        ? { shape: [], init: own as Initializer }
        : (own as { shape: Shape; init?: Initializer });
    return [
      name,
      {
        shape: shapeOf(`parameters: ${name}`, shape),
        init: initOf(`parameters: ${name}`, init, zeros),
        kind: 'weight',
      },
    ] as const;
  });
  const config = { name: 'parameters', options: { given } };
  const layer: Layer = { config, parameters: () => Object.fromEntries(specs), call: (x) => x };
  // A child without a name: the parameters' paths are their names.
  const part: Composite = { config, children: { '': layer }, shape: [1], anyShape: true, forward: inTurn };
  const model = modelOf(part);
  for (const [name] of specs) {
    if (!name || name.includes('.') || Object.hasOwn(model, name))
      throw new OptionError(
        `parameters: '${name}' cannot be the name of a parameter; models have a property of this name, or it has dots`,
      );
    Object.defineProperty(model, name, { get: () => model.tensors()[name], enumerable: true });
  }
  return model as ParametersModel<keyof P & string>;
}
