import type { TabStrings } from '../en.js';

export const batches: TabStrings = {
  title: 'Batches',
  groups: { batch: 'Batch and rate', data: 'Data', start: 'Start', run: 'Run' },
  fields: {
    seed: { label: 'Seed', hint: 'Decides the data and the batches' },
    batch: { label: 'Batch size', hint: 'Rows from which each step takes its gradient, of 1,024' },
    rate: { label: 'Learning rate' },
    decay: { label: 'Falling rate', hint: 'Down to a hundredth, in a line over all steps' },
    noise: { label: 'Noise', hint: 'The standard deviation of the targets around the truth' },
    w1: { label: 'Start: w₁' },
    w2: { label: 'Start: w₂' },
    steps: { label: 'Steps' },
  },
  options: {
    ...Object.fromEntries([1, 2, 4, 8, 16, 32, 64, 128, 256].map((n) => [n, String(n)])),
    all: 'All rows',
  },
  presets: {
    fan: {
      title: 'The fan',
      look: 'The thick arrow is the step that all 1,024 rows ask for; the thin ones are steps that other batches of 8 would make. Larger batches close the fan, but slowly: four times the rows, half the error. Drag the size.',
    },
    online: {
      title: 'One row at a time',
      look: 'Each step listens to a single row. On the slope most arrows point downwards all the same; near the minimum the noise is all that is left, and the path wanders about without end. It has cost only 120 rows.',
    },
    whole: {
      title: 'All rows',
      look: 'The whole training set leaves nothing to chance: one arrow, a smooth path, and it comes to rest. Each of its steps costs as much as 1,024 steps of one row.',
    },
    'large-batch': {
      title: 'Large batch',
      look: 'With 128 rows the path is hardly to be told from that of all rows, for an eighth of the cost. More rows would change little: that is why batches are small.',
    },
    'falling-rate': {
      title: 'Falling rate',
      look: 'Two rows a step, but the rate falls: far away the steps are bold, near the minimum they are small, and the noise averages out. The path comes to rest, after fewer rows than one step of the whole set takes.',
    },
  },
  verdicts: {
    rest: 'It has come to rest: the loss is {excess} above the least, after {rows} rows. The error of the gradient falls with the size to the power {slope}.',
    ball: 'It wanders around the minimum: the loss stays {excess} above the least, after {rows} rows. Let the rate fall, or take larger batches.',
    diverged: 'Diverged within {steps} steps: this rate is too large for such noise.',
  },
  words: {
    plane: 'Steps that batches ask for',
    planeLabel:
      'Contours of the loss over two weights, the path to {place}, and the steps of 64 batches of {size} rows',
    start: 'Start, at {place}. Arrow keys move it.',
    size: 'Batch size {size}. Arrow keys change it.',
    errors: 'Error of the gradient by batch size',
    errorsLabel: 'Errors of gradients by batch size on logarithmic scales; they fall with a slope of {slope}',
    cost: 'Batches of {n}: error {error}; batches of {four}: about {half}. Measured slope {slope}; the dashed line has −½, as σ/√n does.',
    exact: 'All rows: no error at all. The dashed line has the slope −½, as σ/√n does; measured: {slope}.',
    losses: 'Loss above the least, by step',
    lossesLabel: 'The loss above the least, by step, on a logarithmic scale',
    help: 'Thick: the step of all rows. Thin: those of 64 batches. Arrows are three times as long as steps at the full rate. Drag the start, or click a place.',
    status: 'Step {step} of {steps} · batches of {n}, {rows} rows so far · loss {excess} above the least',
  },
};
