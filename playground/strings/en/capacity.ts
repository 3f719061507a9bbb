import type { TabStrings } from '../en.js';

export const capacity: TabStrings = {
  title: 'Capacity',
  groups: { model: 'Model', data: 'Data' },
  fields: {
    seed: { label: 'Seed', hint: 'Decides the noise' },
    model: { label: 'Model' },
    lambda: { label: 'Weight decay', hint: 'λ of (λ/2)‖w‖², added to the mean squared error' },
    truth: { label: 'Truth' },
    noise: { label: 'Noise', hint: 'How far points are scattered' },
    heights: {
      label: 'Own points',
      hint: 'Ten numbers: the heights of the points from left to right; empty as they are drawn',
    },
  },
  options: {
    polynomial: 'Polynomial',
    neighbors: 'Nearest neighbours',
    parabola: 'Degree 2',
    cubic: 'Degree 3',
    quintic: 'Degree 5',
  },
  presets: {
    degrees: {
      title: 'Degree by degree',
      look: 'Ten noisy points of a parabola. The training error falls with every degree, to 0 at degree 9, whose curve goes through all points; the error on new points is a U. The thin curves are fits to other samples: the more they fan out, the more the fit hangs on luck.',
    },
    shrunk: {
      title: 'Weight decay',
      look: 'The same points and the same degrees, but large weights cost something: the curves stay calm, the fan stays narrow, and the right arm of the U is gone. Move λ.',
    },
    noiseless: {
      title: 'Without noise',
      look: 'Points that lie exactly on the parabola do no harm to any degree: there is nothing but the truth to learn. Add noise, and the U comes back.',
    },
    wiggles: {
      title: 'A harder truth',
      look: 'The truth has degree 5 now. Below it every polynomial is too simple, and both errors are high: underfitting. The U is the same, further to the right.',
    },
    outlier: {
      title: 'One point moved',
      look: 'The fifth point is far too high. A parabola hardly heeds it; degree 9 goes through it, and is far off on both sides. Drag it back, or drag another one.',
    },
    neighbors: {
      title: '1-nearest neighbour',
      look: 'Each place gets the class that most of its k nearest points have. The fewer count, the larger is the capacity: with k = 1 every point has a cell of its own, the training error is exactly 0, and the error on new points is higher than with more neighbours.',
    },
  },
  verdicts: {
    u: 'A U: on new points degree {best} is best, with an error of {least}. Degree 9 has learned its points by heart: training error {train}, but {last} on new points.',
    calm: 'No U: even degree 9 has an error of {last} on new points, and the best of all, degree {best}, has {least}.',
    neighbors:
      'With 1 neighbour no training point is wrong, but {last} % of new ones; with {k} neighbours only {least} %.',
  },
  words: {
    fitLabel: 'A polynomial of degree {degree} through ten points, with fits to twenty other samples',
    regionsLabel: 'The regions of two classes by {k} nearest neighbours, with {points} points',
    errors: 'Mean squared error by degree',
    shares: 'Wrong answers, % by neighbours',
    errorsLabel: 'Errors on training points, solid, and on new points, dashed, by capacity',
    training: 'training',
    validation: 'new points',
    degree: 'Degree {degree}',
    neighbors: 'k = {k}',
    handle: 'Arrow keys change it.',
    point: 'Point at {x}, height {y}. Arrow keys move it.',
    largest: 'The largest weight is {largest}. The grey line is the mean over other samples.',
    help: 'Drag a point up or down, or click above or below it; drag the line in the errors, or take one step at a time. Dots: the truth.',
    helpNeighbors:
      'Blue discs and orange squares are the training points. Drag the line in the errors to choose how many neighbours count.',
    back: 'Points as drawn',
    status: '{name} · training error {train}, error on new points {test}',
  },
};
