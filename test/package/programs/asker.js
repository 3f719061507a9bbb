// A page that has a service worker compute.
navigator.serviceWorker.addEventListener('message', ({ data }) => {
  document.title = data;
});
navigator.serviceWorker.register('serviceWorker.js', { type: 'module' });
navigator.serviceWorker.ready.then(({ active }) => active.postMessage('learn'));
