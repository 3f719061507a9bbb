// A page that trains in a worker. ENTRY is the package, or where it is served.
import { adam, dataset, mse, nn } from 'ENTRY';
import { trainInWorker } from 'WORKER';

const data = dataset({ x: [[0], [1], [2]], y: [[0.5], [1.5], [2.5]] });
const options = { loss: mse(), optimizer: adam(), epochs: 3 };
trainInWorker(nn.sequential([nn.dense(1)]), data, options).result.then(
  ({ run }) => {
    document.title = run.report().split(',')[0];
  },
  (error) => {
    document.title = String(error);
  },
);
