import { nn } from '../../index.js';
import { channels, type Kind, type Made, op, type Site, steps, type Wanted, type Weights } from './kind.js';
import { field, type Fields, isFields, Settings } from './settings.js';

type Make = typeof nn.lstm;
/** The gates of a cell, the order in which Keras has ours, and what makes the layer. */
const CELLS: Readonly<Record<string, { readonly make: Make; readonly gates: readonly number[] }>> = {
  SimpleRNN: { make: nn.rnn, gates: [0] },
  LSTM: { make: nn.lstm, gates: [0, 1, 2, 3] },
  // Keras has z, r, h.
  GRU: { make: nn.gru, gates: [1, 0, 2] },
};

interface Cell {
  readonly sequences: boolean;
  readonly backwards: boolean;
  readonly units: number;
  /** What two directions of one layer have in common. */
  readonly alike: string;
  make(options: nn.Named & { reverse?: boolean }): ReturnType<Make>;
  wanted(features: number): readonly Wanted[];
  state(weights: Weights, path: string): Readonly<Record<string, Float32Array>>;
}

function cellOf(s: Settings, className: string): Cell {
  const { make, gates } = CELLS[className];
  const units = s.whole('units');
  const bias = s.flag('use_bias', true);
  s.only('activation', 'tanh');
  if (className !== 'SimpleRNN' && (s.of('recurrent_activation') ?? 'hard_sigmoid') !== 'sigmoid')
    s.refuse(`recurrent_activation '${String(s.of('recurrent_activation') ?? 'hard_sigmoid')}'`);
  for (const name of ['return_state', 'stateful', 'time_major']) s.only(name, false);
  if (className === 'GRU' && !s.flag('reset_after', false)) s.refuse('reset_after false');
  const [sequences, backwards] = [s.flag('return_sequences', false), s.flag('go_backwards', false)];
  const [keep, recurrentKeep] = [s.keep('dropout'), s.keep('recurrent_dropout')];
  const twice = className === 'GRU';
  const columns = gates.length * units;
  const ordered = (values: Float32Array): Float32Array => reordered(values, gates, units);
  return {
    ...{ sequences, backwards, units },
    alike: JSON.stringify([className, units, bias, sequences]),
    make: (options) => make(units, { returnSequences: sequences, keep, recurrentKeep, bias, ...options }),
    wanted: (features) => [
      { name: 'kernel', shape: [features, columns] },
      { name: 'recurrent_kernel', shape: [units, columns] },
      ...(bias ? [{ name: 'bias', shape: twice ? [2, columns] : [columns] }] : []),
    ],
    state: (weights, path) => ({
      [`${path}.weight`]: ordered(weights.kernel),
      [`${path}.recurrent`]: ordered(weights.recurrent_kernel),
      ...(bias && { [`${path}.bias`]: ordered(weights.bias.subarray(0, columns)) }),
      ...(bias && twice && { [`${path}.recurrent_bias`]: ordered(weights.bias.subarray(columns)) }),
    }),
  };
}

/** Rows of gates in another order: gate i of the result is that of this place. */
function reordered(rows: Float32Array, gates: readonly number[], units: number): Float32Array {
  const columns = gates.length * units;
  return rows.map((_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return rows[row * columns + gates[Math.floor(column / units)] * units + (column % units)];
  });
}

const recurrent =
  (className: string): Kind =>
  (s) => {
    const cell = cellOf(s, className);
    return (site): Made => {
      const part = site.part();
      const made = cell.make({ name: part, ...(cell.backwards && { reverse: true }) });
      // Keras gives the states of a layer that reads backwards in the order of reading.
      const flips = cell.backwards && cell.sequences ? [op('flip', [1], site.part('flip'))] : [];
      return {
        ...steps(made, ...flips),
        wanted: cell.wanted(channels(site)),
        state: (weights) => cell.state(weights, part),
      };
    };
  };

const MERGES = { concat: 'concat', sum: 'sum', mul: 'mul', ave: 'average' } as const;

/** The cell of one direction. */
function direction(s: Settings, name: string): Cell | undefined {
  const given = s.of(name);
  if (given === undefined) return undefined;
  const [className, config] = isFields(given) ? [field(given, 'class_name'), field(given, 'config')] : [];
  if (typeof className !== 'string' || !isFields(config)) return s.malformed(name, 'a layer');
  if (!Object.hasOwn(CELLS, className)) return s.refuse(`${name} ${className.slice(0, 60)}`);
  return cellOf(new Settings(s.where, s.label, s.version, config as Fields), className);
}

export const RECURRENT: Readonly<Record<string, Kind>> = {
  ...Object.fromEntries(Object.keys(CELLS).map((name) => [name, recurrent(name)])),
  Bidirectional(s) {
    const forward = direction(s, 'layer') ?? s.malformed('layer', 'a layer');
    const other = direction(s, 'backward_layer');
    const merge = MERGES[s.word('merge_mode', ['concat', 'sum', 'mul', 'ave'], 'concat')];
    if (s.fields.merge_mode === null) s.refuse('merge_mode null');
    if (forward.backwards) s.refuse('a layer that goes backwards');
    if (other && (other.alike !== forward.alike || !other.backwards)) s.refuse('a backward_layer of another kind');
    return (site: Site): Made => {
      const part = site.part();
      const whole = nn.bidirectional(forward.make({}), { merge, name: part });
      const wanted = forward.wanted(channels(site));
      const of = (side: string, weights: Weights): Weights =>
        Object.fromEntries(wanted.map(({ name }) => [name, weights[`${side}/${name}`]]));
      return {
        ...steps(whole),
        wanted: ['forward', 'backward'].flatMap((side) =>
          wanted.map(({ name, shape }) => ({ name: `${side}/${name}`, shape })),
        ),
        state: (weights) => ({
          ...forward.state(of('forward', weights), `${part}.forward`),
          ...forward.state(of('backward', weights), `${part}.backward`),
        }),
      };
    };
  },
};
