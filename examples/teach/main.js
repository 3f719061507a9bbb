import { accuracy, adam, crossEntropy, dataset, embed, kFold, l2, nn, saveSafetensors } from 'regulus';
import { toOnnx } from 'regulus/formats';
import { trainInWorker } from 'regulus/worker';
import { cuts, random, read, upTo } from './backbone.js';
import { breath, camera, pixelsOf } from './pictures.js';

const element = (id) => document.getElementById(id);
const say = (text, where = 'status') => {
  element(where).textContent = text;
};

/** The network that looks, and the shape of the images that it takes. */
let backbone = random();
let shape = [48, 48, 3];
/** The network that was chosen, before it was cut. */
let chosen;
/** What the backbone says of each picture, by kind. */
const kinds = [];
/** The trained network, from pixels to classes, and the names of these. */
let model;
let names = [];

function addKind() {
  const item = element('kind').content.cloneNode(true).firstElementChild;
  const kind = { item, features: [] };
  const part = (name) => item.querySelector(`.${name}`);
  part('name').value = `kind ${kinds.length + 1}`;
  part('name').addEventListener('input', ready);
  part('capture').disabled = element('video').hidden;
  part('capture').addEventListener('click', () => capture(kind));
  part('files').addEventListener('change', ({ target }) => addFiles(kind, target));
  part('forget').addEventListener('click', () => {
    kind.features = [];
    part('pictures').replaceChildren();
    ready();
  });
  kinds.push(kind);
  element('kinds').append(item);
  ready();
}

/** Looks at a picture once, and keeps what the backbone says. */
async function look(kind, source) {
  const canvas = document.createElement('canvas');
  const pixels = pixelsOf(source, shape, canvas);
  const one = dataset({ x: pixels, shape });
  kind.features.push(embed(backbone, one).x);
  kind.item.querySelector('.pictures').prepend(canvas);
  ready();
  await breath();
}

async function capture(kind) {
  for (let i = 0; i < 10; i++) {
    await look(kind, element('video'));
    await new Promise((next) => setTimeout(next, 100));
  }
}

async function addFiles(kind, input) {
  const files = [...input.files];
  input.value = '';
  for (const file of files)
    try {
      await look(kind, await createImageBitmap(file));
    } catch {
      say(`${file.name} is no picture that this browser reads`);
    }
}

const seen = () => kinds.filter(({ features }) => features.length);
const nameOf = ({ item }) => item.querySelector('.name').value.trim();

/** Says how many pictures there are, and whether training can begin. */
function ready() {
  for (const { item, features } of kinds)
    item.querySelector('.count').value = features.length === 1 ? '1 picture' : `${features.length || 'no'} pictures`;
  const named = seen().map(nameOf);
  const distinct = new Set(named).size === named.length && !named.includes('');
  element('train').disabled = seen().length < 2 || !distinct;
  if (!distinct) say('Give each kind a name of its own.');
}

async function train() {
  element('train').disabled = true;
  names = seen().map(nameOf);
  const x = seen().flatMap(({ features }) => features.map((row) => [...row]));
  const y = seen().flatMap(({ features }, i) => features.map(() => names[i]));
  const data = dataset({ x, y, classes: names });
  // A fifth of the pictures is not learned from where there are enough: they tell how well it does on new ones.
  const enough = seen().every(({ features }) => features.length >= 5);
  const { train: part, validation } = enough ? kFold(data, 5, { seed: 1 })[0] : { train: data };
  try {
    say('Training …');
    const head = nn.sequential([
      nn.dense(64, { activation: 'relu' }),
      nn.dropout({ keep: 0.8 }),
      nn.dense(names.length),
    ]);
    const training = trainInWorker(head, part, {
      validation,
      loss: crossEntropy(),
      metrics: [accuracy()],
      optimizer: adam({ learningRate: 3e-3 }),
      penalties: [l2(1e-4)],
      epochs: 40,
      batchSize: 16,
      seed: 1,
    });
    let last;
    for await (const epoch of training) {
      last = epoch;
      say(`Training: epoch ${epoch.epoch} of 40`);
    }
    model = nn.sequential([nn.frozen(backbone), (await training.result).model]);
    const right = (100 * (last.validation ?? last.train).accuracy).toFixed(0);
    say(
      validation
        ? `Trained: right about ${right}% of ${validation.size} pictures that it had not seen.`
        : `Trained: right about ${right}% of the pictures that it has learned from. Five of each kind would tell how well it does on new ones.`,
    );
    element('try').disabled = false;
    element('exports').hidden = false;
    element('bars').replaceChildren(...names.map(bar));
    if (!element('video').hidden) watch(model);
  } catch (error) {
    say(`Training failed: ${error.message}`);
  } finally {
    ready();
  }
}

function bar(name) {
  const item = document.createElement('li');
  const meter = Object.assign(document.createElement('meter'), { min: 0, max: 1, value: 0 });
  meter.setAttribute('aria-label', `probability of ${name}`);
  item.append(`${name} `, meter);
  return item;
}

/** Shows how probable each kind is for a picture. */
function judge(source) {
  const { labels, probabilities } = model.classify(dataset({ x: pixelsOf(source, shape), shape }));
  const shares = probabilities.data();
  element('bars')
    .querySelectorAll('meter')
    .forEach((meter, i) => {
      meter.value = shares[i];
    });
  return `${names[labels[0]]}, ${(100 * shares[labels[0]]).toFixed(0)}% sure`;
}

/** Judges what the camera sees as long as the model is the last one. */
async function watch(now) {
  while (model === now && !element('video').hidden) {
    judge(element('video'));
    await new Promise((next) => setTimeout(next, 150));
  }
}

/** Another backbone says other things of the pictures: they have to be shown again. */
function use(next, of, text) {
  backbone = next;
  shape = of;
  model = undefined;
  element('try').disabled = true;
  element('exports').hidden = true;
  for (const { item } of kinds) item.querySelector('.forget').click();
  say(text, 'backbone');
}

async function choose() {
  try {
    chosen = await read([...element('network').files]);
    const paths = cuts(chosen);
    element('cut').replaceChildren(...paths.map((path) => new Option(path, path)));
    element('cut').value = paths[paths.length - 1];
    cut();
  } catch (error) {
    say(`This network cannot be used: ${error.message}`, 'backbone');
  }
}
function cut() {
  if (!chosen) return;
  try {
    const size = chosen.shape ?? [96, 96, 3];
    if (size.length !== 3) throw new Error(`it takes examples of [${size.join(', ')}], which are no images`);
    const path = element('cut').value;
    use(
      upTo(chosen, path, Number(element('range').value)),
      size,
      `Your network, up to ${path}: images of ${size[0]} × ${size[1]}.`,
    );
  } catch (error) {
    say(`This network cannot be used: ${error.message}`, 'backbone');
  }
}

function save(bytes, name) {
  const link = Object.assign(document.createElement('a'), {
    href: URL.createObjectURL(new Blob([bytes])),
    download: name,
  });
  link.click();
  URL.revokeObjectURL(link.href);
}

element('network').addEventListener('change', choose);
element('cut').addEventListener('change', cut);
element('range').addEventListener('change', cut);
element('more').addEventListener('click', addKind);
element('train').addEventListener('click', train);
element('try').addEventListener('change', async ({ target }) => {
  const [file] = target.files;
  if (file && model) say(judge(await createImageBitmap(file)));
  target.value = '';
});
element('save').addEventListener('click', () => {
  save(saveSafetensors(model, { metadata: { classes: JSON.stringify(names) } }), 'taught.safetensors');
});
element('onnx').addEventListener('click', () => save(toOnnx(model, { probabilities: true }), 'taught.onnx'));
element('camera').addEventListener('click', async () => {
  try {
    await camera(element('video'));
    for (const button of document.querySelectorAll('.capture')) button.disabled = false;
    if (model) watch(model);
  } catch (error) {
    say(`No camera: ${error.message}. Add files instead.`);
  }
});
addKind();
addKind();
