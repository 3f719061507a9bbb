// A page that trains in a worker, twice. ENTRY and WORKER are the package's entries, or where they are served.
import { adam, dataset, mse, nn } from 'ENTRY';
import { trainInWorker } from 'WORKER';

const warnings = [];
console.warn = (text) => warnings.push(text);

/** Epochs that the loop saw, how training ended, and the parameters to the bit. */
async function trained() {
  const data = dataset({ x: [[0], [1], [2]], y: [[0.5], [1.5], [2.5]] });
  const model = nn.sequential([nn.dense(1)]);
  const training = trainInWorker(model, data, { loss: mse(), optimizer: adam(), epochs: 3 });
  let epochs = 0;
  for await (const _ of training) epochs++;
  const { run } = await training.result;
  const words = Object.values(model.state()).flatMap((values) => [...new Uint32Array(values.slice().buffer)]);
  return `${epochs} epochs, ${run.stopped.reason}, ${words.join(' ')}`;
}

trained()
  .then(async (first) => `${first}${(await trained()) === first ? '' : ', then otherwise'}`)
  .catch(String)
  .then((answer) => {
    document.title = [answer, ...warnings].join('; ');
  });
