import { fromTeachableMachine, fromTfjs } from '../../src/formats/index.js';
import type * as R from '../../src/index.js';
import { files, rowOf } from '../formats/keras3.js';
import { type Doors, row } from './harness.js';
import { kept } from './kept.js';
import * as k from './kinds.js';

const [json, weights] = files(rowOf('sequential'));
const model = { modelJson: k.only(() => json), weights: k.only(() => weights) };

/** Readers of other formats. */
export const formatRows: Doors = {
  ...row('fromTfjs', (...args: Parameters<typeof fromTfjs>) => kept(fromTfjs(...args)), model, {
    upTo: k.only(() => 'dense_14'),
    inputShape: k.only(() => [6]),
    logits: k.flag(true),
  }),
  ...row(
    'fromTeachableMachine',
    (...args: Parameters<typeof fromTeachableMachine>) => {
      const machine = fromTeachableMachine(...args);
      kept(machine.model as R.Model);
      return machine.classify([[1, 2, 3, 4, 5, 6]]).labels;
    },
    { ...model, metadataJson: k.only(() => ({ labels: ['yes'] })) },
  ),
};
