// 1,000 training and 1,000 validation images of MNIST for each seed, and its 10,000 test images. MNIST is not part of the project: give its
// folder by REGULUS_SHARED (…/data/mnist) or by --data.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readIdx } from '../../dist/node.js';

const ROWS = 1000;
/** Validation images come from the end of the training set. */
const VALIDATION = 50_000;

/** Every ten rows have three wrong labels, each shifted by another number. */
const wrong = (y, i) => ([0, 3, 7].includes(i % 10) ? (y + 1 + (Math.floor(i / 10) % 9)) % 10 : y);

/** The whole of MNIST, or undefined where it is not there. */
export async function mnist(folder) {
  if (!existsSync(folder)) return undefined;
  const read = (name) =>
    readIdx(join(folder, `${name}-images-idx3-ubyte.gz`), join(folder, `${name}-labels-idx1-ubyte.gz`));
  return { all: await read('train'), test: await read('t10k') };
}

/** What a run with this seed sees. Wrong labels are in training and validation set; the test's are right. */
export function sample({ all, test }, seed, noisy) {
  const part = (begin) => {
    const rows = all.slice(begin, begin + ROWS);
    if (!noisy) return rows;
    const [target] = rows.targets;
    return rows.with({ targets: [{ ...target, values: target.values.map(wrong) }] });
  };
  return { train: part(ROWS * seed), validation: part(VALIDATION + ROWS * seed), test };
}
