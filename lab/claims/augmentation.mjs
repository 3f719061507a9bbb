import { accuracy, adam, augment, crossEntropy, evaluate, fit, nn } from 'regulus';
import { digitsOf } from '../data.mjs';
import { bars } from '../claim.mjs';

const KINDS = {
  none: [],
  rotate: [augment.rotate({ degrees: 10 })],
  translate: [augment.translate({ pixels: 1 })],
  zoom: [augment.zoom({ range: [0.9, 1.1] })],
  noise: [augment.gaussianNoise({ std: 0.1 })],
  'all four': [
    augment.rotate({ degrees: 10 }),
    augment.translate({ pixels: 1 }),
    augment.zoom({ range: [0.9, 1.1] }),
    augment.gaussianNoise({ std: 0.1 }),
  ],
  'flip (wrong here)': [augment.flipHorizontal(), augment.flipVertical()],
};

export default {
  slides: '17',
  claim:
    'Rotated, moved, zoomed and noisy copies of images make a model generalize better; copies that are no longer digits make it worse.',
  seen: 'On digits of 8×8 pixels, which are centred and where a pixel is an eighth of the width, moved and rotated copies do not help. On images of 28×28 they do: see the figures of MNIST. That wrong changes do harm shows here too.',
  torch:
    'MNIST, long form of the lab (test accuracy, Regulus and PyTorch 1.13): none 0.897 and 0.899, turned and moved 0.935 and 0.937.',
  async program(seed) {
    const { train, test } = digitsOf(seed, 150, { images: true });
    const right = {};
    for (const [name, changes] of Object.entries(KINDS)) {
      const model = nn.sequential([nn.flatten(), nn.dense(64), nn.relu(), nn.dense(10)]);
      await fit(model, train, {
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.005 }),
        epochs: 100,
        augment: changes,
        seed,
      });
      right[name] = evaluate(model, test, { metrics: accuracy() }).accuracy;
      model.dispose();
    }
    return right;
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => r),
      { title: 'Accuracy on new digits, 150 training images' },
    ),
  margins: [
    { what: 'accuracy with translation minus none', of: (r) => r.translate - r.none, least: 0.01 },
    { what: 'accuracy with all four minus none', of: (r) => r['all four'] - r.none, least: 0.01 },
    { what: 'accuracy with flips minus none', of: (r) => r['flip (wrong here)'] - r.none, most: -0.03 },
  ],
};
