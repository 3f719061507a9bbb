import { xor } from './xor.js';

self.addEventListener('message', ({ source }) => {
  const without = typeof Worker === 'undefined' ? 'without Worker' : 'with Worker';
  // A service worker may not import at run time: no chunks.
  xor({ chunks: false }).then((answer) => source.postMessage(`${answer} ${without}`));
});
