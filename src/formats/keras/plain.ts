import { nn } from '../../index.js';
import { channels, type Kind, type Made, op, type Site, type Step, steps } from './kind.js';
import { isWhole, type Settings } from './settings.js';

/** A layer of one step, or of none. */
const one =
  (of: (s: Settings) => (name: string, site: Site) => Step): Kind =>
  (s) => {
    const make = of(s);
    return (site) => steps(make(site.part(), site));
  };
/** What does something in training only, and is left out. */
const LEFT_OUT = [
  ...['AlphaDropout', 'ActivityRegularization', 'RandomFlip', 'RandomRotation', 'RandomZoom', 'RandomTranslation'],
  ...['RandomContrast', 'RandomBrightness', 'RandomHeight', 'RandomWidth'],
];
export const isLeftOut = (className: string): boolean => LEFT_OUT.includes(className);
const nothing: Kind = () => () => steps();
const dropout =
  (make: (options: nn.DropoutOptions) => Step): Kind =>
  (s) => {
    const keep = s.keep('rate');
    // Dropout of whole examples or other pieces is left out, as others that act in training only.
    if (s.of('noise_shape') !== undefined) return () => steps();
    return ({ part }) => steps(make({ keep, name: part() }));
  };

type Pair = readonly [number, number];
const paddingOf = (s: Settings): 'valid' | 'same' => s.word('padding', ['valid', 'same'], 'valid');
/** A pool of images or sequences; the mean of a window leaves padding out. */
function pool(axes: 1 | 2, mean: boolean): Kind {
  return one((s) => {
    s.channelsLast();
    const size = s.sizes('pool_size', axes, 2);
    const options = { stride: s.sizes('strides', axes, size), padding: paddingOf(s) };
    return (name) => {
      if (axes === 1) {
        const own = { ...options, stride: options.stride[0], name };
        return mean ? nn.avgPool1d(size[0], { ...own, countPadding: false }) : nn.maxPool1d(size[0], own);
      }
      const own = { ...options, stride: options.stride as unknown as Pair, name };
      return mean
        ? nn.avgPool2d(size as unknown as Pair, { ...own, countPadding: false })
        : nn.maxPool2d(size as unknown as Pair, own);
    };
  });
}
function globalPool(axes: 1 | 2, mean: boolean): Kind {
  return one((s) => {
    s.channelsLast();
    const keeps = s.flag('keepdims', false);
    return (name) => {
      if (!keeps) {
        if (axes === 2) return mean ? nn.globalAvgPool2d({ name }) : nn.globalMaxPool2d({ name });
        return mean ? nn.globalAvgPool1d({ name }) : nn.globalMaxPool1d({ name });
      }
      return op(mean ? 'mean' : 'max', [axes === 2 ? [1, 2] : 1, true], name);
    };
  });
}

/** A layer of several inputs. */
const join =
  (of: (s: Settings) => (name: string) => nn.CallableLayer): Kind =>
  (s) => {
    const make = of(s);
    return ({ part }) => ({ call: make(part()) });
  };
/** An operation of two, or of a tensor and a number. */
const TWO = { Add: ['add', nn.add], Multiply: ['mul', nn.multiply], Subtract: ['sub', undefined] } as const;
/** What may be called with a number behind its tensor. */
export const TAKES_NUMBERS: readonly string[] = Object.keys(TWO);
const ofTwo = (kind: keyof typeof TWO): Kind =>
  join(({ operand }) => {
    const [name, layer] = TWO[kind];
    if (operand !== undefined) return (part) => op(name, [operand], part);
    return (part) => layer?.({ name: part }) ?? op(name, [], part);
  });
/** The sizes around images: one for all sides, [height, width] or [[above, below], [left, right]]. */
function around(s: Settings, name: string): readonly [Pair, Pair] {
  const given = s.of(name) ?? 1;
  const list: unknown[] = Array.isArray(given) ? given : [given, given];
  const sides = list.map((side) => (Array.isArray(side) ? side : [side, side]));
  const isPair = (side: unknown[]): boolean => side.length === 2 && side.every((n) => isWhole(n));
  if (sides.length !== 2 || !sides.every(isPair)) s.malformed(name, 'sizes for two axes');
  return sides as unknown as readonly [Pair, Pair];
}

export const PLAIN: Readonly<Record<string, Kind>> = {
  Dropout: dropout(nn.dropout),
  SpatialDropout1D: dropout(nn.spatialDropout),
  SpatialDropout2D: dropout(nn.spatialDropout),
  GaussianDropout: one((s) => {
    const keep = s.keep('rate');
    return (name) => nn.gaussianDropout({ keep, name });
  }),
  GaussianNoise: one((s) => {
    const std = s.number('stddev', 0);
    return (name) => nn.gaussianNoise({ std, name });
  }),
  ...Object.fromEntries(LEFT_OUT.map((name) => [name, nothing])),
  MaxPooling1D: pool(1, false),
  MaxPooling2D: pool(2, false),
  AveragePooling1D: pool(1, true),
  AveragePooling2D: pool(2, true),
  GlobalMaxPooling1D: globalPool(1, false),
  GlobalMaxPooling2D: globalPool(2, false),
  GlobalAveragePooling1D: globalPool(1, true),
  GlobalAveragePooling2D: globalPool(2, true),
  Flatten: one((s) => {
    s.channelsLast();
    return (name) => nn.flatten({ name });
  }),
  Reshape: one((s) => {
    const shape = s.of('target_shape');
    if (!Array.isArray(shape)) return s.malformed('target_shape', 'a list of sizes');
    // TF.js writes null for the size that follows from the others.
    const sizes = shape.map((n: unknown) => n ?? -1) as number[];
    return (name) => nn.reshape(sizes, { name });
  }),
  Permute: one((s) => {
    const axes = s.of('dims');
    if (!Array.isArray(axes) || !axes.every((n) => isWhole(n, 1))) return s.malformed('dims', 'a list of axes from 1');
    return (name) =>
      nn.permute(
        (axes as number[]).map((n) => n - 1),
        { name },
      );
  }),
  RepeatVector: one((s) => {
    const times = s.whole('n');
    return (name) => nn.repeat(times, { name });
  }),
  ZeroPadding1D: one((s) => {
    const [before, after] = s.sizes('padding', 2, 1, 0);
    return (name) =>
      op(
        'pad',
        [
          [
            [0, 0],
            [before, after],
            [0, 0],
          ],
        ],
        name,
      );
  }),
  ZeroPadding2D: one((s) => {
    s.channelsLast();
    const sides = around(s, 'padding');
    return (name) => nn.zeroPad2d(sides, { name });
  }),
  Cropping2D: one((s) => {
    s.channelsLast();
    const sides = around(s, 'cropping');
    return (name) => nn.crop2d(sides, { name });
  }),
  UpSampling2D: one((s) => {
    s.channelsLast();
    const factor = s.sizes('size', 2, 2) as unknown as Pair;
    const mode = s.word('interpolation', ['nearest', 'bilinear'], 'nearest');
    // Keras looks at the centres of pixels, as we do, TF.js at their corners.
    if (mode === 'bilinear' && s.version.startsWith('tfjs')) s.refuse('interpolation as TF.js has it');
    return (name) => nn.upsample2d(factor, { mode, name });
  }),
  Add: ofTwo('Add'),
  Multiply: ofTwo('Multiply'),
  Average: join(() => (name) => nn.average({ name })),
  Maximum: join(() => (name) => nn.maximum({ name })),
  Subtract: ofTwo('Subtract'),
  /** min(a, b, …), two at a time. */
  Minimum: () => (site) => {
    const last = site.inputs.length - 2;
    const pairs = site.inputs
      .slice(1)
      .map((_, i) => op('minimum', [], site.part(i < last ? String(i + 1) : undefined)));
    return { call: ([first, ...rest]) => rest.reduce((least, node, i) => pairs[i]([least, node]), first) };
  },
  Concatenate: join((s) => {
    const axis = s.number('axis', -1);
    return (name) => nn.concat({ axis, name });
  }),
  /** One slope for each channel, or for whatever axes do not share one. */
  PReLU(s) {
    const shared: unknown = s.of('shared_axes') ?? [];
    return (site): Made => {
      const [shape] = site.inputs;
      const slopes = shape.map((n, i) => (Array.isArray(shared) && shared.includes(i + 1) ? 1 : n));
      const part = site.part();
      const wanted = [{ name: 'alpha', shape: slopes }];
      if (slopes.slice(0, -1).every((n) => n === 1) && slopes.at(-1) === shape.at(-1))
        return { ...steps(nn.prelu({ name: part })), wanted, state: ({ alpha }) => ({ [`${part}.weight`]: alpha }) };
      const [above, below] = [nn.relu({ name: site.part('above') }), op('minimum', [0], site.part('below'))];
      const [sloped, sum] = [nn.op('mul', { operand: slopes, name: part }), nn.add({ name: site.part('sum') })];
      return {
        ...steps((x) => sum([above(x), sloped(below(x))])),
        wanted,
        state: ({ alpha }) => ({ [`${part}.value`]: alpha }),
      };
    };
  },
  /** A factor for each channel, which ConvNeXt learns. */
  LayerScale: () => (site) => {
    const part = site.part();
    return {
      ...steps(nn.op('mul', { operand: [channels(site)], name: part })),
      wanted: [{ name: 'gamma', shape: [channels(site)] }],
      state: ({ gamma }) => ({ [`${part}.value`]: gamma }),
    };
  },
  StochasticDepth: nothing,
};
