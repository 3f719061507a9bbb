// Studies for workers: what they learn from depends on nothing else.
import { existsSync, writeFileSync } from 'node:fs';
import { choice, uniform } from '../../dist/sweep.js';

export { training } from './training.js';

/** Fails, is NaN or is pruned now and then. */
export function numbers({ x }, { trial, report }) {
  for (let i = 0; i < 3; i++) report(x + 1 / (i + 1));
  if (trial % 5 === 4) throw new Error(`no ${trial}`);
  return trial % 7 === 6 ? Number.NaN : x;
}

/** Its thread ends at some trials: always at trial 3, and at trial 5 until a file is there. */
export async function deadly({ x, mark }, { trial, signal }) {
  if (trial === 3) process.exit(7);
  if (trial === 5 && !existsSync(mark)) {
    writeFileSync(mark, '');
    setTimeout(() => {
      throw new Error('out of band');
    });
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }
  return x;
}

/** Waits until it is ended. */
export const patient = (_, { signal, trial }) =>
  trial === 0 ? 0 : new Promise((resolve) => signal.addEventListener('abort', () => resolve(1)));

/** Takes so many milliseconds. */
export const slow = ({ x, ms }) => new Promise((resolve) => setTimeout(resolve, ms, x));

/** Its process dies at trial 1. */
export const suicidal = ({ x }, { trial }) => {
  if (trial === 1) process.kill(process.pid, 'SIGKILL');
  return x;
};

/** As numbers, in so many milliseconds. */
export const slowNumbers = async (parameters, context) => {
  await new Promise((resolve) => setTimeout(resolve, parameters.ms));
  return numbers(parameters, context);
};

/** The space of the command line. */
slowNumbers.space = { x: uniform(0, 1), ms: choice([1]) };
