import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export let name = 'PyTorch';

let python;
let answers;

/** Starts Python; PYTHON names the interpreter, by default python3. */
export async function init() {
  const script = fileURLToPath(new URL('pytorch.py', import.meta.url));
  python = spawn(process.env.PYTHON ?? 'python3', [script], { stdio: ['pipe', 'pipe', 'ignore'] });
  const failed = new Promise((_, reject) => {
    python.on('error', reject);
    python.on('exit', () => reject(new Error('python3 with torch does not start')));
  });
  failed.catch(() => undefined);
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  answers = async () => JSON.parse((await Promise.race([lines.next(), failed])).value);
  name = `PyTorch ${(await answers()).version}`;
}
export const close = () => python?.kill();

async function ask(message) {
  python.stdin.write(
    `${JSON.stringify(message, (_, x) => (x instanceof Float32Array ? Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('base64') : x))}\n`,
  );
  return answers();
}

/** Makes steps in the Python process, which reports the time that they took. */
function remote(make, settings) {
  let handle;
  return {
    async steps(n) {
      handle ??= (await ask({ make, ...settings })).handle;
      const { milliseconds, value } = await ask({ run: handle, n });
      return { milliseconds, value };
    },
  };
}
export const trainer = (problem) => remote('trainer', problem);
export const convolver = (problem) => remote('convolver', problem);
export const writer = (problem) => remote('writer', problem);
export const multiplier = (shapes, left, right) => remote('multiplier', { ...shapes, left, right });
export const mapper = (op, x, shape, read) => remote('mapper', { op, x, shape, read });
export const residual = (problem) => remote('residual', problem);
export const recurrent = (problem) => remote('recurrent', problem);
export const predictor = (problem, rows) => remote('predictor', { ...problem, rows });
export const updater = (size) => remote('updater', { size });
export const network = (settings) => remote('network', settings);
