// A searching process: node search.mjs url study options space
import { choice, redis, search, uniform } from '../../dist/sweep.js';

const [url, study, options, ms] = process.argv.slice(2);
const space = { x: uniform(0, 1), ms: choice([Number(ms)]) };
console.log('begins');
const found = await search(study, space, { ...JSON.parse(options), engine: redis({ url }) });
console.log(found.table());
