/** Regulus: trains neural networks that generalize, anywhere JavaScript runs. */
import './tensor/methods.js';

export type { Config, Configured } from './config.js';
export * from './errors.js';
export { compile } from './compile/compile.js';
export { type Profile, profile, type Timing } from './compile/profile.js';
export * from './data/index.js';
export * as datasets from './data/synthetic/index.js';
export * from './diagnose/index.js';
export { grad, hvp, valueAndGrad } from './differentiate/grad.js';
export type { Shape } from './graph/shape.js';
export type { Tensor } from './graph/tensor.js';
export * as init from './init/index.js';
export type { Initializer } from './init/initializer.js';
export * from './io/index.js';
export * from './losses/index.js';
export * from './metrics/index.js';
export * as nn from './nn/index.js';
export type { Model, Parameter, State } from './nn/model.js';
export * from './ops/index.js';
export { checkKeys, nearest } from './options.js';
export * as clip from './optim/clip.js';
export * from './optim/index.js';
export * from './regularize/index.js';
export * from './tensor/index.js';
export * from './train/index.js';
export { memoryInfo } from './wasm/memory.js';
export { runtimeInfo, setThreads, threads } from './wasm/runtime.js';
