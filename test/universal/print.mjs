// For runtimes without a test runner here: prints how many threads compute, and the hash of the weights, for each number asked for. A process
// that does not end is kept alive by its threads.
import * as regulus from '../../dist/index.js';
import { THREADS, trainedHash } from './training.ts';

for (const count of THREADS) {
  const threads = await regulus.setThreads(count);
  console.log(threads, await trainedHash(regulus));
}
