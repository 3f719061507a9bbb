import type { TabStrings } from '../en.js';

export const initialization: TabStrings = {
  title: 'Initialization',
  groups: { weights: 'First weights', network: 'Network', run: 'Run' },
  fields: {
    seed: { label: 'Seed', hint: 'Decides the weights and the data' },
    sigma: { label: 'σ', hint: 'The standard deviation of all weights before the first step' },
    activation: { label: 'Activation' },
    depth: { label: 'Hidden layers' },
    units: { label: 'Units in each', hint: 'As many inputs too: two clouds of points with so many coordinates' },
    batchNorm: { label: 'Batch normalization' },
    rate: { label: 'Learning rate' },
    steps: { label: 'Steps' },
  },
  options: { tanh: 'tanh', relu: 'ReLU', sigmoid: 'Sigmoid' },
  presets: {
    straight: {
      title: 'Xavier',
      look: 'Twenty layers of tanh, with weights of σ = √(1/64): every histogram keeps its width, forwards and backwards, and the network learns. Now drag σ a little to either side and run again; each run leaves a dot.',
    },
    small: {
      title: 'Too small',
      look: 'With σ = 0.01 each layer gives less than a tenth of what it gets: the histograms are needles, and the last layer hears nothing of the data. Going back, the gradient vanishes in the same way.',
    },
    large: {
      title: 'Too large',
      look: 'With σ = 1 every tanh is at one of its ends, −1 or 1. Going back, the gradient grows from layer to layer: in the first it is a million times that of the last, and the loss leaps about.',
    },
    'by-heart': {
      title: 'A little too large',
      look: 'The training loss falls to 0, but the validation loss does not: points that were near one another come out of the layers far apart, so that the network learns each of them by heart.',
    },
    sinking: {
      title: 'ReLU sinks with Xavier',
      look: 'A ReLU cuts off half of its input, for which Xavier’s weights do not make up: σ falls by √2 in every layer, a thousandfold in twenty, and a hundred steps hardly change the loss.',
    },
    kaiming: {
      title: 'Kaiming for ReLU',
      look: 'The same layers with σ = √(2/64): the 2 makes up for the half that a ReLU cuts off, both lines of deviations lie flat, and the network learns.',
    },
    avalanche: {
      title: 'Avalanche',
      look: 'Nothing limits a ReLU: with σ = 1 each layer multiplies the signal by almost six, and after the first step the loss is not finite any more. The picture is the one before it; red bars hold what lies beyond the scale.',
    },
    zeros: {
      title: 'All weights 0',
      look: 'Every unit of a layer does the same as its neighbours, and so do their gradients: nothing ever tells them apart. Only the last bias could learn.',
    },
    rescued: {
      title: 'Batch normalization',
      look: 'The hopeless σ = 0.01 again, but each layer is normalized over the batch: the histograms are wide at once, and the network learns. Switch it off in the settings, and nothing happens any more.',
    },
  },
  verdicts: {
    learned:
      'It learns: of new points {validation} % are wrong. σ of activations: {first} in layer 1, {last} in layer {depth}.',
    memorized:
      'Learned by heart: {train} % of the training points are wrong, but {validation} % of new ones. The gradient differs by a factor of {fold} between first and last layer.',
    vanished:
      'The signal has vanished: σ of activations falls from {first} in layer 1 to {last} in layer {depth}, and {validation} % of new points are wrong.',
    faded:
      'The gradient has vanished: in the first layer it is {fold} times smaller than in the last, and {validation} % of new points are wrong.',
    exploded:
      'The gradient has exploded: in the first layer it is {fold} times as large as in the last, and {validation} % of new points are wrong.',
    slow: 'It learns slowly: {validation} % of new points are still wrong.',
    symmetric: 'Nothing is learned: units that begin equal stay equal, and {validation} % of answers are wrong.',
    diverged:
      'Diverged after step {step}: σ of activations is {last} in layer {depth}, and the loss is not finite any more.',
  },
  words: {
    stops: 'Deviations with a name',
    zeros: 'Zeros',
    small: 'Too small',
    xavier: 'Xavier',
    kaiming: 'Kaiming',
    large: 'Too large',
    bathtub: 'Wrong answers on new points, % by σ',
    bathtubLabel: 'Wrong answers on new points, for {runs} runs; σ is now {sigma}',
    handle: 'σ of the weights, {sigma}. Arrow keys move it.',
    curves: 'Loss by step',
    curvesLabel: 'Loss of training points, solid, and of new points, dashed; earlier runs grey',
    training: 'training',
    validation: 'validation',
    activations: 'Activations by layer',
    activationsLabel: 'Histograms of activations: σ is {first} in layer 1 and {last} in layer {depth}',
    gradients: 'Gradients by layer',
    gradientsLabel: 'Histograms of gradients: σ is {first} in layer 1 and {last} in layer {depth}',
    profile: 'σ by layer',
    profileLabel: 'Standard deviations of activations, solid, and of gradients, dashed, by layer',
    layer: 'layer',
    help: 'Drag σ, or choose a name; step 0 shows the weights as they were drawn. Gradients are those of the loss with respect to a layer’s activations, drawn on the scale of the last layer; red bars count what lies beyond.',
    status:
      'Step {step} of {steps} · σ = {sigma} · training loss {train}, validation loss {validation} · {error} of new points wrong',
  },
};
