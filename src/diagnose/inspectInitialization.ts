import { realize } from '../compile/realize.js';
import type { Config } from '../config.js';
import { refuseSealed } from '../data/leakage.js';
import { DataError } from '../errors.js';
import { checkKeys, flag, shown } from '../options.js';
import { constant } from '../graph/leaves.js';
import type { Shape } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { built, type Model } from '../nn/model.js';
import { callPart } from '../nn/walk.js';
import { type Examples, examplesOf } from '../nn/examples.js';
import { seedKey } from '../random/keys.js';

/** What becomes of data in a layer. */
export interface LayerInspection {
  /** The path, as in the names of its parameters: '0'; and what it is: 'dense'. */
  readonly layer: string;
  readonly name: string;
  /** Of all its outputs. */
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
/** How near to its bound an activation counts as saturated. */
const NEAR = 0.01;
/** More than this share of saturated or dead outputs lets no gradient through. */
const MOST = 0.5;
/** How much larger or smaller than the data outputs may be, and by how much on average for each layer with weights. */
const SCALE = 10;
const GROWTH = 3;

/** Pushes examples through a model, in training mode, and tells layer by layer whether their scale survives: what an initialization is
 *  good for. During training it shows how the inputs of layers drift. The model stays as it is (one that is not built is built).
 *  Throws LeakageError for a sealed set.
 *  'symmetric': all units of a layer are equal, and gradients keep them so. 'explodes' and 'vanishes': outputs are more than ten times
 *  as large or small as the data, three times for each layer, or most of them saturated or dead.
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
  return outputs.map(({ path, config, output }) => {
    const own = blueprint.layers.find((layer) => layer.path === path);
    const hasWeights = (own?.parameters ?? []).some(
      (name) => parameters.segments.find((s) => s.name === name)?.kind === 'weight',
    );
    if (hasWeights) weighted++;
    const values = realize(output);
    const found = { ...momentsOf(values), histogram: histogramOf(values) };
    const dead = deadShare(values, output.shape);
    const saturated = saturatedShare(values, activationOf(config));
    // Dead units are all equal too: they were made equal only where weights are, or their inputs.
    const symmetric = isSymmetric(values, output.shape) && (hasWeights || !unlike);
    unlike = !symmetric;
    const scaled = start > 0 ? rootMeanSquare(values) / start : 1;
    const verdict = symmetric ? 'symmetric' : judged(scaled, weighted, saturated, dead);
    return { layer: path, name: config.name, ...found, dead, saturated, verdict };
  });
}

function judged(scale: number, layers: number, saturated: number, dead: number): LayerInspection['verdict'] {
  if (!Number.isFinite(scale) || scale > SCALE || saturated > MOST) return 'explodes';
  if (scale < 1 / SCALE || dead > MOST) return 'vanishes';
  let most = 1;
  for (let i = 0; i < layers; i++) most *= GROWTH;
  return scale > most ? 'explodes' : scale < 1 / most ? 'vanishes' : 'healthy';
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
  // Loops over millions of outputs: what allocates at each, or iterates, takes most of the time in some engines.
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

/** Units are places of the last axis. */
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
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i] - values[i - (i % units)]) > near) return false;
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
