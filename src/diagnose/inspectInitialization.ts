import { realize } from '../compile/realize.js';
import type { Config } from '../config.js';
import { refuseSealed } from '../data/leakage.js';
import { DataError } from '../errors.js';
import { checkKeys, flag, shown } from '../options.js';
import { readable, table } from '../readable.js';
import { constant } from '../graph/leaves.js';
import type { Shape } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { built, checkModel, type Model } from '../nn/model.js';
import { callPart } from '../nn/walk.js';
import { type Examples, examplesOf } from '../nn/examples.js';
import { seedKey } from '../random/keys.js';

/** Statistics of the output of a layer. */
export interface LayerInspection {
  /** The path, as in the names of its parameters ('0'), and the kind of layer ('dense'). */
  readonly layer: string;
  readonly name: string;
  /** The mean of all its outputs. */
  readonly mean: number;
  readonly std: number;
  /** 20 bins of equal width: edges[i] to edges[i + 1] holds counts[i] outputs. */
  readonly histogram: { readonly edges: number[]; readonly counts: number[] };
  /** The share of units that are 0 for every example. */
  readonly dead: number;
  /** The share of outputs of tanh and sigmoid that are within 0.01 of their bounds. */
  readonly saturated: number;
  readonly verdict: 'healthy' | 'explodes' | 'vanishes' | 'symmetric';
}
const BINS = 20;
/** The distance from its bound within which an activation counts as saturated. */
const NEAR = 0.01;
/** The share of saturated or dead outputs above which hardly any gradient gets through. */
const MOST = 0.5;
/** The largest factor by which outputs may be larger or smaller than the data, and the factor that is allowed for each
 *  of the first layers with weights. */
const SCALE = 10;
const GROWTH = 3;
/** The least scale after n layers. With tanh and Xavier's weights, which do learn, outputs have the standard deviation
 *  1/√(2n) (their variance follows q ← q − 2q²), of which half is allowed. A wrong initialization shrinks the scale by
 *  a constant factor in each layer, and is soon far below. */
const leastOf = (n: number): number => 1 / Math.sqrt(8 * n);

/** Passes examples through a model in training mode, and tells layer by layer whether their scale is preserved, which
 *  is the purpose of an initialization. During training it shows how the inputs of layers drift. The model is not
 *  changed (an unbuilt one is built). Throws a LeakageError for a sealed set. 'explodes': outputs are not finite, are
 *  more than ten times as large as the data (three times after the first layer), or most of them are saturated.
 *  'vanishes': they are less than a tenth of the data (a third after the first layer; 1/√(8n) after n > 12 layers,
 *  because tanh with Xavier's weights falls to 1/√(2n) and still learns), or most units are dead. 'symmetric': all
 *  units of a layer are equal, and gradients keep them equal.
 *  @example inspectInitialization(model, x).map(({ layer, std, verdict }) => `${layer}: ${std} ${verdict}`) */
export function inspectInitialization(
  model: Model,
  x: Examples,
  options: { training?: boolean } = {},
): LayerInspection[] {
  checkKeys('inspectInitialization', options, ['training']);
  const training = flag('inspectInitialization', 'training', options.training ?? true);
  if (!(x instanceof Tensor) && typeof x !== 'object')
    throw new DataError(`inspectInitialization: x is ${shown(x)}; give rows [n, …] or a data set`);
  checkModel('inspectInitialization', model);
  refuseSealed('inspectInitialization', x);
  const { x: numbers, shape, size, scale } = examplesOf('inspectInitialization', x);
  const { part, parameters, seed, blueprint } = built(model, shape);
  const input = constant(
    Float32Array.from(numbers, (value) => value * Math.fround(scale ?? 1)),
    [size, ...shape],
  );
  const outputs: { path: string; config: Config; output: Tensor }[] = [];
  callPart(part, input, parameters.tensors(), {
    training,
    key: seedKey(seed),
    counter: () => constant(new Int32Array(1), [1]),
    updates: new Map(),
    penalties: [],
    seen: (path, { config }, output) => void outputs.push({ path, config, output }),
  });
  const start = rootMeanSquare(realize(input));
  let weighted = 0;
  let unlike = true;
  let before: LayerInspection['verdict'] = 'healthy';
  const found = outputs.map(({ path, config, output }): LayerInspection => {
    const described = blueprint.layers.find((layer) => layer.path === path);
    const hasWeights = (described?.parameters ?? []).some(
      (name) => parameters.segments.find((s) => s.name === name)?.kind === 'weight',
    );
    if (hasWeights) weighted++;
    const values = realize(output);
    const dead = deadShare(values, output.shape);
    const saturated = saturatedShare(values, activationOf(config));
    const size = rootMeanSquare(values);
    // Dead units are equal too, and so are outputs that have vanished to 0; so the weights or inputs must be equal as
    // well.
    const symmetric =
      isSymmetric(values, output.shape) && (hasWeights || !unlike) && !(size === 0 && before === 'vanishes');
    unlike = !symmetric;
    const scale = start > 0 ? size / start : 1;
    const verdict = !Number.isFinite(size)
      ? 'explodes'
      : symmetric
        ? 'symmetric'
        : judged(scale, weighted, saturated, dead);
    before = verdict;
    return {
      layer: path,
      name: config.name,
      ...momentsOf(values),
      histogram: histogramOf(values),
      dead,
      saturated,
      verdict,
    };
  });
  return readable(found, textOf);
}

const textOf = (found: readonly LayerInspection[]): string =>
  table([
    ['layer', 'mean', 'std', 'dead', 'saturated', 'verdict'],
    ...found.map((l) => [`${l.layer} ${l.name}`.trim(), l.mean, l.std, l.dead, l.saturated, l.verdict]),
  ]);

/** The verdict on a layer. `layers` is the number of layers with weights so far; layers before the first are judged
 *  like the first. */
function judged(scale: number, layers: number, saturated: number, dead: number): LayerInspection['verdict'] {
  let most = GROWTH;
  for (let i = 1; i < layers && most < SCALE; i++) most *= GROWTH;
  most = Math.min(most, SCALE);
  if (scale > most || saturated > MOST) return 'explodes';
  return scale < Math.min(1 / most, leastOf(layers)) || dead > MOST ? 'vanishes' : 'healthy';
}

function momentsOf(values: Float32Array): { mean: number; std: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) * (values[i] - mean);
  return { mean, std: Math.sqrt(squares / values.length) };
}
function rootMeanSquare(values: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  return Math.sqrt(squares / values.length);
}

function histogramOf(values: Float32Array): { edges: number[]; counts: number[] } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  // A plain loop over millions of outputs, because allocations and iterators would take most of the time in some
  // engines.
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const [from, width] = low <= high ? [low, (high - low) / BINS || 1] : [0, 1];
  const counts = new Array<number>(BINS).fill(0);
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i])) counts[Math.min(BINS - 1, Math.floor((values[i] - from) / width))]++;
  return { edges: Array.from({ length: BINS + 1 }, (_, i) => from + i * width), counts };
}

/** The share of dead units, which are the places of the last axis. */
function deadShare(values: Float32Array, shape: Shape): number {
  const units = shape[shape.length - 1];
  const alive = new Uint8Array(units);
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) alive[i % units] = 1;
  return 1 - alive.reduce((sum, one) => sum + one, 0) / units;
}
function isSymmetric(values: Float32Array, shape: Shape): boolean {
  const units = shape[shape.length - 1];
  if (units < 2) return false;
  const near = 1e-6 * rootMeanSquare(values);
  for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i] - values[i - (i % units)]) <= near)) return false;
  return true;
}
function saturatedShare(values: Float32Array, activation: string): number {
  const bounds = BOUNDS[activation];
  if (!bounds) return 0;
  let near = 0;
  for (let i = 0; i < values.length; i++) if (values[i] < bounds[0] + NEAR || values[i] > bounds[1] - NEAR) near++;
  return near / values.length;
}
const BOUNDS: Readonly<Record<string, readonly [number, number]>> = { tanh: [-1, 1], sigmoid: [0, 1] };

const activationOf = ({ name, options }: Config): string =>
  typeof options.activation === 'string' ? options.activation : name;
