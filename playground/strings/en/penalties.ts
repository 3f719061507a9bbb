import type { TabStrings } from '../en.js';

export const penalties: TabStrings = {
  title: 'Penalties',
  groups: { penalty: 'Penalty', bowl: 'Loss without penalty', run: 'Run' },
  fields: {
    seed: { label: 'Seed', hint: 'Decides the random bowls' },
    form: { label: 'Given as' },
    lambda: { label: 'λ', hint: 'L1 adds λ‖w‖₁ to the loss, L2 adds (λ/2)‖w‖²' },
    radius: { label: 'Radius', hint: 'The largest norm that the weights may have' },
    w1: { label: 'Optimum: w₁' },
    w2: { label: 'Optimum: w₂' },
    stretch: { label: 'Stretch', hint: 'How many times more the bowl is curved across than along' },
    angle: { label: 'Angle in degrees', hint: 'The direction in which the bowl is long' },
    cloud: { label: '1,000 random bowls', hint: 'Where their solutions lie, for this λ or radius' },
    steps: { label: 'Steps' },
  },
  options: { penalty: 'Penalty λ', ball: 'Largest norm' },
  presets: {
    corner: {
      title: 'L1 sticks to a corner',
      look: 'The same loss twice: its contours first touch the diamond of L1 in a corner, where w₁ is exactly 0, but the disc of L2 beside the axis. Drag the optimum about: L1 stays in the corner for a whole range of places, L2 in none.',
    },
    between: {
      title: 'No corner',
      look: 'Both inputs matter equally here, and the contours touch the diamond in the middle of an edge: L1 shrinks both weights and keeps them. Sparsity is not certain, only likely.',
    },
    strong: {
      title: 'Nothing left',
      look: 'With a large λ the diamond of L1 shrinks to a point: both weights are exactly 0. L2 never gets there, however large λ is.',
    },
    radius: {
      title: 'Radius instead of λ',
      look: 'The other end of the same link: the norm is limited, and each step is projected back into the diamond or disc. Below each picture stands the λ that has the same solution.',
    },
    correlated: {
      title: 'Correlated inputs',
      look: 'A long valley across the axes: the data hardly tell the two weights apart, only their sum. L1 keeps one of them and drops the other; L2 shares the weight between both.',
    },
    bowls: {
      title: '1,000 random bowls',
      look: 'Each dot is the solution for another random loss. With L1 a large share lies exactly on an axis, so that a weight is 0; with L2 none does. Move λ and watch the shares.',
    },
  },
  verdicts: {
    sparse: 'L1 has set a weight to exactly 0: ({a1}, {a2}). L2 keeps both: ({b1}, {b2}).',
    dense: 'Both keep both weights: L1 ({a1}, {a2}), L2 ({b1}, {b2}).',
    empty: 'L1 has set both weights to exactly 0. L2 has only shrunk them: ({b1}, {b2}).',
    moving: 'After {step} steps the weights are still on their way.',
    cloud: 'A weight is exactly 0 in {l1} % of {bowls} bowls with L1, and in {l2} % with L2.',
  },
  words: {
    l1: 'L1: λ‖w‖₁',
    l2: 'L2: (λ/2)‖w‖²',
    panel:
      'Contours of the loss around ({x}, {y}), and the region with norm {radius}; the solution with {name} is ({a}, {b})',
    optimum: 'Optimum, at {place}. Arrow keys move it.',
    turn: 'Direction of the bowl, {angle} degrees. Arrow keys move it.',
    solution: 'w = ({a}, {b})',
    equal: 'λ = {lambda} and radius {radius} have the same solution.',
    exact: ' One weight is exactly 0.',
    both: ' Both weights are exactly 0.',
    free: 'The optimum is within the region: nothing holds it back.',
    help: 'Drag the optimum, or click a place; turn the bowl by the handle at its side. The thick contour touches the region in the solution; the dotted line is where it goes as λ grows.',
    weights: 'Weights',
    weightsLabel: 'Bars of w₁ and w₂ without a penalty, with L1 and with L2',
    none: 'none',
    share: '{share} % on an axis',
    status: 'Step {step} of {steps}. L1: w = {one}. L2: w = {two}.',
  },
};
