// For runtimes without a test runner here: prints the hash of the weights.
import * as regulus from '../../dist/index.js';
import { trainedHash } from './training.ts';

console.log(await trainedHash(regulus));
