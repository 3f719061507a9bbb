import type { PlaygroundElement } from './api.js';

/** Lets the page that holds this one in a frame speak to the element. It listens to its parent only, and answers to the origin from which
 *  the parent has spoken. `slide:start` and `slide:stop` are what reveal.js says to the frames of a slide. */
export function obeyParent(element: PlaygroundElement): void {
  if (parent === window) return;
  let origin: string | undefined;
  const answer = (type: string, more: object): void => {
    // An origin of its own that has no name, as in a sandbox, can only be addressed as anyone.
    if (origin !== undefined) parent.postMessage({ regulus: 1, type, ...more }, origin === 'null' ? '*' : origin);
  };
  addEventListener('message', ({ source, origin: from, data }) => {
    if (source !== parent) return;
    if (data === 'slide:start') return void element.run();
    if (data === 'slide:stop') return void element.pause();
    if (typeof data !== 'object' || data === null || data.regulus !== 1) return;
    origin = from;
    if (data.type === 'run') void element.run();
    else if (data.type === 'pause') void element.pause();
    else if (data.type === 'seek') void element.seek(Number(data.step));
    else if (data.type === 'state' && typeof data.state === 'string') element.state = data.state;
    if (data.type === 'state') answer('state', { state: element.state });
  });
  for (const name of ['change', 'progress', 'verdict', 'diverged'])
    element.addEventListener(name, (event) => answer(name, (event as CustomEvent<object>).detail));
  // The height, in the form that Embedly and notebooks know. It tells no more than the size of the page.
  new ResizeObserver(() => {
    const height = Math.ceil(document.documentElement.scrollHeight);
    parent.postMessage({ context: 'iframe.resize', height }, '*');
  }).observe(document.body);
}

/** What anywidget gives: the synchronized state of a notebook's widget. */
interface Model {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  save_changes(): void;
  on?(event: string, heard: () => void): void;
  off?(event: string, heard: () => void): void;
}

/** Shows the element in a cell of a notebook (anywidget). The trait `state`, where there is one, holds the settings. */
export function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const element = document.createElement('regulus-playground');
  const given = (): void => {
    const state = model.get('state');
    if (typeof state === 'string' && state && state !== element.state) element.state = state;
  };
  given();
  const changed = (): void => {
    if (model.get('state') === element.state) return;
    model.set('state', element.state);
    model.save_changes();
  };
  element.addEventListener('change', changed);
  model.on?.('change:state', given);
  el.append(element);
  return () => {
    model.off?.('change:state', given);
    element.remove();
  };
}
