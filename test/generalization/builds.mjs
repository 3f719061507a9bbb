// Functions that build models, for workers.
import * as regulus from '../../dist/index.js';

// As constants, so that the tests' own copy of this module has functions with the same text.
const { adam, crossEntropy, encode, nn, pipeline, ridge } = regulus;

export const network = () =>
  nn.sequential([nn.dense(8, { activation: 'relu' }), nn.dropout({ keep: 0.8 }), nn.dense(2)]);
export const ofRows = () => pipeline([encode, network()]);
export const line = () => ridge({ lambda: 0.1 });
export const wide = (units) => nn.sequential([nn.dense(units), nn.tanh(), nn.dense(2)]);
/** With options of its own, some of which cannot be sent. */
export const choosy = () => ({
  model: network(),
  options: { loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }), epochs: 2, onEpoch: () => undefined },
});
export const diverges = () => ({ model: network(), options: { optimizer: adam({ learningRate: 1e30 }) } });
export const nothing = () => 1;
export const deadly = () => process.exit(7);
export const strange = () => {
  throw new SyntaxError('not this');
};
/** Its models never end. */
export const endless = () => ({ model: network(), options: { epochs: 1e9 } });
/** Two functions of one text. */
const twin = (units) => () => nn.sequential([nn.dense(units)]);
export const one = twin(1);
export const two = twin(2);
