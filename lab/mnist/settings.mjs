// What runs differ in: layers, and options of fit. The names are those of the tables. L2 is λΣw² there, l2(2λ) here.
import { adversarial, augment, earlyStopping, fgsm, l1, l2, nn } from '../../dist/index.js';

export const attack = fgsm({ epsilon: 0.1, clip: [0, 1] });

const drop = (keep) => (keep < 1 ? [nn.dropout({ keep })] : []);
const norm = (normalize) => (normalize ? [nn.batchNorm()] : []);
const noise = (std) => (std ? [nn.gaussianNoise({ std })] : []);

/** 784-256-128-10, and two convolutions with a dense layer of 64. */
const NETWORKS = {
  MLP: ({ dropout, normalize, std }) =>
    nn.sequential([
      ...noise(std),
      nn.flatten(),
      ...drop(dropout ? 0.8 : 1),
      ...[256, 128].flatMap((units) => [nn.dense(units), ...norm(normalize), nn.relu(), ...drop(dropout ? 0.5 : 1)]),
      nn.dense(10),
    ]),
  CNN: ({ dropout, normalize, std }) =>
    nn.sequential([
      ...noise(std),
      ...[16, 32].flatMap((filters) => [
        nn.conv2d(filters, 3, { padding: 'same' }),
        ...norm(normalize),
        nn.relu(),
        nn.maxPool2d(2),
      ]),
      nn.flatten(),
      ...drop(dropout ? 0.75 : 1),
      nn.dense(64),
      nn.relu(),
      ...drop(dropout ? 0.5 : 1),
      nn.dense(10),
    ]),
};
const EPOCHS = { MLP: 100, CNN: 40 };

const moved = [augment.rotate({ degrees: 10 }), augment.translate({ pixels: 2 })];
const stop = earlyStopping({ patience: 10 });
const against = adversarial({ attack, share: 0.5 });
const weights = (kind, lambda) => ({ options: { penalties: kind === 'l2' ? l2(2 * lambda) : l1(lambda) } });

const SETTINGS = {
  none: {},
  dropout: { layers: { dropout: true } },
  early_stop: { options: { stop } },
  'label_smooth_0.1': { labelSmoothing: 0.1 },
  'label_smooth_0.5': { labelSmoothing: 0.5 },
  augment: { options: { augment: moved } },
  'noise_0.1': { layers: { std: 0.1 } },
  'noise_0.3': { layers: { std: 0.3 } },
  batchnorm: { layers: { normalize: true } },
  // As many updates as are needed to learn all rows by heart.
  batch_10: { options: { batchSize: 10, epochs: 50 } },
  batch_500: { options: { batchSize: 500, epochs: 300 } },
  'adv_0.1': { options: { adversarial: against } },
  'adv+dropout': { layers: { dropout: true }, options: { adversarial: against } },
  'dropout+augment': { layers: { dropout: true }, options: { augment: moved } },
  'dropout+early_stop': { layers: { dropout: true }, options: { stop } },
  'l2_1e-2+dropout': { layers: { dropout: true }, ...weights('l2', 1e-2) },
};
/** By name; penalties are 'l2_1e-3' and the like. */
export function setting(name) {
  const [, kind, lambda] = /^(l[12])_([\d.e-]+)$/.exec(name) ?? [];
  return SETTINGS[name] ?? weights(kind, Number(lambda));
}

export const network = (kind, layers = {}) => NETWORKS[kind](layers);
export const epochs = (kind) => EPOCHS[kind];
