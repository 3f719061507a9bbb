import { readFileSync } from 'node:fs';
import { adam, dataset, fit, mse, nn } from '../../dist/index.js';

/** The program that trains in a worker, with the entries that it imports. */
export const program = (entry = 'regulus', worker = 'regulus/worker'): string =>
  readFileSync('test/package/programs/inWorker.js', 'utf8')
    .replace("'ENTRY'", `'${entry}'`)
    .replace("'WORKER'", `'${worker}'`);

/** What the program answers wherever a worker starts: how fit ends, and its parameters to the bit. */
export async function expected(): Promise<string> {
  const data = dataset({ x: [[0], [1], [2]], y: [[0.5], [1.5], [2.5]] });
  const model = nn.sequential([nn.dense(1)]);
  const { history, stopped } = await fit(model, data, { loss: mse(), optimizer: adam(), epochs: 3 });
  const words = Object.values(model.state()).flatMap((values) => [...new Uint32Array(values.slice().buffer)]);
  return `${history.length} epochs, ${stopped.reason}, ${words.join(' ')}`;
}

/** What it adds, once, where none starts and it trains in the page. */
export const HERE = '; trainInWorker: trains in this thread, as fit does: ';
