import 'regulus/playground';

// A topic whose data are loaded by the page, and trained on in the worker.
const element = document.createElement('regulus-playground');
element.preset = 'digits';
document.body.append(element);
element
  .step(5)
  .then(() => element.hash())
  .then((hash) => {
    const here = /may not start a worker/.test(element.shadowRoot.textContent);
    document.title = `${hash} in ${here ? 'the page' : 'a worker'}`;
  })
  .catch((error) => {
    document.title = String(error);
  });
