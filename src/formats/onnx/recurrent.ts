import { nn } from '../../index.js';
import { type Call, cannot, type Made } from './call.js';
import { Constant } from './constant.js';
import type { Rules } from './elementwise.js';
import { part } from './shapes.js';
import { space } from './strided.js';
import { arranged, renumbered, reshaped, type Value } from './value.js';

/** For each kind: the layer, its gates as the file's numbers of them, and the activations that it has. */
const KINDS = {
  // ONNX has i, o, f, c.
  LSTM: { make: nn.lstm, gates: [0, 2, 3, 1], activations: ['sigmoid', 'tanh', 'tanh'] },
  // ONNX has z, r, h.
  GRU: { make: nn.gru, gates: [1, 0, 2], activations: ['sigmoid', 'tanh'] },
  RNN: { make: nn.rnn, gates: [0], activations: ['tanh'] },
} as const;

/** Rows of gates [gates·units, columns] of one direction, in our order, as columns [columns, gates·units]. */
function turned(data: ArrayLike<number>, from: number, gates: readonly number[], units: number, columns: number) {
  const made = space(gates.length * units * columns, data);
  const width = gates.length * units;
  for (const [to, gate] of gates.entries())
    for (let unit = 0; unit < units; unit++)
      for (let column = 0; column < columns; column++)
        made[column * width + to * units + unit] = data[from + (gate * units + unit) * columns + column];
  return made;
}
const sum = (a: ArrayLike<number>, b: ArrayLike<number>): Float32Array => Float32Array.from(a, (x, i) => x + b[i]);

const recurrent =
  (kind: keyof typeof KINDS) =>
  (call: Call): Made => {
    const { make, gates, activations } = KINDS[kind];
    const [weight, again] = [call.known(1, 'weight'), call.known(2, 'recurrent weight')];
    const bias = call.constant(3, 'bias');
    const [directions, rows, inputs] = weight.shape;
    const units = rows / gates.length;
    check(call, kind, activations, units, directions);
    const x = call.value();
    // [steps, batch, features], or the batch first.
    const [batch, steps] = call.int('layout', 0) ? [0, 1] : [1, 0];
    if (x.shape.length !== 3 || x.axes[0] !== batch || x.shape[2] !== inputs)
      cannot(`it reads [${x.shape}] with the batch as axis ${x.axes[0]}`);
    const numbers = (direction: number): Record<string, () => ArrayLike<number>> => {
      const biases = (half: number): ArrayLike<number> =>
        turned(bias?.data ?? [], (2 * direction + half) * rows, gates, units, 1);
      return {
        weight: () => turned(weight.data, direction * rows * inputs, gates, units, inputs),
        recurrent: () => turned(again.data, direction * rows * units, gates, units, units),
        ...(bias && kind === 'GRU' && { bias: () => biases(0), recurrent_bias: () => biases(1) }),
        ...(bias && kind !== 'GRU' && { bias: () => sum(biases(0), biases(1)) }),
      };
    };
    const named = (prefix: string, direction: number) =>
      Object.entries(numbers(direction)).map(([name, values]) => [prefix + name, values] as const);
    const all = directions === 2 ? [...named('forward.', 0), ...named('backward.', 1)] : named('', 0);
    const sequences = call.isRead(0);
    const reverse = call.text('direction', 'forward') === 'reverse';
    const options = { returnSequences: sequences, reverse, bias: bias !== undefined };
    const layer = call.scope.layer(
      call.node,
      (name) =>
        (directions === 2
          ? nn.bidirectional(make(units, options), { name })
          : make(units, { ...options, name })) as nn.CallableLayer,
      Object.fromEntries(all),
      weight,
    );
    const node = layer(arranged(x, [batch, steps, 2]));
    const [t, n] = [x.shape[steps], x.shape[batch]];
    if (!sequences) return [last(node, n, directions, units), last(node, n, directions, units)];
    // [batch, steps, directions · units] is [steps, directions, batch, units] in the file.
    const whole: Value = { node, shape: [n, t, directions * units], axes: [0, 1, 2], kind: 'float' };
    const apart = reshaped(whole, [n, t, directions, units]);
    const y = renumbered(apart, [t, directions, n, units], [2, 0, 1, 3]);
    if (!call.isRead(1)) return y;
    const ends = Array.from({ length: directions }, (_, direction) => {
      const at = direction || reverse ? 0 : t - 1;
      return renumbered(part(part(y, 0, at, at + 1), 1, direction, direction + 1), [1, n, units], [-1, 0, 1, 2]);
    });
    const axes = [1, 0, 2];
    const joined = ends.length < 2 ? undefined : nn.concat({ axis: 1 })(ends.map((end) => arranged(end, axes)));
    return [y, joined ? { ...ends[0], shape: [2, n, units], axes, node: joined } : ends[0]];
  };

/** The state at the end, [directions, batch, units] in the file. */
function last(node: nn.GraphNode, n: number, directions: number, units: number): Value {
  const whole: Value = { node, shape: [n, directions * units], axes: [0, 1], kind: 'float' };
  return renumbered(reshaped(whole, [n, directions, units]), [directions, n, units], [1, 0, 2]);
}

/** Refuses what our layers do not have. */
function check(call: Call, kind: string, activations: readonly string[], units: number, directions: number): void {
  const zero = (i: number, what: string): void => {
    const given = call.inputs[i];
    if (!given) return;
    if (!(given instanceof Constant) || Array.from(given.data).some((n) => n !== 0)) cannot(`its ${what} is given`);
  };
  if (call.inputs[4]) cannot('its sequence_lens are given');
  zero(5, 'initial_h');
  zero(6, 'initial_c');
  if (call.inputs[7]) cannot('it has peepholes');
  if (call.isRead(2)) cannot('its last cell is used');
  if (kind === 'GRU' && !call.int('linear_before_reset', 0)) cannot('its reset gate is before the product');
  if (call.has('clip') || call.int('input_forget', 0)) cannot('it has a clip or input_forget');
  const own = call.texts('activations').map((name) => name.toLowerCase());
  if (own.some((name, i) => name !== activations[i % activations.length]))
    cannot(`its activations are ${own.join(', ')}`);
  const [weight, again, bias] = [call.known(1, 'weight'), call.known(2, 'recurrent weight'), call.constant(3, 'bias')];
  const fits =
    again.size * weight.shape[2] === weight.size * units && (!bias || bias.size * weight.shape[2] === 2 * weight.size);
  if (!fits || !Number.isInteger(units) || units < 1 || (directions !== 1 && directions !== 2))
    cannot('its weights do not fit');
}

export const RECURRENT: Rules = { LSTM: recurrent('LSTM'), GRU: recurrent('GRU'), RNN: recurrent('RNN') };
