import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expected } from './inWorker.js';
import { type Stranger, stranger } from './stranger.js';

const consumers = resolve('tools/consumers');
const miniflare = join(consumers, 'node_modules/miniflare/dist/src/index.js');
const installed = existsSync(miniflare);
interface Host {
  dispatchFetch(url: string): Promise<{ text(): Promise<string> }>;
  dispose(): Promise<void>;
}
/** Before 2025-06-01 workerd compiles no text, and at no date while it answers. */
const DATES = ['2024-01-01', '2025-06-01'];

/** What workerd answers for a program that is made of these files. */
async function answered(files: Record<string, string | Uint8Array>, compatibilityDate: string): Promise<string> {
  const { Miniflare } = (await import(pathToFileURL(miniflare).href)) as { Miniflare: new (options: object) => Host };
  const modules = Object.entries(files).map(([path, contents]) => ({
    type: path.endsWith('.wasm') ? 'CompiledWasm' : 'ESModule',
    path,
    contents,
  }));
  const host = new Miniflare({ compatibilityDate, modules });
  try {
    return await (await host.dispatchFetch('http://worker/')).text();
  } finally {
    await host.dispose();
  }
}

test.skipIf(!installed)('the package as it is trains in Cloudflare’s workerd', { timeout: 60_000 }, async () => {
  const files = {
    'main.js': `import { xor } from './xor.js';
export default { fetch: async () => new Response(await xor({ chunks: false })) };`,
    'xor.js': readFileSync('test/package/programs/xor.js', 'utf8').replace("'ENTRY'", "'./index.js'"),
    ...Object.fromEntries(['index.js', 'relaxed.js', 'threads.js'].map((n) => [n, readFileSync(`dist/${n}`, 'utf8')])),
  };
  expect(await answered(files, '2025-06-01')).toBe('learned');
});

let consumer: Stranger | undefined;
beforeAll(() => {
  if (installed) consumer = stranger();
}, 120_000);
afterAll(() => consumer?.remove());

/** Every entry that workerd can use, in one program. */
const PROGRAM = `
import { adam, dataset, mse, nn, setThreads, tensor } from 'regulus';
import { dense } from 'regulus/nn';
import { digits } from 'regulus/digits';
import { trainInWorker } from 'regulus/worker';

async function answer() {
  const data = dataset({ x: [[0], [1], [2]], y: [[0.5], [1.5], [2.5]] });
  const model = nn.sequential([dense(1)]);
  const training = trainInWorker(model, data, { loss: mse(), optimizer: adam(), epochs: 3 });
  let epochs = 0;
  for await (const _ of training) epochs++;
  const { run } = await training.result;
  const words = Object.values(model.state()).flatMap((values) => [...new Uint32Array(values.slice().buffer)]);
  await setThreads(1, { relaxed: true });
  const five = tensor([[1, 2]]).matmul(tensor([[1], [2]])).item();
  return \`\${epochs} epochs, \${run.stopped.reason}, \${words.join(' ')}; \${digits().x.length > 0}, relaxed \${five}\`;
}
export default { fetch: async () => new Response(await answer().catch(String)) };
`;

for (const date of DATES)
  test.skipIf(!installed)(
    `a program trains in workerd of ${date}, built as wrangler does`,
    { timeout: 60_000 },
    async () => {
      const { folder, write } = consumer as Stranger;
      const out = join(folder, date);
      execFileSync(join(consumers, 'node_modules/.bin/esbuild'), [
        write('program.js', PROGRAM),
        '--bundle',
        '--format=esm',
        '--conditions=workerd,worker,browser',
        // It takes them along as they are.
        '--loader:.wasm=copy',
        '--log-level=error',
        `--outdir=${out}`,
      ]);
      const names = readdirSync(out);
      expect(names.filter((name) => name.endsWith('.wasm'))).toHaveLength(3);
      const files = Object.fromEntries(
        names.map((name) => [
          name,
          name.endsWith('.wasm') ? readFileSync(join(out, name)) : readFileSync(join(out, name), 'utf8'),
        ]),
      );
      expect(await answered({ 'program.js': files['program.js'], ...files }, date)).toBe(
        `${await expected()}; true, relaxed 5`,
      );
    },
  );
