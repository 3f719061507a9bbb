// For runtimes without a test runner here: prints the hashes of a saved pipeline's answers, and of a training that
// goes on from a checkpoint; then how many threads compute, and the hash of the
// weights, for each number asked for. A process that does not end is kept alive by its threads.
import * as regulus from '../../dist/index.js';
import { resumedHash } from './resumed.ts';
import { answeredHash } from './saved.ts';
import { THREADS, trainedHash } from './training.ts';

console.log(await answeredHash(regulus));
console.log(await resumedHash(regulus));
for (const count of THREADS) {
  const threads = await regulus.setThreads(count);
  console.log(threads, await trainedHash(regulus));
}
