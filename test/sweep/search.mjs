// A searching process: node search.mjs url study options ms; without a url in threads.
import { choice, redis, search, threads, uniform } from '../../dist/sweep.js';

const [url, study, options, ms] = process.argv.slice(2);
const module = new URL('./studies.mjs', import.meta.url);
const engine = url === '-' ? threads({ module, workers: 2 }) : redis({ url });
const space = { x: uniform(0, 1), ms: choice([Number(ms)]) };
const onTrial = () => console.error('heard of a trial');
const found = await search(study, space, { ...JSON.parse(options), engine, onTrial });
console.log(found.table());
