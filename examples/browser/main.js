import { drawCurve } from './curve.js';
import { levels } from './ink.js';
import { pad } from './pad.js';
import { evaluated, prepared, trained } from './training.js';

const element = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(1)}%`;

/** The trained model, when there is one. */
let model;
let stopper = new AbortController();
let history = [];

element('bars').append(
  ...Array.from({ length: 10 }, (_, digit) => {
    const meter = Object.assign(document.createElement('meter'), { min: 0, max: 1, value: 0 });
    meter.setAttribute('aria-label', `probability of ${digit}`);
    const item = document.createElement('li');
    item.append(meter);
    return item;
  }),
);

async function train() {
  const data = prepared();
  stopper = new AbortController();
  history = [];
  busy(true);
  say('Training …');
  try {
    model = await trained(data, {
      signal: stopper.signal,
      onEpoch(record, epochs) {
        history.push(record);
        element('progress').value = record.epoch / epochs;
        element('epoch').textContent = `${record.epoch} of ${epochs}`;
        element('accuracy').textContent = percent(record.validation.accuracy);
        show();
      },
    });
    element('test').textContent = percent(evaluated(model, data));
    element('progress').value = 1;
    say('Trained. Draw a digit.');
    classify();
  } catch (error) {
    say(`Training failed: ${error.message}`);
  } finally {
    busy(false);
  }
}

function busy(training) {
  element('train').disabled = training;
  element('stop').disabled = !training;
  if (!training) element('train').textContent = 'Train again';
}
const say = (text) => {
  element('status').textContent = text;
};
const show = () => drawCurve(element('curve'), history);

/** Shows what the network sees of the drawing, and what it takes it for. */
function classify() {
  const seen = levels(drawing.strokes());
  paint(element('seen'), seen ?? new Array(64).fill(0));
  const meters = element('bars').querySelectorAll('meter');
  if (!seen || !model) {
    for (const meter of meters) meter.value = 0;
    element('prediction').textContent = '–';
    element('certainty').textContent = model ? 'Draw a digit.' : 'Train first, then draw.';
    return;
  }
  const { labels, probabilities } = model.classify([square(seen)]);
  const shares = probabilities.data();
  meters.forEach((meter, digit) => {
    meter.value = shares[digit];
  });
  element('prediction').textContent = String(labels[0]);
  element('certainty').textContent = `${percent(shares[labels[0]])} sure`;
}

/** 64 levels as an image [8, 8, 1]. */
const square = (pixels) =>
  Array.from({ length: 8 }, (_, row) => pixels.slice(8 * row, 8 * row + 8).map((level) => [level]));

function paint(canvas, shades) {
  const context = canvas.getContext('2d');
  const image = context.createImageData(8, 8);
  shades.forEach((level, i) => image.data.set([0, 0, 0, 0].fill(255 - level * 15.9, 0, 3).fill(255, 3), 4 * i));
  context.putImageData(image, 0, 0);
}

const drawing = pad(element('pad'), classify);
element('train').addEventListener('click', train);
element('stop').addEventListener('click', () => stopper.abort());
element('clear').addEventListener('click', () => drawing.clear());
window.addEventListener('resize', show);
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
show();
classify();
