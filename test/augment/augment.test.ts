import { describe, expect, test } from 'vitest';
import { drawing, shapeAfter, still } from '../../src/augment/augmentation.js';
import * as augment from '../../src/augment/index.js';
import { compile } from '../../src/compile/compile.js';
import { dataset } from '../../src/data/index.js';
import { OptionError, ShapeError } from '../../src/errors.js';
import { constant } from '../../src/graph/leaves.js';
import { counter } from '../../src/graph/trace.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { seedKey } from '../../src/random/keys.js';
import { randomGenerator, tensor, zeros } from '../../src/tensor/index.js';
import '../../src/tensor/methods.js';

type Augmentation = augment.Augmentation;
const setting = (step = 0, seed = 0) => drawing(seedKey(seed), constant(Int32Array.of(step), [1]));
const trained = (a: Augmentation, x: Tensor, step = 0, seed = 0): Tensor => a.apply({ x }, setting(step, seed)).x;
const images = randomGenerator(5).uniform([6, 9, 8, 3], { low: 0.5 });

/** One row gives an augmentation the tests that all of them have. */
const ROWS: {
  name: keyof typeof augment;
  make: () => Augmentation;
  config: Record<string, unknown>;
  /** The size of the result for an image of 9×8×3, where it changes. */
  size?: number[];
  wrong: [attempt: () => unknown, text: string][];
}[] = [
  {
    name: 'flipHorizontal',
    make: () => augment.flipHorizontal(),
    config: { p: 0.5 },
    wrong: [
      [() => augment.flipHorizontal({ p: 1.5 }), 'flipHorizontal: p is 1.5; it must be a number from 0 to 1'],
      [() => augment.flipHorizontal({ q: 1 } as never), "flipHorizontal: unknown option 'q'. Known: p"],
    ],
  },
  {
    name: 'flipVertical',
    make: () => augment.flipVertical({ p: 0.3 }),
    config: { p: 0.3 },
    wrong: [[() => augment.flipVertical({ p: -1 }), 'flipVertical: p is -1; it must be a number from 0 to 1']],
  },
  {
    name: 'rotate',
    make: () => augment.rotate({ degrees: 10 }),
    config: { degrees: 10 },
    wrong: [
      [
        () => augment.rotate(undefined as never),
        'rotate: options must be an object like { degrees: … }, not undefined',
      ],
      [() => augment.rotate({ degrees: -5 }), 'rotate: degrees is -5; it must be a number from 0 to 360'],
      [() => augment.rotate(5 as never), 'rotate: options must be an object like { degrees: … }, not 5'],
    ],
  },
  {
    name: 'zoom',
    make: () => augment.zoom({ range: [0.8, 1.5] }),
    config: { range: [0.8, 1.5] },
    wrong: [
      [
        () => augment.zoom({ range: [1.2, 0.9] }),
        'zoom: range is [1.2, 0.9]; it must be factors [low, high] above 0, low not above high',
      ],
      [
        () => augment.zoom({ range: 1 }),
        'zoom: range is 1; it must be factors [low, high] above 0, low not above high',
      ],
    ],
  },
  {
    name: 'scale',
    make: () => augment.scale({ x: 0.2, y: [0.9, 1.4] }),
    config: { x: 0.2, y: [0.9, 1.4] },
    wrong: [
      [() => augment.scale({}), 'scale: give x, y or both, as in scale({ x: [0.9, 1.1] })'],
      [
        () => augment.scale({ y: [0, 1] }),
        'scale: y is [0, 1]; it must be factors [low, high] above 0, low not above high',
      ],
    ],
  },
  {
    name: 'translate',
    make: () => augment.translate({ pixels: 2 }),
    config: { pixels: 2 },
    wrong: [[() => augment.translate({ pixels: -1 }), 'translate: pixels is -1; it must be a number from 0']],
  },
  {
    name: 'crop',
    make: () => augment.crop({ size: [5, 6] }),
    config: { size: [5, 6] },
    size: [5, 6, 3],
    wrong: [
      [() => augment.crop({}), 'crop: give size, as in crop({ size: 24 }), or padding, as in crop({ padding: 4 })'],
      [() => augment.crop({ size: 0 }), 'crop: size is 0; it must be a whole number from 1, or [height, width]'],
      [
        () => trained(augment.crop({ size: 9 }), images),
        'crop: a piece of [9, 9] does not fit images of [9, 8] with a padding of [0, 0]; take a smaller size',
      ],
    ],
  },
  {
    name: 'gaussianNoise',
    make: () => augment.gaussianNoise({ std: 0.1 }),
    config: { std: 0.1 },
    wrong: [[() => augment.gaussianNoise({ std: -1 }), 'gaussianNoise: std is -1; it must be a number from 0']],
  },
  {
    name: 'cutout',
    make: () => augment.cutout({ size: 3 }),
    config: { size: 3 },
    wrong: [
      [
        () => augment.cutout({} as never),
        'cutout: size is undefined; it must be a whole number from 1, or [height, width]',
      ],
    ],
  },
  {
    name: 'mixup',
    make: () => augment.mixup({ alpha: 0.4 }),
    config: { alpha: 0.4 },
    wrong: [[() => augment.mixup({ alpha: 0 }), 'mixup: alpha is 0; it must be a finite number above 0']],
  },
  {
    name: 'cutmix',
    make: () => augment.cutmix({ alpha: 1 }),
    config: { alpha: 1 },
    wrong: [[() => augment.cutmix({ alpha: -1 }), 'cutmix: alpha is -1; it must be a finite number above 0']],
  },
  {
    name: 'compose',
    make: () => augment.compose([augment.rotate({ degrees: 9 }), augment.zoom({ range: 0.1 })]),
    config: { parts: expect.anything() },
    wrong: [
      [() => augment.compose([]), 'compose: takes a list of augmentations, not an empty one'],
      [() => augment.compose(augment.rotate as never), 'compose: takes a list of augmentations, not a function'],
      [
        () => augment.compose([augment.rotate] as never),
        'compose: entry 0 is a function; augmentations are made by calling, such as augment.rotate({ degrees: 10 })',
      ],
    ],
  },
];
test('every augmentation has a row', () => {
  expect([...ROWS.map(({ name }) => name), 'preview'].sort()).toEqual(Object.keys(augment).sort());
});

describe.each(ROWS)('$name', ({ name, make, config, size, wrong }) => {
  const made = make();
  const results = Array.from({ length: 8 }, (_, step) => trained(made, images, step).data());
  test('keeps the shape, or says which one comes after', () => {
    const shape = size ?? [9, 8, 3];
    expect(trained(made, images).shape).toEqual([6, ...shape]);
    expect(shapeAfter(made, [9, 8, 3])).toEqual(shape);
  });
  test('draws the same for the same seed and step, and anew for others', () => {
    expect(trained(make(), images, 3).data()).toEqual(results[3]);
    expect(new Set(results.map(String)).size).toBeGreaterThan(5); // there are only 64 ways to mirror six images

    const others = results.map((_, step) => String(trained(made, images, step, 1).data()));
    expect(others).not.toEqual(results.map(String));
  });
  test('draws in a program that is run again what it draws alone', () => {
    // The counter of a compiled function's runs is the step.
    const run = compile(
      (x: Tensor) =>
        made.apply(
          { x },
          drawing(
            seedKey(0),
            counter(() => 0),
          ),
        ).x,
    );
    for (const expected of results) expect(run(images).data()).toEqual(expected);
    run.dispose();
  });
  test('does not draw in evaluation', () => {
    const y = tensor([0, 1, 2, 0, 1, 2]);
    const batch = made.apply({ x: images, y, classes: 3 }, still);
    expect([batch.y, batch.classes]).toEqual([y, 3]);
    if (!size) expect(batch.x).toBe(images);
  });
  test('carries its configuration', () => {
    expect(made.config).toEqual({ name, options: config });
  });
  test.each(wrong)('refuses what cannot be: %#', (attempt, text) => {
    expect(attempt).toThrow(text);
    expect(attempt).toThrow(name === 'crop' && text.includes('fit') ? ShapeError : OptionError);
  });
  const needsImages = name !== 'gaussianNoise' && name !== 'mixup';
  test(needsImages ? 'wants images' : 'takes any rows', () => {
    const attempt = () => trained(made, zeros([4, 7])).data();
    if (needsImages) expect(attempt).toThrow(new ShapeError(`${name}: x is [4, 7]; it must be [n, h, w, channels]`));
    else expect(attempt().length).toBe(28);
  });
});

test('nothing is drawn in evaluation, by nobody', () => {
  expect(() => still.draw()).toThrow(
    'augment: random numbers are drawn in training only; return the batch as it is in evaluation',
  );
});

describe('preview', () => {
  test('shows what the first steps of a seed see', () => {
    const rotate = augment.rotate({ degrees: 20 });
    const shown = augment.preview(rotate, images, { seed: 3, draws: 2 });
    expect(shown.shape).toEqual([2, 6, 9, 8, 3]);
    const steps = [0, 1].flatMap((step) => [...trained(rotate, images, step, 3).data()]);
    expect([...shown.data()]).toEqual(steps);
  });
  test('takes data sets, whose bytes are scaled', () => {
    const data = dataset({ x: Uint8Array.of(0, 51, 255, 102), shape: [1, 2, 1], scale: 1 / 255, y: [0, 1] });
    const shown = augment.preview(augment.flipHorizontal({ p: 1 }), data);
    expect(shown.shape).toEqual([1, 2, 1, 2, 1]);
    // Scaled in float32, as the kernel of a training does.
    expect([...shown.data()]).toEqual([51, 0, 102, 255].map((v) => Math.fround(v * Math.fround(1 / 255))));
  });
  test.each<[() => unknown, string]>([
    [
      () => augment.preview(augment.flipVertical(), images, { draws: 0 }),
      'preview: draws is 0; it must be a whole number from 1 to 65536',
    ],
    [
      () => augment.preview(augment.flipVertical(), images, { draw: 1 } as never),
      "preview: unknown option 'draw'; did you mean 'draws'? Known: seed, draws",
    ],
  ])('%#', (attempt, text) => {
    expect(attempt).toThrow(new OptionError(text));
  });
});
