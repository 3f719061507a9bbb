// Prints how a product of the relaxed build differs from that of the base build, before and after.
import { compile, randomGenerator, runtimeInfo, setThreads } from '../../dist/index.js';

const [a, b] = [1, 2].map((seed) => randomGenerator(seed).normal([200, 200]));
const product = compile((x, y) => x.matmul(y));
const base = product(a, b).data();
const apart = (data) => Math.max(...data.map((v, i) => Math.abs(v - base[i])));
await setThreads(1, { relaxed: true });
const { relaxed } = runtimeInfo();
const difference = apart(product(a, b).data());
await setThreads(1);
const back = apart(product(a, b).data()) === 0;
console.log(JSON.stringify({ relaxed, close: difference < 1e-4, equal: difference === 0, back }));
