import { type Exported, type Kind, present } from './toLayer.js';
import { flat, padded, sliced } from './toShapes.js';
import { channelsFirst } from './toValue.js';

type Sizes = readonly number[];
/** A number for each direction. */
const each = (value: unknown, directions: number): Sizes =>
  typeof value === 'number' ? new Array<number>(directions).fill(value) : (value as Sizes);

/** The options of what moves a window over sequences or images. */
interface Moving {
  readonly stride?: unknown;
  readonly padding?: unknown;
  readonly dilation?: unknown;
}
/** The places before the image and behind it that an option asks for. */
function sidesOf(padding: unknown, axis: number, directions: number, reach = 0): Sizes {
  if (padding === 'causal') return [reach - 1, 0];
  if (typeof padding === 'string') return [0, 0];
  return each(typeof padding === 'number' || directions === 1 ? padding : (padding as unknown[])[axis], 2);
}
/** What ONNX asks for in each direction. The padding behind is as much as the last window reaches, and may be negative. */
function windowOf(size: Sizes, image: Sizes, output: Sizes, options: Moving, stride: unknown = 1) {
  const directions = size.length;
  const strides = each(options.stride ?? stride, directions);
  const dilations = each(options.dilation ?? 1, directions);
  const { padding = 0 } = options;
  const reaches = size.map((n, axis) => (n - 1) * dilations[axis] + 1);
  const needed = reaches.map((reach, axis) => (output[axis] - 1) * strides[axis] + reach - image[axis]);
  const before = needed.map((n, axis) =>
    padding === 'same' ? Math.floor(Math.max(0, n) / 2) : sidesOf(padding, axis, directions, reaches[axis])[0],
  );
  const after = needed.map((n, axis) => n - before[axis]);
  const pads = [...before, ...after.map((n) => Math.max(0, n))];
  return { attributes: { kernel_shape: size, strides, dilations, pads }, before, after };
}

/** The sizes of a kernel [...size, a, b], which is stored as [b, a, ...size]. */
function kernelOf({ table, stored }: Exported): { size: Sizes; stored: string | undefined } {
  const shape = table('weight')?.shape ?? [];
  const [size, axes] = [shape, [...shape.keys()]].map((list) => list.slice(0, -2));
  return { size, stored: stored('weight', [size.length + 1, size.length, ...axes]) };
}

type Convolving = Moving & { readonly groups?: number; readonly paddingMode?: string };
export const convolution: Kind = (g, x, layer, options: Convolving = {}) => {
  const { size, stored } = kernelOf(layer);
  const { attributes } = windowOf(size, layer.input, layer.output, options);
  const { pads } = attributes;
  const sides = (from: number): Sizes => pads.slice(from, from + size.length);
  const reflect = options.paddingMode === 'reflect';
  const image = reflect
    ? g.node('Pad', [x.first, g.ints(0, 0, ...sides(0), 0, 0, ...sides(size.length))], { mode: 'reflect' })
    : x.first;
  const own = { ...attributes, group: options.groups ?? 1, pads: reflect ? pads.map(() => 0) : pads };
  return { first: g.node('Conv', present(image, stored, layer.stored('bias')), own) };
};
/** The gradient of a convolution for its image: the window lies on the result. */
export const transposed: Kind = (g, x, layer, options: Convolving = {}) => {
  const { size, stored } = kernelOf(layer);
  const { attributes, after } = windowOf(size, layer.output, layer.input, options);
  const own = { ...attributes, group: options.groups ?? 1, output_padding: after.map((n) => Math.max(0, -n)) };
  return { first: g.node('ConvTranspose', present(x.first, stored, layer.stored('bias')), own) };
};

type Pooling = Moving & { readonly size: unknown; readonly ceil?: boolean; readonly countPadding?: boolean };
export const pooling =
  (type: string): Kind =>
  (g, x, { input, output }, options: Pooling) => {
    const { ceil, countPadding = true, padding = 0 } = options;
    const result = output.slice(0, -1);
    const size = each(options.size, result.length);
    const { attributes, before } = windowOf(size, input, output, options, size);
    const { dilations: _, ...own } = attributes;
    const counts = type === 'AveragePool' && countPadding;
    const y = g.node(type, [x.first], counts ? { ...own, count_include_pad: 1 } : own);
    if (!counts || !ceil) return { first: y };
    // Windows that reach beyond the padding have fewer places.
    const shares = size.map((n, axis) => {
      const end = input[axis] + before[axis] + sidesOf(padding, axis, size.length)[1];
      return Array.from({ length: result[axis] }, (__, i) => n / Math.min(n, end - i * own.strides[axis]));
    });
    const all = shares.reduce((whole, share) => whole.flatMap((a) => share.map((b) => a * b)));
    return { first: g.op('Mul', y, g.constant(all, result)) };
  };
/** One number for each channel: [n, c, 1, 1] → [n, c]. */
export const globally =
  (type: string): Kind =>
  (g, x) =>
    flat(g, g.op(type, x.first));

export const upsampling: Kind = (g, x, _, { factor, mode }: { factor: unknown; mode?: string }) => ({
  first: g.node('Resize', [x.first, '', g.constant([1, 1, ...each(factor, 2)])], {
    ...(mode === 'bilinear'
      ? { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }
      : { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }),
  }),
});
/** Zeros around images. */
export const framed: Kind = (g, x, _, { padding }: Moving) =>
  padded(g, x, [[0, 0], sidesOf(padding, 0, 2), sidesOf(padding, 1, 2), [0, 0]]);
/** Images without their margins. */
export const cropped: Kind = (g, x, { input }, { cropping }: { cropping: unknown }) => {
  const sides = [0, 1].map((axis) => sidesOf(cropping, axis, 2));
  const starts = sides.map(([before]) => before);
  const ends = sides.map(([, after], axis) => input[axis] - after);
  return sliced(g, x, starts, ends, [1, 2]);
};

/** Running statistics are per channel; a runtime merges them with the weights before them. */
export const batchNorm: Kind = (g, x, { stored }, { eps }: { eps: number }) => {
  const parameters = ['weight', 'bias', 'running_mean', 'running_var'].map((name) => stored(name));
  return { first: g.node('BatchNormalization', present(x.first, ...parameters), { epsilon: eps }) };
};
/** As the normalization of instances that have a group's channels; no runtime has GroupNormalization as its later versions define it. */
export const groupNorm: Kind = (g, x, { input, stored }, { groups, eps }: { groups: number; eps: number }) => {
  const shape = channelsFirst(input);
  const constants = [1, 0].map((value) => g.constant(new Float32Array(groups).fill(value)));
  const inputs = [g.reshape(x.first, [groups, -1]), ...constants];
  const y = g.reshape(g.node('InstanceNormalization', inputs, { epsilon: eps }), shape);
  const [weight, bias] = ['weight', 'bias'].map((name) => stored(name, undefined, beside(input)) as string);
  return { first: g.op('Add', g.op('Mul', y, weight), bias) };
};
/** A slope for each channel. */
export const prelu: Kind = (g, x, { input, stored }) => {
  const { name, at, as } = x.axes;
  return as(g.op('PRelu', name, stored('weight', undefined, at(-1) === 1 ? beside(input) : undefined) as string));
};
/** The dims with which a parameter for each channel fits what has its channels first. */
const beside = (input: Sizes): Sizes => channelsFirst(input).map((n, i) => (i ? 1 : n));
