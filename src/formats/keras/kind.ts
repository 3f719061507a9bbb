import { FormatError, nn, type Shape } from '../../index.js';
import type { Settings } from './settings.js';

/** A weight by the name and with the shape that Keras gives it. */
export interface Wanted {
  readonly name: string;
  readonly shape: Shape;
}
/** The numbers of weights by their names in Keras. */
export type Weights = Readonly<Record<string, Float32Array>>;
export type Step = (x: nn.GraphNode) => nn.GraphNode;

/** What a kind of layer knows where it is made. */
export interface Site {
  /** The shapes of its inputs for one example. */
  readonly inputs: readonly Shape[];
  /** Whether its output is one of its network's. */
  readonly ends: boolean;
  /** Whether a softmax or sigmoid that it ends with is left out. */
  readonly bare: boolean;
  /** The name of a part: the layer's own, or with a word behind it. */
  part(suffix?: string): string;
}
/** A layer of Keras as layers of ours. */
export interface Made {
  /** Calls its parts. */
  call(nodes: readonly nn.GraphNode[]): nn.GraphNode;
  /** Its weights, in the order in which Keras lists them. */
  readonly wanted?: readonly Wanted[];
  /** Its parameters by part and name, from its weights. */
  state?(weights: Weights): Readonly<Record<string, Float32Array>>;
}
/** A kind of layer: reads the settings, refuses what has no counterpart, and then makes the parts. */
export type Kind = (settings: Settings) => (site: Site) => Made;

/** A made layer of one input, from steps that follow one another. */
export const steps = (...list: readonly Step[]): Made => ({ call: ([x]) => list.reduce((y, step) => step(y), x) });
/** The size of the last axis. */
export const channels = ({ inputs }: Site): number => inputs[0].at(-1) ?? 1;

/** The greatest number of parameters that stand for weights that a file leaves out. */
const MOST = 1 << 24;
/** Numbers for a weight that the layer goes without. */
export function filled(where: string, size: number, value: number): Float32Array {
  if (size > MOST) throw new FormatError(`${where}: a layer without weights has ${size} features, of at most ${MOST}`);
  return new Float32Array(size).fill(value);
}

/** An op as a part of this name. */
export const op = (name: nn.OpName, args: readonly unknown[], part: string): nn.CallableLayer =>
  nn.op(name, { args, name: part });
