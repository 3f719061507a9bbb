import { nn, shown } from '../../index.js';
import { type Kind, op, type Site, type Step, steps } from './kind.js';
import { field, isFields, Settings } from './settings.js';

/** An activation, as an option of a layer where there is one of this name, and as a step. */
interface Activation {
  readonly option?: nn.ActivationOption;
  /** Whether it turns logits into probabilities. */
  readonly probable?: boolean;
  readonly suffix: string;
  step(part: string): Step;
}
type ByName = (options: nn.Named) => Step;
const named = (option: nn.ActivationOption & string, make: ByName, probable = false): Omit<Activation, 'suffix'> => ({
  option,
  probable,
  step: (part) => make({ name: part }),
});
const silu = named('silu', nn.silu);
const hardSwish = named('hardSwish', nn.hardSwish);
const hardSigmoid = named('hardSigmoid', nn.hardSigmoid);

const ACTIVATIONS: Readonly<Record<string, Omit<Activation, 'suffix'>>> = {
  relu: named('relu', nn.relu),
  tanh: named('tanh', nn.tanh),
  sigmoid: named('sigmoid', nn.sigmoid, true),
  softmax: named('softmax', nn.softmax, true),
  softplus: named('softplus', nn.softplus),
  selu: named('selu', nn.selu),
  elu: named('elu', nn.elu),
  gelu: named('gelu', nn.gelu),
  silu,
  swish: silu,
  hard_silu: hardSwish,
  hard_swish: hardSwish,
  relu6: { step: (part) => op('clamp', [0, 6], part) },
  exponential: { step: (part) => op('exp', [], part) },
  leaky_relu: { step: (part) => nn.leakyRelu({ slope: 0.2, name: part }) },
  log_softmax: { step: (part) => op('logSoftmax', [], part) },
  gelu_new: { step: (part) => nn.gelu({ approximate: 'tanh', name: part }) },
  softsign: {
    step: (part) => {
      const [size, more, whole] = [op('abs', [], `${part}_abs`), op('add', [1], `${part}_add`), op('div', [], part)];
      return (x) => whole([x, more(size(x))]);
    },
  },
  mish: {
    step: (part) => {
      const [soft, gate] = [nn.softplus({ name: `${part}_softplus` }), nn.tanh({ name: `${part}_tanh` })];
      const whole = nn.multiply({ name: part });
      return (x) => whole([x, gate(soft(x))]);
    },
  },
  // The slope of Keras 2 and TF.js; Keras 3 has 1/6, as we have.
  hard_sigmoid: {
    step: (part) => {
      const [slope, shift] = [op('mul', [0.2], `${part}_mul`), op('add', [0.5], `${part}_add`)];
      const whole = op('clamp', [0, 1], part);
      return (x) => whole(shift(slope(x)));
    },
  },
};

/** The activation that a setting names: text, a function of Keras 3, or a layer. undefined for none. */
export function activationOf(s: Settings, setting = 'activation'): Activation | undefined {
  let given = s.of(setting);
  if (isFields(given)) {
    const [name, config] = [field(given, 'class_name'), field(given, 'config')];
    if (typeof name === 'string' && Object.hasOwn(LAYERS, name) && isFields(config)) {
      const make = LAYERS[name](new Settings(s.where, s.label, s.version, config));
      return { suffix: name.toLowerCase(), step: (part) => make(part) };
    }
    given = name === 'function' ? config : name;
  }
  if (given === undefined || given === 'linear') return undefined;
  if (typeof given !== 'string' || !Object.hasOwn(ACTIVATIONS, given)) return s.refuse(`${setting} ${shown(given)}`);
  const newer = given === 'hard_sigmoid' && isKeras3(s.version);
  return { ...(newer ? hardSigmoid : ACTIVATIONS[given]), suffix: given };
}
export const isKeras3 = (version: string): boolean => /^[3-9]\./.test(version);

/** The steps of a layer with an activation: as its option, or behind it. A softmax or sigmoid at the end of a network is a part of
 *  its own, so that the logits can be had. */
export function activated(
  { ends, bare, part }: Site,
  activation: Activation | undefined,
  layer: (option?: nn.ActivationOption) => Step,
): Step[] {
  if (!activation) return [layer()];
  const { option, probable = false, suffix, step } = activation;
  if (probable && bare) return [layer()];
  return option === undefined || (probable && ends) ? [layer(), step(part(suffix))] : [layer(option)];
}

/** relu with a ceiling, a slope below its threshold, or another threshold than 0. */
function rectifier(maximum: number | undefined, slope: number, threshold: number): (part: string) => Step {
  const limited = maximum !== undefined;
  if (threshold === 0 && slope === 0)
    return (part) => (limited ? op('clamp', [0, maximum], part) : nn.relu({ name: part }));
  if (threshold === 0 && !limited) return (part) => nn.leakyRelu({ slope, name: part });
  return (part) => {
    const above = op('greaterEqual', [threshold], `${part}_above`);
    const [below, sloped] = [op('sub', [threshold], `${part}_sub`), op('mul', [slope], `${part}_mul`)];
    const whole = op('where', [], limited ? `${part}_where` : part);
    const end: Step = limited ? op('minimum', [maximum], part) : (x) => x;
    return (x) => end(whole([above(x), x, sloped(below(x))]));
  };
}

/** Layers that are activations, which may also stand as a setting of another layer. */
const LAYERS: Readonly<Record<string, (s: Settings) => (part: string) => Step>> = {
  ReLU(s) {
    const maximum = s.of('max_value') === undefined ? undefined : s.number('max_value', 0);
    return rectifier(maximum, s.number('negative_slope', 0), s.number('threshold', 0));
  },
  LeakyReLU(s) {
    const slope = s.number(s.of('negative_slope') === undefined ? 'alpha' : 'negative_slope', 0.3);
    return (part) => nn.leakyRelu({ slope, name: part });
  },
  ELU(s) {
    const alpha = s.number('alpha', 1);
    return (part) => nn.elu({ alpha, name: part });
  },
  ThresholdedReLU(s) {
    return rectifier(undefined, 0, s.number('theta', 1));
  },
};

const layer =
  (of: (s: Settings) => (part: string) => Step): Kind =>
  (s) => {
    const make = of(s);
    return ({ part }) => steps(make(part()));
  };

export const ACTIVATION_LAYERS: Readonly<Record<string, Kind>> = {
  ...Object.fromEntries(Object.entries(LAYERS).map(([name, of]) => [name, layer(of)])),
  Activation: (s) => {
    const activation = activationOf(s);
    return ({ bare, part }) =>
      activation && !(bare && activation.probable) ? steps(activation.step(part())) : steps();
  },
  Softmax: (s) => {
    const axis = s.of('axis') === undefined ? -1 : s.number('axis', -1);
    return ({ inputs: [shape], bare, part }) => {
      const isLast = axis === -1 || axis === shape.length;
      if (bare) return steps();
      return steps(isLast ? nn.softmax({ name: part() }) : op('softmax', [axis], part()));
    };
  },
};
