/** The libraries that are compared; one that is not available is listed with the reason. */
import * as regulus from './regulus.mjs';

const FILES = {
  tfjs: 'tfjs.mjs',
  jax: 'jax.mjs',
  ort: 'ort.mjs',
  torch: 'torch.mjs',
  brain: 'brain.mjs',
  convnet: 'convnet.mjs',
};

export async function loadPeers() {
  const peers = { regulus };
  const missing = [];
  for (const [key, file] of Object.entries(FILES)) {
    try {
      const peer = await import(`./${file}`);
      await peer.init();
      peers[key] = peer;
    } catch (cause) {
      missing.push([key, String(cause.message ?? cause).split('\n')[0]]);
    }
  }
  if (peers.tfjs) {
    const { twin, trainer, convolver } = peers.tfjs;
    peers.cpu = { name: 'TF.js cpu', trainer: twin('cpu', trainer), convolver: twin('cpu', convolver) };
    // Its WASM backend lacks the gradient for filters.
    peers.tfjs = { ...peers.tfjs, ...twins('wasm', peers.tfjs), convolver: undefined };
  }
  return { peers, missing, close: () => peers.torch?.close() };
}
const TWINS = ['trainer', 'multiplier', 'mapper', 'updater', 'recurrent', 'predictor'];
const twins = (backend, peer) => Object.fromEntries(TWINS.map((name) => [name, peer.twin(backend, peer[name])]));
