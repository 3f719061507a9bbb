import { integer } from '../../options.js';
import { cos, sin } from '../../random/hostMath.js';
import type { Dataset } from '../columns.js';
import { fromMemory } from '../fromMemory.js';
import { drawn, type SyntheticOptions } from './options.js';

type Point = readonly [number, number];

/** Rows [x₁, x₂] with labels that go round: row i is of class i mod classes. */
function plane(
  name: string,
  options: SyntheticOptions & { classes?: number },
  usual: number,
  point: (label: number, random: () => number, classes: number) => Point,
  { more = [], noise: deviation }: { more?: readonly string[]; noise?: number } = {},
): Dataset {
  const { n, noise, random } = drawn(name, options, more, deviation);
  const classes = integer(name, 'classes', options.classes ?? usual, 2);
  const x = new Float32Array(2 * n);
  const y = Int32Array.from({ length: n }, (_, i) => i % classes);
  y.forEach((label, i) => {
    const [a, b] = point(label, () => random.uniform(), classes);
    x[2 * i] = a + random.normal(noise);
    x[2 * i + 1] = b + random.normal(noise);
  });
  return fromMemory({ x, shape: [2], y, classes });
}

/** Arms of a spiral of one turn around the origin, one for each class (default 3).
 *  @example datasets.spirals({ n: 300, noise: 0.1, seed: 1 }) */
export function spirals(options: SyntheticOptions & { classes?: number } = {}): Dataset {
  return plane(
    'spirals',
    options,
    3,
    (label, random, classes) => {
      const t = random();
      const angle = 2 * Math.PI * (t + label / classes);
      return [2 * t * cos(angle), 2 * t * sin(angle)];
    },
    { more: ['classes'] },
  );
}

/** Two half circles that reach into one another. */
export const moons = (options: SyntheticOptions = {}): Dataset =>
  plane('moons', options, 2, (label, random) => {
    const angle = Math.PI * random();
    return label ? [1 - cos(angle), 0.5 - sin(angle)] : [cos(angle), sin(angle)];
  });

/** A circle of radius ½ within one of radius 1. */
export const circles = (options: SyntheticOptions = {}): Dataset =>
  plane('circles', options, 2, (label, random) => {
    const angle = 2 * Math.PI * random();
    const radius = label ? 0.5 : 1;
    return [radius * cos(angle), radius * sin(angle)];
  });

/** Four squares; the label is whether the signs of x₁ and x₂ differ: no line separates the classes. */
export const xor = (options: SyntheticOptions = {}): Dataset =>
  plane('xor', options, 2, (label, random) => {
    const [a, b, left] = [random(), random(), random() < 0.5];
    const sign = left ? -1 : 1;
    return [sign * (0.1 + 0.9 * a), sign * (label ? -1 : 1) * (0.1 + 0.9 * b)];
  });

/** Clouds around the corners of a regular polygon of radius 1, one for each class (default 2). `noise` is their deviation. */
export function gaussians(options: SyntheticOptions & { classes?: number } = {}): Dataset {
  return plane(
    'gaussians',
    options,
    2,
    (label, _, classes) => {
      const angle = (2 * Math.PI * label) / classes;
      return [cos(angle), sin(angle)];
    },
    { more: ['classes'], noise: 0.5 },
  );
}
