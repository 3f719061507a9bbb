import { nn } from '../../index.js';
import { type Call, cannot, type Made } from './call.js';
import type { Rules } from './elementwise.js';
import { permuted } from './strided.js';
import { arranged, channelsLast, type Value } from './value.js';

/** Images [n, c, h, w], or sequences [n, c, l], with their channels last. */
function spatial(call: Call): { x: Value; axes: number[]; node: nn.GraphNode; places: readonly number[] } {
  const x = call.value();
  const rank = x.shape.length;
  if (rank !== 3 && rank !== 4) cannot(`it is of ${rank - 2} dimensions: [${x.shape}]`);
  const axes = channelsLast(x);
  return { x, axes, node: arranged(x, axes), places: x.shape.slice(2) };
}
/** The result of a window's layer. */
const made = (x: Value, axes: readonly number[], node: nn.GraphNode): Value => ({
  node,
  shape: axes.map((_, axis) => (axis ? node.shape[axes.indexOf(axis) - 1] : x.shape[0])),
  axes,
  kind: 'float',
  image: true,
});

interface Windows {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** [before, after] along each direction. */
  readonly pads: readonly (readonly [number, number])[];
}
function windowsOf(call: Call, places: readonly number[], kernel: readonly number[]): Windows {
  const ones = places.map(() => 1);
  const [stride, dilation] = [call.ints('strides') ?? ones, call.ints('dilations') ?? ones];
  const given = call.ints('pads') ?? places.flatMap(() => [0, 0]);
  const auto = call.text('auto_pad', 'NOTSET');
  if ([kernel, stride, dilation].some(({ length }) => length !== places.length) || given.length !== 2 * places.length)
    cannot(`its window does not have ${places.length} directions`);
  const pads = places.map((n, i): readonly [number, number] => {
    if (auto === 'NOTSET') return [given[i], given[i + places.length]];
    if (!auto.startsWith('SAME')) return [0, 0];
    const reach = (kernel[i] - 1) * dilation[i] + 1;
    const all = Math.max(0, (Math.ceil(n / stride[i]) - 1) * stride[i] + reach - n);
    const less = Math.floor(all / 2);
    return auto === 'SAME_UPPER' ? [less, all - less] : [all - less, less];
  });
  return { kernel, stride, dilation, pads };
}
/** Options of layers of two dimensions take pairs, those of one dimension single numbers. */
const either = <A>(list: readonly A[]): never => (list.length === 1 ? list[0] : list) as never;

function conv(call: Call): Made {
  const { x, axes, node, places } = spatial(call);
  const [weight, bias] = [call.known(1, 'kernel'), call.constant(2, 'bias')];
  const [filters, , ...kernel] = weight.shape;
  const { stride, dilation, pads } = windowsOf(call, places, kernel);
  const groups = call.int('group', 1);
  if (weight.shape[1] * groups !== x.shape[1])
    cannot(`its kernel [${weight.shape}] does not fit ${x.shape[1]} channels in ${groups} groups`);
  const options = {
    ...{ stride: either(stride), dilation: either(dilation), padding: either(pads) },
    ...{ groups, bias: bias !== undefined },
  };
  const layer = call.scope.layer(
    call.node,
    (name) =>
      places.length === 1
        ? nn.conv1d(filters, kernel[0], { ...options, name })
        : nn.conv2d(filters, either(kernel), { ...options, name }),
    {
      // [filters, channels, height, width] → [height, width, channels, filters]
      weight: () => permuted(weight.data, weight.shape, [...kernel.map((_, i) => i + 2), 1, 0]),
      ...(bias && { bias: () => bias.data }),
    },
    weight,
  );
  return made(x, axes, layer(node));
}

function convTranspose(call: Call): Made {
  const { x, axes, node, places } = spatial(call);
  const [weight, bias] = [call.known(1, 'kernel'), call.constant(2, 'bias')];
  if (places.length !== 2) cannot('it is of one dimension');
  const [, depth, ...kernel] = weight.shape;
  const groups = call.int('group', 1);
  const { stride, dilation, pads } = windowsOf(call, places, kernel);
  if (call.has('output_shape') || call.text('auto_pad', 'NOTSET').startsWith('SAME'))
    cannot('its output_shape is given');
  const options = {
    ...{ stride: either(stride), dilation: either(dilation), padding: either(pads) },
    ...{ outputPadding: either(call.ints('output_padding') ?? [0, 0]), groups, bias: bias !== undefined },
  };
  const layer = call.scope.layer(
    call.node,
    (name) => nn.convTranspose2d(depth * groups, either(kernel), { ...options, name }),
    {
      // [channels, filters, height, width] → [height, width, filters, channels]
      weight: () => permuted(weight.data, weight.shape, [2, 3, 1, 0]),
      ...(bias && { bias: () => bias.data }),
    },
    weight,
  );
  return made(x, axes, layer(node));
}

/** The lowest float32: padding that is never the largest. */
const LOWEST = -3.4028234663852886e38;
const pool =
  (kind: 'max' | 'avg') =>
  (call: Call): Made => {
    const { x, axes, node: image, places } = spatial(call);
    const { kernel, stride, dilation, pads } = windowsOf(call, places, call.ints('kernel_shape') ?? []);
    if (dilation.some((n) => n !== 1)) cannot(`its dilations are [${dilation}]`);
    if (call.isRead(1)) cannot('its indices are used');
    const counted = call.int('count_include_pad', 0) !== 0;
    const ceil = call.int('ceil_mode', 0) !== 0;
    let [node, padding] = [image, pads];
    // The layers take padding of half a window; more is added before.
    if (pads.some((both, i) => both.some((n) => 2 * n > kernel[i]))) {
      if (kind === 'avg' && !counted) cannot(`its pads ${pads.join(', ')} are more than half of its window`);
      const value = kind === 'max' ? LOWEST : 0;
      node = nn.op('pad', { args: [[[0, 0], ...pads, [0, 0]], { value }] })(image);
      padding = pads.map(() => [0, 0] as const);
    }
    const options = { stride: either(stride), padding: either(padding), ceil };
    const make = (name: string): nn.CallableLayer => {
      const of = { ...options, name };
      if (kind === 'max') return places.length === 1 ? nn.maxPool1d(kernel[0], of) : nn.maxPool2d(either(kernel), of);
      const average = { ...of, countPadding: counted };
      return places.length === 1 ? nn.avgPool1d(kernel[0], average) : nn.avgPool2d(either(kernel), average);
    };
    return made(x, axes, call.scope.layer(call.node, make)(node));
  };

const global =
  (kind: 'max' | 'avg') =>
  (call: Call): Made => {
    const { x, node } = spatial(call);
    const flat = (name: string): nn.CallableLayer => nn.op(kind === 'max' ? 'max' : 'mean', { args: [[1]], name });
    const make = (name: string): nn.CallableLayer =>
      node.shape.length < 3 ? flat(name) : kind === 'max' ? nn.globalMaxPool2d({ name }) : nn.globalAvgPool2d({ name });
    const shape = x.shape.map((n, axis) => (axis < 2 ? n : 1));
    return { node: call.scope.layer(call.node, make)(node), shape, axes: [0, 1], kind: 'float', image: true };
  };

export const WINDOWS: Rules = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool('max'),
  AveragePool: pool('avg'),
  GlobalMaxPool: global('max'),
  GlobalAveragePool: global('avg'),
};
