import type { Tensor } from '../graph/tensor.js';
import { checkKeys } from '../options.js';
import { disposedByHand, disposeWhenCollected } from '../wasm/owned.js';
import type { States } from './carry.js';
import { type Examples, examplesOf } from './examples.js';
import { unpacked } from './heads.js';
import { lengthsOf } from './lengths.js';
import { built, checkModel, type Model, type Output } from './model.js';
import { Predictor } from './predictor.js';
import { survey } from './walk.js';

/** Reads a stream window by window. */
export interface StreamReader<O extends Output = Tensor> {
  /** The outputs for the next windows x [n, t, …], one of each of n streams. `lengths` [n] says how many steps of each are no padding. */
  (x: Examples, options?: { lengths?: ArrayLike<number> }): O;
  /** Begins new streams. */
  reset(): void;
  /** Releases the memory of the programs. */
  dispose(): void;
}

/** Makes a function that predicts streams window by window: recurrent layers begin where the window before ended, so that the outputs are those of the
 *  whole stream. Windows may have any number of steps. Layers that look along the steps otherwise, such as attention and convolutions, see the window
 *  alone; those that read from the end are an OptionError.
 *  @example
 *  const read = carried(nn.sequential([nn.gru(4, { returnSequences: true }), nn.dense(1)]).build([8, 2]))
 *  read(ones([1, 8, 2]))
 *  read(ones([1, 3, 2])).shape // [1, 3, 1] */
export function carried<O extends Output>(model: Model<O>): StreamReader<O> {
  checkModel('carried', model);
  const { part, parameters } = built(model);
  const states: States = new Map();
  const predictor = new Predictor(part, parameters, 'carried', states);
  const next = (x: Examples, options: { lengths?: ArrayLike<number> } = {}): O => {
    checkKeys('carried', options, ['lengths']);
    const rows = examplesOf('carried', x);
    const shape = [rows.size, ...rows.shape];
    const lengths = lengthsOf('carried', options.lengths ?? rows.lengths, shape);
    const y = predictor.run({ ...rows, lengths }, rows.size);
    const { heads } = survey(part, shape);
    return (heads ? unpacked(y, heads) : y) as O;
  };
  const reader: StreamReader<O> = Object.assign(next, {
    reset: () => states.clear(),
    dispose() {
      disposedByHand(reader);
      predictor.dispose();
    },
  });
  disposeWhenCollected(reader, [predictor]);
  return reader;
}
