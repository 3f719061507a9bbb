import { padded, sliced } from './toShapes.js';
import { alike, beside, type Exported, first, type Kind, last, present, stored } from './toLayer.js';
import { channelsFirst } from './toValue.js';

type Sizes = readonly number[];
/** A number for each direction. */
const each = (value: unknown, directions: number): Sizes =>
  typeof value === 'number' ? new Array<number>(directions).fill(value) : (value as Sizes);
const spatial = (shape: Sizes): Sizes => shape.slice(0, -1);

/** How a window moves over a sequence or an image: what ONNX asks for in each direction. */
interface Window {
  readonly size: Sizes;
  readonly strides: Sizes;
  readonly dilations: Sizes;
  readonly before: Sizes;
  /** As much padding as the last window reaches. */
  readonly after: Sizes;
}
/** The places before the image and behind it that an option asks for. */
function sidesOf(padding: unknown, axis: number, directions: number, reach: number): Sizes {
  if (padding === 'causal') return [reach - 1, 0];
  const own = typeof padding === 'number' || directions === 1 ? padding : (padding as readonly unknown[])[axis];
  return each(own, 2);
}
function windowOf(size: Sizes, image: Sizes, output: Sizes, options: Exported['options'], otherwise: unknown): Window {
  const directions = size.length;
  const strides = each(options.stride ?? otherwise, directions);
  const dilations = each(options.dilation ?? 1, directions);
  const { padding = 0 } = options;
  const both = size.map((n, axis) => {
    const reach = (n - 1) * dilations[axis] + 1;
    const needed = (output[axis] - 1) * strides[axis] + reach - image[axis];
    if (padding === 'valid') return [0, needed];
    const before =
      padding === 'same' ? Math.floor(Math.max(0, needed) / 2) : sidesOf(padding, axis, directions, reach)[0];
    return [before, needed - before];
  });
  return { size, strides, dilations, before: both.map(([n]) => n), after: both.map(([, n]) => n) };
}
const pads = ({ before, after }: Window): Sizes => [...before, ...after.map((n) => Math.max(0, n))];

/** The axes of a kernel [...size, a, b] as [b, a, ...size]. */
const kernelFirst = (rank: number): Sizes => [rank - 1, rank - 2, ...Array.from({ length: rank - 2 }, (_, i) => i)];

export const convolution: Kind = (layer) => {
  const { graph, x, input, output, options } = layer;
  const { groups: group = 1, paddingMode } = options;
  const shape = layer.table('weight')?.shape ?? [];
  const window = windowOf(shape.slice(0, -2), spatial(input), spatial(output), options, 1);
  const { strides, dilations } = window;
  const around = pads(window);
  const reflect = paddingMode === 'reflect';
  const half = around.length / 2;
  const image = reflect
    ? graph.node('Pad', [x.first, graph.ints(0, 0, ...around.slice(0, half), 0, 0, ...around.slice(half))], {
        mode: 'reflect',
      })
    : x.first;
  const weight = stored(layer, 'weight', kernelFirst(shape.length));
  const attributes = {
    kernel_shape: shape.slice(0, -2),
    strides,
    dilations,
    pads: reflect ? around.map(() => 0) : around,
    group: group as number,
  };
  return first(layer, graph.node('Conv', present(image, weight, stored(layer, 'bias')), attributes));
};

/** The gradient of a convolution for its image: the window lies on the result. */
export const transposed: Kind = (layer) => {
  const { graph, x, input, output, options } = layer;
  const shape = layer.table('weight')?.shape ?? [];
  const window = windowOf(shape.slice(0, -2), spatial(output), spatial(input), options, 1);
  const { size, strides, dilations } = window;
  const attributes = {
    kernel_shape: size,
    strides,
    dilations,
    pads: pads(window),
    output_padding: window.after.map((n) => Math.max(0, -n)),
    group: (options.groups ?? 1) as number,
  };
  const weight = stored(layer, 'weight', kernelFirst(shape.length));
  return first(layer, graph.node('ConvTranspose', present(x.first, weight, stored(layer, 'bias')), attributes));
};

export const pooling =
  (type: 'MaxPool' | 'AveragePool'): Kind =>
  (layer) => {
    const { graph, x, input, output, options } = layer;
    const { ceil, countPadding = true, padding = 0 } = options;
    const [image, result] = [spatial(input), spatial(output)];
    const size = each(options.size, image.length);
    const window = windowOf(size, image, result, options, size);
    const counted = type === 'AveragePool' && countPadding === true;
    const attributes = {
      kernel_shape: size,
      strides: window.strides,
      pads: pads(window),
      ...(counted && { count_include_pad: 1 }),
    };
    const y = graph.node(type, [x.first], attributes);
    if (!counted || !ceil) return first(layer, y);
    // Windows that reach beyond the padding have fewer places.
    const shares = size.map((n, axis) => {
      const [, after] = typeof padding === 'string' ? [0, 0] : sidesOf(padding, axis, size.length, n);
      const end = image[axis] + window.before[axis] + after;
      return Array.from({ length: result[axis] }, (_, i) => n / Math.min(n, end - i * window.strides[axis]));
    });
    const whole = shares.reduce((all, own) => all.flatMap((a) => own.map((b) => a * b)));
    return first(layer, whole.every((n) => n === 1) ? y : graph.op('Mul', y, graph.constant(whole, result)));
  };

/** One number for each channel: [n, c, 1, 1] → [n, c]. */
export const globally =
  (type: string): Kind =>
  (layer) =>
    last(layer, layer.graph.node('Flatten', [layer.graph.op(type, layer.x.first)], { axis: 1 }));

export const upsampling: Kind = (layer) => {
  const { graph, x, options } = layer;
  const scales = graph.constant([1, 1, ...each(options.factor, 2)]);
  const how: Record<string, string> =
    options.mode === 'bilinear'
      ? { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }
      : { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
  return first(layer, graph.node('Resize', [x.first, '', scales], how));
};

/** Zeros around images. */
export const framed: Kind = (layer) => padded(layer, [[0, 0], ...sidesOfImage(layer.options.padding), [0, 0]]);
/** Images without their margins. */
export const cropped: Kind = (layer) => {
  const sides = sidesOfImage(layer.options.cropping);
  const ends = sides.map(([, after], i) => layer.input[i] - after);
  return sliced(
    layer,
    sides.map(([before]) => before),
    ends,
    [1, 2],
  );
};
const sidesOfImage = (given: unknown): readonly Sizes[] => [0, 1].map((axis) => sidesOf(given, axis, 2, 0));

/** Running statistics are per channel; a runtime merges them with the weights before them. */
export const batchNorm: Kind = (layer) => {
  const { graph, x, options } = layer;
  const parameters = ['weight', 'bias', 'running_mean', 'running_var'].map((name) => stored(layer, name));
  const inputs = present(x.image ? x.last : x.first, ...parameters);
  const y = graph.node('BatchNormalization', inputs, { epsilon: options.eps as number });
  return x.rank < 3 ? last(layer, y) : first(layer, y);
};

/** As the normalization of instances that have a group's channels; no runtime has GroupNormalization as its later versions define it. */
export const groupNorm: Kind = (layer) => {
  const { graph, x, input, options } = layer;
  const groups = options.groups as number;
  const ones = new Float32Array(groups).fill(1);
  const parts = graph.reshape(x.image ? x.last : x.first, [groups, -1]);
  const inputs = [parts, graph.constant(ones), graph.constant(new Float32Array(groups))];
  const normal = graph.node('InstanceNormalization', inputs, { epsilon: options.eps as number });
  const y = graph.reshape(normal, channelsFirst(input));
  const [weight, bias] = ['weight', 'bias'].map((name) => stored(layer, name, undefined, beside(layer)) as string);
  const scaled = graph.op('Add', graph.op('Mul', y, weight), bias);
  return x.rank < 3 ? last(layer, scaled) : first(layer, scaled);
};

/** A slope for each channel. */
export const prelu: Kind = (layer) => {
  const { graph, x } = layer;
  const { x: name, isFirst } = x.axes;
  const slope = stored(layer, 'weight', undefined, isFirst ? beside(layer) : undefined) as string;
  return alike(layer, isFirst, graph.op('PRelu', name, slope));
};
