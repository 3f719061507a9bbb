import { nn, type Shape } from '../../index.js';
import { activated, activationOf } from './activations.js';
import { channels, type Kind, type Made, type Site, type Step, steps } from './kind.js';
import type { Settings } from './settings.js';

type Pair = readonly [number, number];
/** A layer with a kernel at one place. */
interface Placed {
  readonly units: number;
  /** The shape of the kernel in Keras, whose numbers are in our order. */
  readonly kernel: Shape;
  /** Default 'kernel'. */
  readonly name?: string;
  make(options: { bias: boolean; activation?: nn.ActivationOption; name: string }): Step;
}

/** A layer with a kernel, a bias and an activation. */
function weighted(s: Settings, of: (site: Site) => Placed): (site: Site) => Made {
  const [bias, activation] = [s.flag('use_bias', true), activationOf(s)];
  return (site) => {
    const { units, kernel, name = 'kernel', make } = of(site);
    const part = site.part();
    return {
      ...steps(...activated(site, activation, (own) => make({ bias, activation: own, name: part }))),
      wanted: [{ name, shape: kernel }, ...(bias ? [{ name: 'bias', shape: [units] }] : [])],
      state: (weights) => ({
        [`${part}.weight`]: weights[name],
        ...(bias && { [`${part}.bias`]: weights.bias }),
      }),
    };
  };
}

/** How the kernel of a convolution of images moves. What is 'same' here is so in Keras, with an odd place at the end. */
function windowOf(s: Settings) {
  s.channelsLast();
  const pair = (name: string, standard?: number): Pair => s.sizes(name, 2, standard) as unknown as Pair;
  return {
    size: pair('kernel_size'),
    stride: pair('strides', 1),
    dilation: pair('dilation_rate', 1),
    padding: s.word('padding', ['valid', 'same'], 'valid'),
  };
}
/** The filters of a depthwise convolution for each channel. */
const multiplierOf = (s: Settings): number => s.whole('depth_multiplier', 1);

export const WEIGHTED: Readonly<Record<string, Kind>> = {
  Dense(s) {
    const units = s.whole('units');
    return weighted(s, (site) => ({
      units,
      kernel: [channels(site), units],
      make: (options) => nn.dense(units, options),
    }));
  },
  Conv1D(s) {
    s.channelsLast();
    const [units, groups] = [s.whole('filters'), s.whole('groups', 1)];
    const [[size], [stride], [dilation]] = [
      s.sizes('kernel_size', 1),
      s.sizes('strides', 1, 1),
      s.sizes('dilation_rate', 1, 1),
    ];
    const padding = s.word('padding', ['valid', 'same', 'causal'], 'valid');
    return weighted(s, (site) => ({
      units,
      kernel: [size, channels(site) / groups, units],
      make: (options) => nn.conv1d(units, size, { stride, dilation, padding, groups, ...options }),
    }));
  },
  Conv2D(s) {
    const [units, groups] = [s.whole('filters'), s.whole('groups', 1)];
    const { size, ...window } = windowOf(s);
    return weighted(s, (site) => ({
      units,
      kernel: [...size, channels(site) / groups, units],
      make: (options) => nn.conv2d(units, size, { ...window, groups, ...options }),
    }));
  },
  DepthwiseConv2D(s) {
    const multiplier = multiplierOf(s);
    const { size, ...window } = windowOf(s);
    return weighted(s, (site) => {
      const groups = channels(site);
      const units = groups * multiplier;
      return {
        units,
        kernel: [...size, groups, multiplier],
        name: 'depthwise_kernel',
        make: (options) => nn.conv2d(units, size, { ...window, groups, ...options }),
      };
    });
  },
  SeparableConv2D(s) {
    const [units, multiplier] = [s.whole('filters'), multiplierOf(s)];
    const { size, ...window } = windowOf(s);
    const pointwise = weighted(s, (site) => ({
      units,
      kernel: [1, 1, channels(site) * multiplier, units],
      name: 'pointwise_kernel',
      make: (options) => nn.conv2d(units, 1, options),
    }));
    return (site): Made => {
      const [groups, name] = [channels(site), site.part('depthwise')];
      const depthwise = nn.conv2d(groups * multiplier, size, { ...window, groups, bias: false, name });
      const { call, wanted = [], state } = pointwise(site);
      return {
        call: ([x]) => call([depthwise(x)]),
        wanted: [{ name: 'depthwise_kernel', shape: [...size, groups, multiplier] }, ...wanted],
        state: (weights) => ({ [`${name}.weight`]: weights.depthwise_kernel, ...state?.(weights) }),
      };
    };
  },
  Conv2DTranspose(s) {
    const units = s.whole('filters');
    const { size, dilation, ...window } = windowOf(s);
    if (dilation.some((n) => n > 1)) s.refuse('dilation_rate above 1');
    s.only('output_padding');
    s.only('groups', 1);
    // Keras gives each place a whole stride, also where the kernel is smaller.
    const more = size.map((n, i) => (window.padding === 'same' ? 0 : Math.max(0, window.stride[i] - n)));
    const outputPadding = more as unknown as Pair;
    return weighted(s, (site) => ({
      units,
      kernel: [...size, units, channels(site)],
      make: (options) => nn.convTranspose2d(units, size, { ...window, outputPadding, ...options }),
    }));
  },
  Embedding(s) {
    const [count, units] = [s.whole('input_dim'), s.whole('output_dim')];
    s.only('mask_zero', false);
    return ({ part }) => ({
      ...steps(nn.embedding(count, units, { name: part() })),
      wanted: [{ name: 'embeddings', shape: [count, units] }],
      state: ({ embeddings }) => ({ [`${part()}.weight`]: embeddings }),
    });
  },
};
