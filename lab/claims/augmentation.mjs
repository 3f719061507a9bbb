import { accuracy, adam, augment, crossEntropy, dataset, evaluate, fit, nn, randomGenerator } from 'regulus';
import { digits } from 'regulus/digits';
import { bars } from '../claim.mjs';

/** Digits at random places of a frame of 12×12 pixels, as things lie in photographs: 300 training images. */
function framed(seed) {
  const all = digits({ images: true }).shuffle(seed + 1);
  const places = randomGenerator(seed).uniform([all.size, 2]).data();
  const x = Array.from({ length: all.size }, (_, i) => {
    const [top, left] = [Math.floor(5 * places[2 * i]), Math.floor(5 * places[2 * i + 1])];
    const pixel = (row, column) => {
      const inside = row >= 0 && row < 8 && column >= 0 && column < 8;
      return [inside ? all.x[64 * i + 8 * row + column] / 16 : 0];
    };
    return Array.from({ length: 12 }, (_, row) =>
      Array.from({ length: 12 }, (_, column) => pixel(row - top, column - left)),
    );
  });
  const set = dataset({ x, y: [...all.y], classes: 10 });
  return { train: set.slice(0, 300), test: set.slice(1000) };
}

const KINDS = {
  none: [],
  rotate: [augment.rotate({ degrees: 10 })],
  translate: [augment.translate({ pixels: 2 })],
  zoom: [augment.zoom({ range: [0.9, 1.1] })],
  noise: [augment.gaussianNoise({ std: 0.1 })],
  'all four': [
    augment.rotate({ degrees: 10 }),
    augment.translate({ pixels: 2 }),
    augment.zoom({ range: [0.9, 1.1] }),
    augment.gaussianNoise({ std: 0.1 }),
  ],
  'flip (wrong here)': [augment.flipHorizontal(), augment.flipVertical()],
};

export default {
  slides: '17',
  claim:
    'Rotated, moved, zoomed and noisy copies of images make a model generalize better; copies that are no longer digits make it worse.',
  torch:
    'MNIST, long form of the lab (test accuracy, Regulus and PyTorch 1.13): none 0.897 and 0.899, turned and moved 0.935 and 0.937.',
  async program(seed) {
    const { train, test } = framed(seed);
    const right = {};
    for (const [name, changes] of Object.entries(KINDS)) {
      const model = nn.sequential([
        nn.conv2d(8, 3, { padding: 'same', activation: 'relu' }),
        nn.maxPool2d(2),
        nn.conv2d(16, 3, { padding: 'same', activation: 'relu' }),
        nn.maxPool2d(2),
        nn.flatten(),
        nn.dense(64, { activation: 'relu' }),
        nn.dense(10),
      ]);
      await fit(model, train, {
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.005 }),
        epochs: 40,
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
      { title: 'Accuracy on new digits, 300 training images' },
    ),
  margins: [
    { what: 'accuracy with translation minus none', of: (r) => r.translate - r.none, least: 0.01 },
    { what: 'accuracy with all four minus none', of: (r) => r['all four'] - r.none, least: 0.01 },
    { what: 'accuracy with flips minus none', of: (r) => r['flip (wrong here)'] - r.none, most: -0.03 },
  ],
};
