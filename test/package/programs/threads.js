// A page that computes on two threads. ENTRY is the package, or where it is served.
import { runtimeInfo, setThreads, tensor } from 'ENTRY';

const side = 300;
const x = tensor(
  Array.from({ length: side * side }, (_, i) => ((i * 7919) % 1000) / 1000),
  [side, side],
);
const product = () => x.matmul(x).tanh().toArray().flat();

async function compared() {
  const alone = product();
  const count = await setThreads(2);
  const together = product();
  const same = together.every((value, i) => value === alone[i]) ? 'the same bits' : 'other bits';
  return `${count} threads, ${same}, ${runtimeInfo().reason ?? 'no reason'}`;
}

compared()
  .catch(String)
  .then((answer) => {
    document.title = answer;
  });
