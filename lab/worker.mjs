// Proves one claim after another, as their names come.
import { parentPort, workerData } from 'node:worker_threads';
import { pictures } from 'regulus/pictures';
import { prove } from './prove.mjs';

parentPort.on('message', async (name) => {
  if (name === null) {
    parentPort.close();
    return;
  }
  parentPort.postMessage(await prove(name, { ...workerData, pictures }));
});
