import { isMade } from '../config.js';
import { OptionError } from '../errors.js';
import { meant, shown } from '../options.js';
import type { Tensor } from '../graph/tensor.js';
import * as ops from '../ops/activations.js';
import { add, maximum, minimum, mul, scale } from '../ops/arithmetic.js';
import { softmax as softmaxOf } from '../ops/softmax.js';
import { type CallableLayer, type Named, ofOp, plain } from './callable.js';
import type { Layer } from './layer.js';

/** Activations as layers. The `activation` option of a layer takes their names, too. */
export const relu = (options: Named = {}): CallableLayer => plain('relu', options, ops.relu);
export const tanh = (options: Named = {}): CallableLayer => plain('tanh', options, ops.tanh);
export const sigmoid = (options: Named = {}): CallableLayer => plain('sigmoid', options, ops.sigmoid);
export const softplus = (options: Named = {}): CallableLayer => plain('softplus', options, ops.softplus);
export const silu = (options: Named = {}): CallableLayer => plain('silu', options, ops.silu);
export const selu = (options: Named = {}): CallableLayer => plain('selu', options, ops.selu);
export const softmax = (options: Named = {}): CallableLayer => plain('softmax', options, (x) => softmaxOf(x));
export const leakyRelu = (options: { slope?: number } & Named = {}): CallableLayer =>
  ofOp('leakyRelu', {}, options, [1], ops.leakyRelu);
export const elu = (options: { alpha?: number } & Named = {}): CallableLayer => ofOp('elu', {}, options, [1], ops.elu);
export const gelu = (options: { approximate?: 'none' | 'tanh' } & Named = {}): CallableLayer =>
  ofOp('gelu', {}, options, [1], ops.gelu);
/** max(0, min(1, x/6 + ½)), as in PyTorch; Keras 2 had the slope 0.2. The gradient at both bounds is 0. */
export const hardSigmoid = (options: Named = {}): CallableLayer =>
  plain('hardSigmoid', options, (x) => scale(minimum(6, maximum(0, add(x, 3))), 1 / 6));
/** x · hardSigmoid(x) (Howard et al. 2019). Its gradient at −3 is that of the middle, at 3 that of x, as in PyTorch. */
export const hardSwish = (options: Named = {}): CallableLayer =>
  plain('hardSwish', options, (x) => mul(x, scale(minimum(6, maximum(add(x, 3), 0)), 1 / 6)));
const NAMED = { relu, tanh, sigmoid, softplus, silu, selu, softmax, leakyRelu, elu, gelu, hardSigmoid, hardSwish };
/** An activation by name, as the layer that computes it, or any function of a tensor. */
export type ActivationOption = keyof typeof NAMED | Layer | ((x: Tensor) => Tensor);

const isLayer = (activation: object): activation is Layer => Object.hasOwn(activation, 'call');
/** What an activation's layer computes. Other layers need parameters, or know whether they train. */
function ofLayer(where: string, layer: Layer): (x: Tensor) => Tensor {
  const { name } = layer.config;
  if (!isMade(layer) || !Object.hasOwn(NAMED, name))
    throw new OptionError(
      `${where}: activation is the layer ${name}, which is no activation; put it behind this layer`,
    );
  return (x) => layer.call(x, {}, undefined as never);
}

/** The function that the option names. */
export function activationOf(where: string, activation: ActivationOption | undefined): (x: Tensor) => Tensor {
  if (activation === undefined) return (x) => x;
  if (typeof activation === 'function' && !isLayer(activation)) return activation;
  if (typeof activation === 'function') return ofLayer(where, activation);
  if (typeof activation !== 'string' || !Object.hasOwn(NAMED, activation)) {
    const names = Object.keys(NAMED);
    const hint = typeof activation === 'string' ? meant(activation, names) || '.' : '.';
    throw new OptionError(
      `${where}: activation ${shown(activation)} is unknown${hint} Known: ${names.join(', ')}, or a function`,
    );
  }
  return ofLayer(where, NAMED[activation]());
}
