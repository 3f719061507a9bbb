import { openWebkit } from '../../tools/webkit-driver.mjs';

/** The key of an element in the protocol. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** A session that opens pages in the browser of WebKitGTK. */
export interface Webkit {
  goto(url: string): Promise<unknown>;
  click(selector: string): Promise<unknown>;
  /** The value of an expression of JavaScript in the page. */
  evaluate<T>(expression: string): Promise<T>;
  /** Presses the mouse at the first point of the window, moves it through the others, and lets go. */
  drag(points: readonly { x: number; y: number }[]): Promise<unknown>;
  close(): Promise<void>;
}

export async function webkit(): Promise<Webkit> {
  const { send, close } = await openWebkit();
  return {
    goto: (url) => send('POST', '/url', { url }),
    async click(selector) {
      const wanted = { using: 'css selector', value: selector };
      const found = await send<Record<string, string>>('POST', '/element', wanted);
      await send('POST', `/element/${found[ELEMENT]}/click`, {});
    },
    evaluate: (expression) => send('POST', '/execute/sync', { script: `return ${expression}`, args: [] }),
    drag([first, ...others]) {
      const to = ({ x, y }: { x: number; y: number }, duration: number) => ({
        ...{ type: 'pointerMove', origin: 'viewport', duration },
        ...{ x: Math.round(x), y: Math.round(y) },
      });
      const button = (type: string) => ({ type, button: 0 });
      const actions = [to(first, 0), button('pointerDown'), ...others.map((p) => to(p, 5)), button('pointerUp')];
      return send('POST', '/actions', { actions: [{ type: 'pointer', id: 'mouse', actions }] });
    },
    close,
  };
}
