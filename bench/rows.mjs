/** The rows of the benchmark. Each makes its candidates when its turn comes. `agree` names the results that must be
 *  equal. */
import {
  cnn,
  flopsOf,
  flopsOfImages,
  flopsOfRecurrent,
  flopsOfResidual,
  flopsOfText,
  forwardFlopsOf,
  gpt,
  gru,
  lstm,
  mlp,
  predicting,
  product,
  regularized,
  residual,
  rows,
  tiny,
} from './problems.mjs';

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
  const maps = ['relu', 'exp', 'tanh', 'softmax'].flatMap((op) => {
    const made = (peers, read) => candidatesOf(peers, (peer) => peer.mapper?.(op, rows.x, rows.shape, read));
    const names = ['tfjs', 'jax', 'torch'];
    const what = `${op} of ${rows.shape.join('×')}`;
    return [
      {
        what,
        names,
        make: ([regulus, ...others]) => [
          { name: 'regulus', run: regulus.kernel(op, rows.x, rows.shape).steps },
          { ...made([regulus], false)[0], name: 'regulus, compiled' },
          ...made(others, false),
        ],
        steps: 0,
      },
      { what: `${what}, read`, names, make: (peers) => made(peers, true), steps: 1 },
    ];
  });
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
      what: 'residual CNN 32×32×3, 8 convolutions, batch 32, momentum',
      flops: flopsOfResidual,
      names: [...(quick ? [] : ['jax']), 'torch'],
      make: (peers) => candidatesOf(peers, (peer) => peer.residual?.(residual)),
    },
    ...[lstm, gru].map((problem) => ({
      what: `${problem.cell.toUpperCase()} 16-64-1, 50 steps, batch 32, Adam`,
      flops: flopsOfRecurrent(problem),
      names: ['tfjs', 'jax', 'torch'],
      make: (peers) => candidatesOf(peers, (peer) => peer.recurrent?.(problem)),
    })),
    {
      what: 'GPT of 2 blocks, width 128, 4 heads, 16×128 steps, Adam',
      flops: flopsOfText,
      names: ['jax', 'torch'],
      make: (peers) => candidatesOf(peers, (peer) => peer.writer?.(gpt)),
    },
    network('MLP 2-16-16-1, batch 64, tanh, SGD', tiny, ['tfjs', 'cpu', 'jax', 'torch', 'brain', 'convnet'], {
      flops: undefined,
    }),
    ...[1, 1024].map((batch) => ({
      what: `predict ${batch === 1 ? 'one row' : '1,024 rows'}, 64-64-10`,
      rows: batch,
      flops: batch === 1 ? undefined : forwardFlopsOf({ ...predicting, batch }),
      names: ['tfjs', 'jax', 'torch'],
      make: ([regulus, ...others]) => [
        ...candidatesOf([regulus], () => regulus.predictor(predicting, batch)),
        ...['Float32Array', 'lists'].map((given) => ({
          name: `regulus, ${given}`,
          run: regulus.predictor(predicting, batch, given).steps,
        })),
        ...candidatesOf(others, (peer) => peer.predictor?.(predicting, batch)),
      ],
      steps: 1,
    })),
    ...maps,
    {
      what: 'Adam of 10,000,000 parameters',
      names: ['tfjs', 'torch'],
      make: (peers) => candidatesOf(peers, (peer) => peer.updater?.(10_000_000)),
      steps: 0,
    },
  ];
}
