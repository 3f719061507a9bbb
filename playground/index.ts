/** The element `<regulus-playground>`: networks that learn, to look at and to play with. Importing this module defines it, in a page; the
 *  engine is loaded by its worker, from the file beside this one. In a host without pages nothing happens.
 *  @example
 *  <script type="module" src="playground.js"></script>
 *  <regulus-playground preset="spirals"></regulus-playground> */
import type { PlaygroundElement } from './api.js';
import { render } from './embed.js';
import { RegulusPlayground as Element } from './element.js';

export type { PlaygroundElement, PresetInfo } from './api.js';
export type { Pace } from './protocol.js';

/** The class of the element. */
const RegulusPlayground = Element as unknown as { new (): PlaygroundElement; prototype: PlaygroundElement };

if (typeof customElements !== 'undefined' && !customElements.get('regulus-playground'))
  customElements.define('regulus-playground', Element);

export { RegulusPlayground, render };
/** For anywidget, which takes the default export of a module. */
export default { render };
