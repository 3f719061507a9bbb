import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  adam,
  checkpoint,
  DataError,
  datasets,
  fit,
  type FitOptions,
  FormatError,
  loadSafetensors,
  type Model,
  nn,
  OptionError,
  resume,
} from '../../src/index.js';
import { network, options, train } from './small.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regulus-checkpoints-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const trained = async (more: Partial<FitOptions> = {}): Promise<Model> => {
  const model = network();
  await fit(model, train, { ...options, ...more });
  return model;
};
const files = (): string[] => readdirSync(folder).sort();

describe('a folder', () => {
  test('keeps the newest files of a training, and nothing else is left', async () => {
    await trained({ checkpoint: checkpoint({ to: folder, keep: 3 }) });
    expect(files()).toEqual([2, 3, 4].map((i) => `checkpoint-00000${i}.run1.safetensors`));
  });
  test('is made where it is missing; a file: URL is a path', async () => {
    const inner = join(folder, 'a', 'b');
    await trained({ checkpoint: checkpoint({ to: pathToFileURL(inner), keep: 1 }) });
    expect(readdirSync(inner)).toEqual(['checkpoint-000004.run1.safetensors']);
  });
  test('of another training keeps what that one has left there', async () => {
    await trained({ checkpoint: checkpoint({ to: folder, keep: 1 }) });
    await trained({ checkpoint: checkpoint({ to: folder, keep: 1 }), seed: 2 });
    expect(files()).toEqual(['checkpoint-000004.run1.safetensors', 'checkpoint-000008.run2.safetensors']);
  });
  test('that is resumed goes on with the numbers, and removes what is older', async () => {
    const to = checkpoint({ to: folder, keep: 2 });
    await trained({ checkpoint: to, epochs: 2 });
    const model = network();
    await resume(folder, model, train, { ...options, checkpoint: to });
    expect(files()).toEqual([3, 4].map((i) => `checkpoint-00000${i}.run1.safetensors`));
    expect(model.state()).toEqual((await trained()).state());
  });
  test('with resume: true begins where there is nothing, and goes on where there is something', async () => {
    const to = checkpoint({ to: folder, resume: true });
    await trained({ checkpoint: to, epochs: 2 });
    expect((await trained({ checkpoint: to })).state()).toEqual((await trained()).state());
  });
  test('has files that are models', async () => {
    const model = await trained({ checkpoint: checkpoint({ to: folder }) });
    const loaded = loadSafetensors(readFileSync(join(folder, files()[1])));
    expect(loaded.state()).toEqual(model.state());
  });
});

describe('a file', () => {
  test('has the newest checkpoint; the one before stands beside it', async () => {
    const path = join(folder, 'run.safetensors');
    await trained({ checkpoint: checkpoint({ to: path }), epochs: 2 });
    expect(files()).toEqual(['run.previous.safetensors', 'run.safetensors']);
    truncateSync(path, 1000);
    const model = network();
    const run = await resume(path, model, train, options);
    expect(run.resumed).toMatchObject({
      checkpoint: 'run.previous.safetensors',
      damaged: [{ checkpoint: 'run.safetensors' }],
    });
    expect(model.state()).toEqual((await trained()).state());
  });
  test('is alone with keep: 1', async () => {
    await trained({ checkpoint: checkpoint({ to: join(folder, 'run.safetensors'), keep: 1 }) });
    expect(files()).toEqual(['run.safetensors']);
  });
});

describe('what is damaged', () => {
  /** Ways to damage a file: every byte counts. */
  const damages: Readonly<Record<string, (path: string) => void>> = {
    'is empty': (path) => writeFileSync(path, ''),
    'lost its end': (path) => truncateSync(path, readFileSync(path).length - 4),
    'has another number': (path) => {
      const bytes = readFileSync(path);
      bytes[bytes.length - 100] ^= 1;
      writeFileSync(path, bytes);
    },
    'has another position': (path) => {
      const text = readFileSync(path, 'latin1');
      writeFileSync(path, text.replace(/(\\"step\\":)\d/, '$17'), 'latin1');
    },
    'is something else': (path) => writeFileSync(path, 'a,b\n1,2\n'),
  };
  test.each(Object.entries(damages))('%s: the checkpoint before is taken, and the run says so', async (_, damage) => {
    await trained({ checkpoint: checkpoint({ to: folder }), epochs: 2 });
    const [before, newest] = files();
    damage(join(folder, newest));
    const model = network();
    const run = await resume(folder, model, train, options);
    expect(run.resumed).toMatchObject({ checkpoint: before, damaged: [{ checkpoint: newest }] });
    expect(run.report()).toContain(`went on from ${before}`);
    expect(run.report()).toContain(`${newest} could not be read`);
    expect(model.state()).toEqual((await trained()).state());
  });
  test('everywhere is a FormatError that names the files', async () => {
    await trained({ checkpoint: checkpoint({ to: folder }), epochs: 2 });
    for (const file of files()) writeFileSync(join(folder, file), 'nothing');
    const error = await resume(folder, network(), train, options).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FormatError);
    for (const file of files()) expect((error as Error).message).toContain(file);
  });
});

describe('another training', () => {
  test('is refused, and what differs is named', async () => {
    await trained({ checkpoint: checkpoint({ to: folder }), epochs: 2 });
    const rows: [Partial<FitOptions>, string][] = [
      [{ optimizer: adam({ learningRate: 0.01 }) }, 'optimizer.learningRate'],
      [{ batchSize: 16 }, 'batchSize 8 → 16'],
      [{ seed: 3 }, 'seed 0 → 3'],
      [{ validation: train.map(({ x }) => ({ x })) as never }, 'validation'],
    ];
    for (const [more, named] of rows.slice(0, 3)) {
      const model = network();
      const error = await resume(folder, model, train, { ...options, ...more }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(OptionError);
      expect((error as Error).message).toContain(named);
    }
    const other = await resume(folder, network(), datasets.spirals({ n: 60, seed: 2, classes: 2 }), options).catch(
      (e: unknown) => e,
    );
    expect(other).toBeInstanceOf(DataError);
    expect((other as Error).message).toContain('data: 60 rows as before, but with other numbers');
    const wider = nn.sequential([nn.dense(9), nn.tanh(), nn.dense(2)]);
    await expect(resume(folder, wider, train, options)).rejects.toThrow('units 8 → 9');
    await expect(resume(folder, network(), train, { ...options, epochs: 1 })).rejects.toThrow('epochs is 1, but 2');
  });
  test('where there is none, is a DataError', async () => {
    await expect(resume(join(folder, 'none'), network(), train, options)).rejects.toThrow(DataError);
    await expect(resume(join(folder, 'none.safetensors'), network(), train, options)).rejects.toThrow('no checkpoint');
  });
});

describe('one writer', () => {
  test('in one place: the second training of this thread is refused', async () => {
    const to = checkpoint({ to: folder });
    const first = trained({ checkpoint: to, epochs: 300 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(trained({ checkpoint: checkpoint({ to: folder }) })).rejects.toThrow(/another training writes to/);
    await first;
    await trained({ checkpoint: to });
    expect(files().some((file) => file.endsWith('.lock'))).toBe(false);
  });
  test('the lock of a process that lives is kept, that of one that has ended is taken over', async () => {
    const sleeper = spawn(process.execPath, ['-e', 'setTimeout(() => 0, 60000)']);
    const path = join(folder, '.checkpoint.lock');
    const started = existsSync('/proc/self/stat')
      ? readFileSync(`/proc/${sleeper.pid}/stat`, 'utf8').split(')').at(-1)?.trim().split(' ')[19]
      : undefined;
    writeFileSync(path, JSON.stringify({ host: hostname(), pid: sleeper.pid, started, token: 'other' }));
    await expect(trained({ checkpoint: checkpoint({ to: folder }) })).rejects.toThrow(`process ${sleeper.pid}`);
    expect(files()).toEqual(['.checkpoint.lock']);
    sleeper.kill();
    await new Promise((resolve) => sleeper.on('exit', resolve));
    writeFileSync(join(folder, '.checkpoint-000001.run1.safetensors.dead.tmp'), 'half');
    await trained({ checkpoint: checkpoint({ to: folder, keep: 1 }) });
    expect(files()).toEqual(['checkpoint-000004.run1.safetensors']);
  });
  test('that loses its lock stops, and overwrites nothing', async () => {
    const to = checkpoint({ to: folder });
    const took = trained({
      checkpoint: to,
      onEpoch: ({ epoch }) => {
        if (epoch === 2) writeFileSync(join(folder, '.checkpoint.lock'), JSON.stringify({ token: 'other' }));
      },
    });
    await expect(took).rejects.toThrow('another training has taken');
  });
});

/** Mounts a disk of 64 KB, where that is allowed here. */
function smallDisk(): string | undefined {
  const path = join(folder, 'small');
  mkdirSync(path);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path]);
  return status === 0 ? path : undefined;
}

describe('a disk that is full', () => {
  test('ends the training with a DataError; the last whole checkpoint stays', async (context) => {
    const small = smallDisk();
    if (!small) return context.skip();
    try {
      writeFileSync(join(small, 'other'), new Uint8Array(48_000));
      const failed = trained({ checkpoint: checkpoint({ to: small, keep: 9 }) });
      await expect(failed).rejects.toThrow(DataError);
      await expect(failed).rejects.toThrow('ENOSPC');
      expect(readdirSync(small).filter((name) => !name.endsWith('.safetensors'))).toEqual(['other']);
      const model = network();
      const run = await resume(small, model, train, options);
      expect(run.resumed?.damaged).toEqual([]);
      expect(model.state()).toEqual((await trained()).state());
    } finally {
      spawnSync('umount', [small]);
    }
  });
});

describe('a disk that fails', () => {
  const { promises } = process.getBuiltinModule('node:fs');
  const { open } = promises;
  afterEach(() => {
    promises.open = open;
  });
  test('ends the training with a DataError; what was written stays, and the training can be resumed', async () => {
    let full = false;
    promises.open = (async (...args: Parameters<typeof open>) => {
      const file = await open(...args);
      if (!full || !String(args[0]).endsWith('.tmp')) return file;
      file.writeFile = () => Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
      return file;
    }) as typeof open;
    const model = network();
    const failed = fit(model, train, {
      ...options,
      checkpoint: checkpoint({ to: folder }),
      onEpoch: ({ epoch }) => {
        full = epoch > 2;
      },
    });
    await expect(failed).rejects.toThrow(DataError);
    await expect(failed).rejects.toThrow('no space left');
    promises.open = open;
    expect(files().every((file) => file.endsWith('.safetensors'))).toBe(true);
    const again = network();
    await resume(folder, again, train, options);
    expect(again.state()).toEqual((await trained()).state());
  });
});
