import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { BROWSERS } from './hosts.mjs';

const [DRIVER, BROWSER, SCREEN] = BROWSERS.webkit;

/** WebKitGTK's browser with a session of its own, on a screen that nobody sees. */
export interface Session {
  /** A command of W3C's WebDriver protocol, its path from the session's own on. */
  send<T>(method: string, path: string, body?: unknown): Promise<T>;
  close(): Promise<void>;
}

/** Opens it; `env` is added to the environment. */
export async function openWebkit(env: NodeJS.ProcessEnv = {}): Promise<Session> {
  const { process: screen, display } = await virtualScreen();
  const port = await freePort();
  const driver = spawn(DRIVER, [`--port=${port}`, '--host=127.0.0.1'], {
    // Without a graphics card its compositor crashes now and then; nothing that is tested needs it.
    env: { ...process.env, WEBKIT_DISABLE_COMPOSITING_MODE: '1', ...env, DISPLAY: display },
    stdio: 'ignore',
  });
  const send = async <T,>(method: string, path: string, body?: unknown): Promise<T> => {
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
  const capabilities = { alwaysMatch: options };
  const { sessionId } = await send<{ sessionId: string }>('POST', '/session', { capabilities });
  const session = `/session/${sessionId}`;
  return {
    send: (method, path, body) => send(method, session + path, body),
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
    const started = spawn(SCREEN, words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
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
