/** Regulus: trains neural networks that generalize, anywhere JavaScript runs. */
import './tensor/methods.js';

export type { Config, Configured } from './config.js';
export { type Axis, type Curve, curves } from './curves.js';
export * from './errors.js';
export { type Compiled, compile } from './compile/compile.js';
export { type Profile, profile, type Timing } from './compile/profile.js';
export * from './data/index.js';
// These names are also those of ops: the first argument decides.
export { split } from './data/split.js';
export { topK } from './metrics/topK.js';
export * from './checkpoint/index.js';
export * as datasets from './data/synthetic/index.js';
export * from './diagnose/index.js';
export { grad, hvp, valueAndGrad } from './differentiate/grad.js';
export { scan } from './differentiate/scan.js';
export type { Shape } from './graph/shape.js';
export type { Tensor } from './graph/tensor.js';
export * as init from './init/index.js';
export type { Initializer } from './init/initializer.js';
export * from './io/index.js';
export * as loggers from './loggers/index.js';
export type { Logger } from './loggers/logger.js';
export * from './losses/index.js';
export * from './metrics/index.js';
export * from './models/index.js';
export * as nn from './nn/index.js';
export { carried, type StreamReader } from './nn/carried.js';
export { generate, type GenerateOptions } from './nn/generate.js';
export type { Classification } from './nn/classify.js';
export { copyInto } from './nn/copyInto.js';
export type { Examples } from './nn/examples.js';
export type { ByHead } from './graph/heads.js';
export type { Composite, Context, Layer, ParameterSpec, Part, Pass } from './nn/layer.js';
export type { AnyModel, ForEach, Model, Output, Parameter, State } from './nn/model.js';
export {
  scaledDotProductAttention,
  type ScaledDotProductAttentionOptions,
} from './nn/scaledDotProductAttention.js';
export * from './ops/index.js';
export { einsum } from './ops/einsum.js';
/** @internal Of the package's own entries. */
export { CsvSet, delimiterOf, TableReader } from './data/csv.js';
/** @internal Of the package's own entries. */
export { TextCells } from './data/cells.js';
/** @internal Of the package's own entries. */
export { fromTable, fromTableLike, type Table } from './data/table.js';
/** @internal Of the package's own entries. */
export { isMade } from './config.js';
/** @internal */
export { CsvReader, type CsvRecord } from './data/records.js';
/** @internal */
export { encodingOf } from './data/encoding.js';
/** @internal */
export { built, checkModel } from './nn/model.js';
/** @internal Of the package's own entries. */
export {
  callable,
  checkKeys,
  finite,
  flag,
  inRange,
  integer,
  isGiven,
  nearest,
  oneOf,
  positive,
  record,
  refuse,
  shown,
} from './options.js';
/** @internal Of the package's own entries. */
export { isTensor } from './graph/tensor.js';
/** @internal Of the package's own entries. */
export { input as placeholder } from './graph/leaves.js';
/** @internal Of the package's own entries. */
export { sorted } from './graph/sort.js';
/** @internal Of the package's own entries. */
export { traceProgram } from './graph/trace.js';
/** @internal Of the package's own entries. */
export { survey } from './nn/walk.js';
/** @internal Of the package's own entries. */
export { readable, short, table } from './readable.js';
/** @internal Of the package's own entries. */
export { foldsOf } from './data/kFold.js';
/** @internal Of the package's own entries. */
export { checkDataset } from './data/columns.js';
/** @internal Of the package's own entries. */
export { refuseSealed, refuseShared } from './data/leakage.js';
/** @internal Of the package's own entries. */
export { engineFor, type Found, type Trainings } from './diagnose/engine.js';
/** @internal Of the package's own entries. */
export { directionOf } from './optim/direction.js';
/** @internal Of the package's own entries. */
export { isLearner } from './diagnose/learner.js';
/** @internal Of the package's own entries. */
export { isModel } from './nn/model.js';
/** @internal Of the package's own entries. */
export { isRaw } from './pipeline/raw.js';
/** @internal Of the package's own entries. */
export { realize } from './compile/realize.js';
/** @internal Of the package's own entries. */
export { exp as hostExp, log as hostLog } from './random/hostMath.js';
/** @internal Of the package's own entries. */
export { open as openSealed } from './data/leakage.js';
/** @internal Of the package's own entries. */
export { permutation } from './random/permutation.js';
/** @internal Of the package's own entries. */
export { seedKey } from './random/keys.js';
/** @internal Of the package's own entries. */
export { quantile as studentQuantile, twoSided } from './random/student.js';
/** @internal Of the package's own entries. */
export { type Job as TrainingJob, packed, unpacked } from './remote/job.js';
/** @internal Of the package's own entries. */
export type { Numbers } from './remote/numbers.js';
/** @internal Of the package's own entries. */
export { draws } from './random/draws.js';
/** @internal Of the package's own entries. */
export { breathe, now } from './clock.js';
/** @internal Of the package's own entries. */
export { sha256Now } from './hash/sha256.js';
/** @internal Of the package's own entries. */
export { DTYPES } from './io/dtypes.js';
/** @internal Of the package's own entries. */
export { neighbours } from './models/neighbours.js';
/** @internal Of the package's own entries. */
export { Pipeline as RawModel } from './pipeline/pipeline.js';
/** @internal Of the package's own entries. */
export { behind } from './pipeline/raw.js';
/** @internal Of the package's own entries. */
export { modelOf } from './nn/model.js';
/** @internal Of the package's own entries. */
export { lossFor } from './train/evaluate.js';
export * from './pipeline/index.js';
export * as augment from './augment/index.js';
export * as clip from './optim/clip.js';
export * as constrain from './regularize/constrain.js';
export * from './optim/index.js';
export * as surfaces from './surfaces/index.js';
export * from './regularize/index.js';
export * from './remote/index.js';
export * from './tensor/index.js';
export * from './train/index.js';
export type { DatasetOptions } from './data/fromMemory.js';
export type { Row, RowsOptions } from './data/fromRows.js';
export type { NumberArray, TensorLike } from './data/numbers.js';
export type { TableOptions } from './data/table.js';
export type { TargetLike } from './data/target.js';
export type { SmoothingOptions } from './losses/smoothing.js';
export type { LayerFunction } from './nn/partOf.js';
export type { WeightedOptions } from './nn/weighted.js';
export type { MatmulOptions } from './ops/matmul.js';
export type { Operand } from './ops/operand.js';
export type { Draw } from './ops/random.js';
export type { RecipeOptions } from './train/recipe.js';
export { memoryInfo } from './wasm/memory.js';
export { type RuntimeInfo, runtimeInfo, setThreads, threads, type ThreadsOptions } from './wasm/runtime.js';
