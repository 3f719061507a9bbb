import { nn, type Shape } from '../../index.js';
import { channels, filled, type Kind, type Made, type Site, type Step, steps } from './kind.js';
import { isFields, type Settings } from './settings.js';

/** Refuses axes that are not the last one, of `rank` axes with the batch. */
function lastAxis(s: Settings): (site: Site) => void {
  const given = s.of('axis') ?? -1;
  const axes: unknown[] = Array.isArray(given) ? given : [given];
  return ({ inputs: [shape] }) => {
    if (axes.length !== 1 || (axes[0] !== -1 && axes[0] !== shape.length))
      s.refuse(`axis ${JSON.stringify(given)} of ${shape.length + 1}`);
  };
}
/** A layer with a scale and a centre, of which it may lack one or both, and with `others` of its own: their names here by those in Keras. */
function affine(
  s: Settings,
  make: (options: { eps: number; name: string }) => Step,
  others: Readonly<Record<string, string>> = {},
): (site: Site) => Made {
  const check = lastAxis(s);
  const eps = s.number('epsilon', 1e-3);
  const names = [
    ...['scale', 'center'].flatMap((name, i) => (s.flag(name, true) ? [['gamma', 'beta'][i]] : [])),
    ...Object.keys(others),
  ];
  return (site) => {
    check(site);
    const [size, name] = [channels(site), site.part()];
    return {
      ...steps(make({ eps, name })),
      wanted: names.map((own) => ({ name: own, shape: [size] })),
      state: ({ gamma, beta, ...rest }) => ({
        [`${name}.weight`]: gamma ?? filled(s.where, size, 1),
        [`${name}.bias`]: beta ?? filled(s.where, size, 0),
        ...Object.fromEntries(Object.entries(others).map(([theirs, ours]) => [`${name}.${ours}`, rest[theirs]])),
      }),
    };
  };
}

export const NORMALIZATIONS: Readonly<Record<string, Kind>> = {
  BatchNormalization(s) {
    // The weight of a batch in the running statistics is 1 − momentum of Keras, free of the error of that difference.
    const momentum = Math.round((1 - s.number('momentum', 0.99)) * 1e9) / 1e9;
    return affine(s, (options) => nn.batchNorm({ frozen: true, momentum, ...options }), {
      moving_mean: 'running_mean',
      moving_variance: 'running_var',
    });
  },
  LayerNormalization(s) {
    s.only('rms_scaling', false);
    return affine(s, nn.layerNorm);
  },
  Rescaling(s) {
    const [scale, offset] = [numbersOf(s, 'scale', 1), numbersOf(s, 'offset', 0)];
    return ({ part }) => {
      const [factor, shift] = [part(), part('offset')];
      return {
        ...steps(constant('mul', [scale.length], factor), constant('add', [offset.length], shift)),
        state: () => ({ [`${factor}.value`]: scale, [`${shift}.value`]: offset }),
      };
    };
  },
  /** (x − mean) / deviation, with numbers of the file's settings or of its weights. */
  Normalization(s) {
    const given = s.of('axis');
    const axes: unknown[] = given === undefined ? [] : Array.isArray(given) ? given : [given];
    s.only('invert', false);
    const [mean, variance] = ['mean', 'variance'].map((name) =>
      s.of(name) === undefined ? undefined : numbersOf(s, name, 0),
    );
    return (site) => {
      const rank = site.inputs[0].length;
      if (axes.length > 1 || (axes.length && axes[0] !== -1 && axes[0] !== rank))
        s.refuse(`axis ${JSON.stringify(given)}`);
      const size = axes.length ? channels(site) : 1;
      const [centre, scale] = [site.part('mean'), site.part()];
      const fits = (x: Float32Array): Float32Array => (x.length === size ? x : new Float32Array(size).fill(x[0]));
      return {
        ...steps(constant('sub', [size], centre), constant('div', [size], scale)),
        wanted:
          mean && variance ? [] : ['mean', 'variance'].map((name) => ({ name, shape: axes.length ? [size] : [] })),
        state: (weights) => ({
          [`${centre}.value`]: fits(mean ?? weights.mean),
          [`${scale}.value`]: fits(variance ?? weights.variance).map((v) => Math.max(Math.sqrt(v), 1e-7)),
        }),
      };
    };
  },
};

/** An op with a constant for each feature, which is kept with the parameters but not trained. */
const constant = (name: nn.OpName, operand: Shape, part: string) =>
  nn.op(name, { operand, trainable: false, name: part });

/** A number or a list of them, which may lie in further lists of one element. */
function numbersOf(s: Settings, name: string, standard: number): Float32Array {
  let given: unknown = s.of(name) ?? standard;
  // Keras 3 writes arrays as objects.
  if (isFields(given) && isFields(given.config)) given = given.config.value;
  const list: unknown[] = Array.isArray(given) ? given.flat(8) : [given];
  if (!list.length || !list.every(Number.isFinite)) s.malformed(name, 'a finite number or a list of them');
  return Float32Array.from(list as number[]);
}
