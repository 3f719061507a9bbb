/** The rows of the benchmark. Each makes its candidates when its turn comes. `agree` names the results that must be
 *  equal. */
import { cnn, flopsOf, flopsOfImages, flopsOfText, gpt, mlp, product, regularized, rows, tiny } from './problems.mjs';

const candidatesOf = (peers, make) =>
  peers.flatMap((peer) => {
    const made = make(peer);
    return made ? [{ name: peer.name, run: (n) => made.steps(n) }] : [];
  });

/** Dense networks: fit, trainStep, and the other libraries. */
const network = (what, problem, names, more = {}) => ({
  what,
  flops: flopsOf(problem),
  names,
  make: (peers) => {
    const all = candidatesOf(peers, (peer) => peer.trainer?.(problem));
    const fitted = peers[0].fitter(problem);
    return [all[0], { name: 'regulus, fit', run: (n) => fitted.steps(n) }, ...all.slice(1)];
  },
  // Libraries drop different units, so the networks are compared without dropout.
  agreed: (peers) => candidatesOf(peers, (peer) => peer.trainer?.({ ...problem, keep: 1, l2: 0 })),
  ...more,
});

export function rowsOf({ quick }) {
  const sizes = quick ? [[128, 784, 512]] : [128, 256, 512, 1024].map((n) => [n, n, n]).concat([[128, 784, 512]]);
  const matmuls = sizes.flatMap(([m, k, n]) => {
    const { left, right, forms, flops } = product(m, k, n);
    return Object.entries(forms).map(([form, shapes]) => ({
      what: `matmul ${form} ${m}×${k}×${n}`,
      flops,
      names: ['tfjs', 'jax', 'ort', 'torch'],
      make: (peers) => candidatesOf(peers, (peer) => peer.multiplier?.(shapes, left, right)),
      steps: 1,
    }));
  });
  const maps = ['exp', 'tanh', 'softmax'].map((op) => ({
    what: `${op} of ${rows.shape.join('×')}`,
    names: ['tfjs', 'jax', 'torch'],
    make: (peers) => candidatesOf(peers, (peer) => peer.mapper?.(op, rows.x, rows.shape)),
    steps: 0,
  }));
  const slow = quick ? [] : ['cpu'];
  return [
    ...matmuls,
    network('MLP 784-512-256-10, batch 128, Adam', mlp, [
      'tfjs',
      ...slow,
      'jax',
      'torch',
      ...(quick ? [] : ['brain', 'convnet']),
    ]),
    network('+ batch norm, dropout, L2, momentum', regularized, ['tfjs', 'jax', 'torch']),
    {
      what: 'CNN 28×28, 16-32-128-10, batch 64, Adam',
      flops: flopsOfImages,
      names: [...slow, 'jax', 'torch'],
      make: (peers) => candidatesOf(peers, (peer) => peer.convolver?.(cnn)),
    },
    {
      what: 'GPT of 2 blocks, width 128, 4 heads, 16×128 steps, Adam',
      flops: flopsOfText,
      names: ['jax', 'torch'],
      make: (peers) => candidatesOf(peers, (peer) => peer.writer?.(gpt)),
    },
    network('MLP 2-16-16-1, batch 64, tanh, SGD', tiny, ['tfjs', 'cpu', 'jax', 'torch', 'brain', 'convnet'], {
      flops: undefined,
    }),
    ...maps,
    {
      what: 'Adam of 10,000,000 parameters',
      names: ['tfjs', 'torch'],
      make: (peers) => candidatesOf(peers, (peer) => peer.updater?.(10_000_000)),
      steps: 0,
    },
  ];
}
