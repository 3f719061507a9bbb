// A worker process: node worker.mjs url lockSeconds workers
import { worker } from '../../dist/sweep.js';

const [url, lockSeconds, workers] = process.argv.slice(2);
const module = new URL('./studies.mjs', import.meta.url);
const running = await worker({ url, module, lockSeconds: Number(lockSeconds), workers: Number(workers) });
console.log('ready');
process.on('SIGTERM', async () => {
  await running.close();
  process.exit();
});
