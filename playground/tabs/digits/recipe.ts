import {
  adam,
  adversarial,
  augment,
  crossEntropy,
  fgsm,
  l2,
  type Model,
  nn,
  type RecipeOptions,
} from '../../../src/index.js';
import type { State } from '../../state.js';
import { SIDE } from './spec.js';

/** Something that is made here, and its text in a program: each pair says the same twice. */
type Pair<T> = readonly [made: T, text: string];
type Augmentation = ReturnType<typeof augment.rotate>;

/** The augmentations of the settings, in their order. */
export function augmentationsOf(state: State): readonly Pair<Augmentation>[] {
  const [rotate, shift, zoom, noise] = ['rotate', 'shift', 'zoom', 'noise'].map((key) => Number(state[key]));
  return [
    ...(rotate ? [[augment.rotate({ degrees: rotate }), `augment.rotate({ degrees: ${rotate} })`] as const] : []),
    ...(shift ? [[augment.translate({ pixels: shift }), `augment.translate({ pixels: ${shift} })`] as const] : []),
    ...(zoom ? [[augment.zoom({ range: zoom }), `augment.zoom({ range: ${zoom} })`] as const] : []),
    ...(state.mirror ? [[augment.flipHorizontal(), 'augment.flipHorizontal()'] as const] : []),
    ...(noise ? [[augment.gaussianNoise({ std: noise }), `augment.gaussianNoise({ std: ${noise} })`] as const] : []),
  ];
}

/** The model of the settings, not built yet: it takes images [n, 8, 8, 1]. */
export function modelOf({ units, keep }: State): Pair<Model> {
  const [width, kept] = [Number(units), Number(keep)];
  const layers = [
    [nn.flatten(), 'nn.flatten()'] as const,
    [nn.dense(width, { activation: 'relu' }), `nn.dense(${width}, { activation: 'relu' })`] as const,
    ...(kept < 1 ? [[nn.dropout({ keep: kept }), `nn.dropout({ keep: ${kept} })`] as const] : []),
    [nn.dense(10), 'nn.dense(10)'] as const,
  ];
  return [
    nn.sequential(layers.map(([layer]) => layer)),
    `nn.sequential([${layers.map(([, text]) => text).join(', ')}])`,
  ];
}

/** The options of trainStep for the settings. */
export function recipeOf(state: State): Pair<RecipeOptions> {
  const [rate, penalty, smoothing, epsilon, seed] = ['rate', 'l2', 'smoothing', 'hardened', 'seed'].map((key) =>
    Number(state[key]),
  );
  const changes = augmentationsOf(state);
  const attack = { epsilon, clip: [0, 1] } as const;
  const made: RecipeOptions = {
    loss: smoothing ? crossEntropy({ labelSmoothing: smoothing }) : crossEntropy(),
    optimizer: adam({ learningRate: rate }),
    seed,
    ...(penalty && { penalties: l2(penalty) }),
    ...(changes.length && { augment: changes.map(([change]) => change) }),
    ...(epsilon && { adversarial: adversarial({ attack: fgsm(attack) }) }),
  };
  const texts = [
    `loss: crossEntropy(${smoothing ? `{ labelSmoothing: ${smoothing} }` : ''})`,
    `optimizer: adam({ learningRate: ${rate} })`,
    `seed: ${seed}`,
    ...(penalty ? [`penalties: l2(${penalty})`] : []),
    ...(changes.length ? [`augment: [${changes.map(([, text]) => text).join(', ')}]`] : []),
    ...(epsilon ? [`adversarial: adversarial({ attack: fgsm({ epsilon: ${epsilon}, clip: [0, 1] }) })`] : []),
  ];
  return [made, `{\n${texts.map((text) => `  ${text},\n`).join('')}}`];
}
export const IMAGE = [SIDE, SIDE, 1] as const;
