import { nn } from '../../index.js';
import { activated, activationOf } from './activations.js';
import { channels, type Kind, type Made, type Site, steps, type Wanted, type Weights } from './kind.js';
import type { Settings } from './settings.js';

type Pair = readonly [number, number];
/** A convolution's padding: what is 'same' here is so in Keras, with an odd place at the end. */
const paddingOf = (s: Settings): 'valid' | 'same' => s.word('padding', ['valid', 'same'], 'valid');
const pairOf = (s: Settings, name: string, standard?: number): Pair => s.sizes(name, 2, standard) as unknown as Pair;
/** The bias of `units` features, if there is one. */
const biased = (bias: boolean, units: number): Wanted[] => (bias ? [{ name: 'bias', shape: [units] }] : []);
/** The parameters of a part with a weight, and a bias if it has one. */
const parameters =
  (part: string, weight = 'kernel') =>
  ({ [weight]: values, bias }: Weights): Readonly<Record<string, Float32Array>> => ({
    [`${part}.weight`]: values,
    ...(bias && { [`${part}.bias`]: bias }),
  });

export const WEIGHTED: Readonly<Record<string, Kind>> = {
  Dense(s) {
    const [units, bias, activation] = [s.whole('units'), s.flag('use_bias', true), activationOf(s)];
    return (site) => ({
      ...steps(...activated(site, activation, (act) => nn.dense(units, { bias, activation: act, name: site.part() }))),
      wanted: [{ name: 'kernel', shape: [channels(site), units] }, ...biased(bias, units)],
      state: parameters(site.part()),
    });
  },
  Conv1D(s) {
    const [filters, bias, activation] = [s.whole('filters'), s.flag('use_bias', true), activationOf(s)];
    const [kernel] = s.sizes('kernel_size', 1);
    const [stride] = s.sizes('strides', 1, 1);
    const [dilation] = s.sizes('dilation_rate', 1, 1);
    const padding = s.word('padding', ['valid', 'same', 'causal'], 'valid');
    const groups = groupsOf(s);
    s.channelsLast();
    const options = { stride, dilation, padding, groups, bias };
    return (site) => ({
      ...steps(
        ...activated(site, activation, (act) =>
          nn.conv1d(filters, kernel, { ...options, activation: act, name: site.part() }),
        ),
      ),
      wanted: [{ name: 'kernel', shape: [kernel, channels(site) / groups, filters] }, ...biased(bias, filters)],
      state: parameters(site.part()),
    });
  },
  Conv2D(s) {
    const filters = s.whole('filters');
    const groups = groupsOf(s);
    return convolution(s, (site, size) => ({
      filters,
      groups,
      name: 'kernel',
      shape: [...size, channels(site) / groups, filters],
    }));
  },
  DepthwiseConv2D(s) {
    const multiplier = s.of('depth_multiplier') === undefined ? 1 : s.whole('depth_multiplier');
    return convolution(s, (site, size) => ({
      filters: channels(site) * multiplier,
      groups: channels(site),
      name: 'depthwise_kernel',
      // As [kh, kw, 1, channels · multiplier], the numbers are in the same order.
      shape: [...size, channels(site), multiplier],
    }));
  },
  SeparableConv2D(s) {
    const [filters, bias, activation] = [s.whole('filters'), s.flag('use_bias', true), activationOf(s)];
    const multiplier = s.of('depth_multiplier') === undefined ? 1 : s.whole('depth_multiplier');
    const { size, ...options } = windowOf(s);
    return (site): Made => {
      const [groups, depthwise] = [channels(site), site.part('depthwise')];
      const between = groups * multiplier;
      return {
        ...steps(
          nn.conv2d(between, size, { ...options, groups, bias: false, name: depthwise }),
          ...activated(site, activation, (act) => nn.conv2d(filters, 1, { bias, activation: act, name: site.part() })),
        ),
        wanted: [
          { name: 'depthwise_kernel', shape: [...size, groups, multiplier] },
          { name: 'pointwise_kernel', shape: [1, 1, between, filters] },
          ...biased(bias, filters),
        ],
        state: (weights) => ({
          [`${depthwise}.weight`]: weights.depthwise_kernel,
          ...parameters(site.part(), 'pointwise_kernel')(weights),
        }),
      };
    };
  },
  Conv2DTranspose(s) {
    const [filters, bias, activation] = [s.whole('filters'), s.flag('use_bias', true), activationOf(s)];
    const { size, dilation, ...options } = windowOf(s);
    if (dilation.some((n) => n > 1)) s.refuse('dilation_rate above 1');
    if (s.of('output_padding') !== undefined) s.refuse('output_padding');
    if (groupsOf(s) > 1) s.refuse('groups above 1');
    // Keras gives each place a whole stride, also where the kernel is smaller.
    const more = size.map((n, i) => Math.max(0, options.stride[i] - n)) as unknown as Pair;
    const outputPadding = options.padding === 'same' ? 0 : more;
    return (site) => ({
      ...steps(
        ...activated(site, activation, (act) =>
          nn.convTranspose2d(filters, size, { ...options, outputPadding, bias, activation: act, name: site.part() }),
        ),
      ),
      wanted: [{ name: 'kernel', shape: [...size, filters, channels(site)] }, ...biased(bias, filters)],
      state: parameters(site.part()),
    });
  },
  Embedding(s) {
    const [count, units] = [s.whole('input_dim'), s.whole('output_dim')];
    if (s.flag('mask_zero', false)) s.refuse('mask_zero');
    return ({ part }) => ({
      ...steps(nn.embedding(count, units, { name: part() })),
      wanted: [{ name: 'embeddings', shape: [count, units] }],
      state: parameters(part(), 'embeddings'),
    });
  },
};

const groupsOf = (s: Settings): number => (s.of('groups') === undefined ? 1 : s.whole('groups'));
/** How the kernel of a convolution moves over images. */
function windowOf(s: Settings) {
  s.channelsLast();
  return {
    size: pairOf(s, 'kernel_size'),
    stride: pairOf(s, 'strides', 1),
    dilation: pairOf(s, 'dilation_rate', 1),
    padding: paddingOf(s),
  };
}

/** A convolution of images. `of` gives its filters and the weight as Keras has it. */
function convolution(s: Settings, of: (site: Site, size: Pair) => Wanted & { filters: number; groups: number }) {
  const { size, ...options } = windowOf(s);
  const [bias, activation] = [s.flag('use_bias', true), activationOf(s)];
  return (site: Site): Made => {
    const { filters, groups, name, shape } = of(site, size);
    return {
      ...steps(
        ...activated(site, activation, (act) =>
          nn.conv2d(filters, size, { ...options, groups, bias, activation: act, name: site.part() }),
        ),
      ),
      wanted: [{ name, shape }, ...biased(bias, filters)],
      state: parameters(site.part(), name),
    };
  };
}
