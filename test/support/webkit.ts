import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';

/** WebKitGTK's browser, driven by the W3C's WebDriver protocol: Debian's packages webkit2gtk-driver and xvfb. */
const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
export const webkitIsInstalled = [BROWSER, '/usr/bin/WebKitWebDriver', '/usr/bin/Xvfb'].every((path) =>
  existsSync(path),
);

/** An element's name in the protocol. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

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
  const { process: screen, display } = await virtualScreen();
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
    env: { ...process.env, DISPLAY: display },
    stdio: 'ignore',
  });
  const send = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: JSON.stringify(body) });
    const { value } = (await response.json()) as { value: T };
    if (!response.ok) throw new Error(`WebKitWebDriver: ${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  };
  await listening(() => send('GET', '/status'));
  const options = {
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { binary: BROWSER, args: ['--automation'] },
  };
  const { sessionId } = await send<{ sessionId: string }>('POST', '/session', {
    capabilities: { alwaysMatch: options },
  });
  const session = `/session/${sessionId}`;
  return {
    goto: (url) => send('POST', `${session}/url`, { url }),
    async click(selector) {
      const found = await send<Record<string, string>>('POST', `${session}/element`, {
        using: 'css selector',
        value: selector,
      });
      await send('POST', `${session}/element/${found[ELEMENT]}/click`, {});
    },
    evaluate: (expression) => send('POST', `${session}/execute/sync`, { script: `return ${expression}`, args: [] }),
    drag([first, ...others]) {
      const to = ({ x, y }: { x: number; y: number }, duration: number) => ({
        ...{ type: 'pointerMove', origin: 'viewport', duration },
        ...{ x: Math.round(x), y: Math.round(y) },
      });
      const button = (type: string) => ({ type, button: 0 });
      const actions = [to(first, 0), button('pointerDown'), ...others.map((p) => to(p, 5)), button('pointerUp')];
      return send('POST', `${session}/actions`, { actions: [{ type: 'pointer', id: 'mouse', actions }] });
    },
    async close() {
      await send('DELETE', session).catch(() => undefined);
      driver.kill();
      screen.kill();
    },
  };
}

/** A screen without a monitor; Xvfb chooses a number that is free and writes it to a pipe. */
function virtualScreen(): Promise<{ process: ChildProcess; display: string }> {
  return new Promise((resolve, reject) => {
    const words = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
    const started = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    started.once('error', reject);
    started.once('exit', (code) => reject(new Error(`Xvfb ended: ${code}`)));
    started.stdio[3]?.once('data', (number) => resolve({ process: started, display: `:${String(number).trim()}` }));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function listening(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await ask();
      return;
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((again) => setTimeout(again, 50));
    }
  }
}
