import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { random } from '../support/float64.js';

const JOB = resolve('test/checkpoint/job.mjs');
/** Processes that are killed; `npm run fuzz -- kills 200` kills more. */
const KILLS = Number(process.env.KILLS ?? 5);

interface Outcome {
  readonly hash: string;
  readonly from: number;
  readonly damaged: readonly unknown[];
}
const started = (folder: string, threads: number): ChildProcess =>
  spawn(process.execPath, [JOB, folder, String(threads)], { stdio: ['ignore', 'pipe', 'inherit'] });
async function ended(child: ChildProcess): Promise<Outcome | undefined> {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  const code = await new Promise((done) => child.on('close', done));
  return code === 0 ? (JSON.parse(text) as Outcome) : undefined;
}
const inFolder = async <T>(f: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'regulus-killed-'));
  try {
    return await f(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

describe('a process that is killed', () => {
  test(`${KILLS} times at random moments goes on from its newest checkpoint, on other numbers of threads, and ends with the same bits`, {
    timeout: 30_000 + KILLS * 10_000,
  }, async () => {
    const begun = performance.now();
    const truth = await inFolder((folder) => ended(started(folder, 1)));
    const took = performance.now() - begun;
    const draw = random(KILLS);
    let kills = 0;
    let wentOn = 0;
    while (kills < KILLS)
      await inFolder(async (folder) => {
        for (let run = 0; ; run++) {
          const child = started(folder, 1 + (run % 3));
          const timer = setTimeout(() => child.kill('SIGKILL'), took * (0.3 + 0.8 * draw()));
          const outcome = await ended(child);
          clearTimeout(timer);
          if (!outcome) {
            kills++;
            if (kills < KILLS && run < 8) continue;
            // The last process of this folder is left alone.
            const last = await ended(started(folder, 1));
            expect(last?.hash).toBe(truth?.hash);
            expect(last?.damaged).toEqual([]);
            return;
          }
          expect(outcome.hash).toBe(truth?.hash);
          // A rename is the whole of a file or nothing: no checkpoint is ever found damaged.
          expect(outcome.damaged).toEqual([]);
          if (outcome.from) wentOn++;
          return;
        }
      });
    // Of a few, all may have been killed before their first checkpoint.
    if (KILLS > 20) expect(wentOn).toBeGreaterThan(KILLS / 20);
  });

  test('and whose newest checkpoint is cut as well goes on from the one before', { timeout: 60_000 }, () =>
    inFolder(async (folder) => {
      const truth = await inFolder((other) => ended(started(other, 1)));
      const child = started(folder, 1);
      while (readdirSync(folder).filter((name) => name.endsWith('.safetensors')).length < 2)
        await new Promise((done) => setTimeout(done, 5));
      child.kill('SIGKILL');
      await ended(child);
      const newest = readdirSync(folder)
        .filter((name) => name.endsWith('.safetensors'))
        .sort()
        .at(-1) as string;
      truncateSync(join(folder, newest), 500);
      const outcome = await ended(started(folder, 2));
      expect(outcome?.damaged).toHaveLength(1);
      expect(outcome?.hash).toBe(truth?.hash);
    }),
  );
});
