import { OptionError } from '../errors.js';
import { meant, shown } from '../options.js';
import type { Tensor } from '../graph/tensor.js';
import * as ops from '../ops/activations.js';
import { add, maximum, minimum, mul, scale } from '../ops/arithmetic.js';
import { softmax as softmaxOf } from '../ops/softmax.js';
import { type Layer, ofOp, stateless } from './layer.js';

/** Activations as layers. The `activation` option of a layer takes their names, too. */
export const relu = (): Layer => stateless('relu', {}, ops.relu);
export const tanh = (): Layer => stateless('tanh', {}, ops.tanh);
export const sigmoid = (): Layer => stateless('sigmoid', {}, ops.sigmoid);
export const softplus = (): Layer => stateless('softplus', {}, ops.softplus);
export const silu = (): Layer => stateless('silu', {}, ops.silu);
export const selu = (): Layer => stateless('selu', {}, ops.selu);
export const softmax = (): Layer => stateless('softmax', {}, (x) => softmaxOf(x));
export const leakyRelu = (options: { slope?: number } = {}): Layer =>
  ofOp('leakyRelu', { ...options }, [1], (x) => ops.leakyRelu(x, options));
export const elu = (options: { alpha?: number } = {}): Layer =>
  ofOp('elu', { ...options }, [1], (x) => ops.elu(x, options));
export const gelu = (options: { approximate?: 'none' | 'tanh' } = {}): Layer =>
  ofOp('gelu', { ...options }, [1], (x) => ops.gelu(x, options));
/** max(0, min(1, x/6 + ½)), as in PyTorch; Keras 2 had the slope 0.2. The gradient at both bounds is 0. */
export const hardSigmoid = (): Layer =>
  stateless('hardSigmoid', {}, (x) => scale(minimum(6, maximum(0, add(x, 3))), 1 / 6));
/** x · hardSigmoid(x) (Howard et al. 2019). Its gradient at −3 is that of the middle, at 3 that of x, as in PyTorch. */
export const hardSwish = (): Layer =>
  stateless('hardSwish', {}, (x) => mul(x, scale(minimum(6, maximum(add(x, 3), 0)), 1 / 6)));
const NAMED = { relu, tanh, sigmoid, softplus, silu, selu, softmax, leakyRelu, elu, gelu, hardSigmoid, hardSwish };
/** An activation by name, or any function of a tensor. */
export type ActivationOption = keyof typeof NAMED | ((x: Tensor) => Tensor);

/** The function that the option names. */
export function activationOf(where: string, activation: ActivationOption | undefined): (x: Tensor) => Tensor {
  if (activation === undefined) return (x) => x;
  if (typeof activation === 'function') return activation;
  if (typeof activation !== 'string' || !Object.hasOwn(NAMED, activation)) {
    const names = Object.keys(NAMED);
    const hint = typeof activation === 'string' ? meant(activation, names) || '.' : '.';
    throw new OptionError(
      `${where}: activation ${shown(activation)} is unknown${hint} Known: ${names.join(', ')}, or a function`,
    );
  }
  const layer = NAMED[activation]();
  return (x) => layer.call(x, {}, undefined as never);
}
