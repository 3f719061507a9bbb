import { execFile, execFileSync } from 'node:child_process';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DataError, FormatError, nn, saveSafetensors } from '../../src/index.js';
import { readCsv, readIdx, readModel, readNpy, writeModel } from '../../src/node.js';

/** Which calls of the file system fail, as on a full or broken disk. */
const broken = vi.hoisted(() => ({ write: false, sync: false, rename: false }));
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const fail = (): never => {
    throw new Error('ENOSPC: no space left on device');
  };
  return {
    ...fs,
    rename: (...args: Parameters<typeof fs.rename>) => (broken.rename ? fail() : fs.rename(...args)),
    open: async (...args: Parameters<typeof fs.open>) => {
      const file = await fs.open(...args);
      // Half of the bytes reach the disk.
      if (broken.write)
        file.writeFile = async (bytes) => {
          await file.write((bytes as Uint8Array).subarray(0, 99));
          fail();
        };
      if (broken.sync) file.sync = async () => fail();
      return file;
    },
  };
});

let directory: string;
const at = (name: string): string => join(directory, name);
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'regulus-io-'));
});
afterEach(async () => {
  Object.assign(broken, { write: false, sync: false, rename: false });
  await rm(directory, { recursive: true });
});

const model = nn.sequential([nn.dense(4, { activation: 'relu' }), nn.dense(2)]).build([3], { seed: 5 });
const x = [[1, -2, 3]];

describe('models', () => {
  test('one that was written predicts the same when it is read', async () => {
    await writeModel(at('model.safetensors'), model);
    const read = await readModel(at('model.safetensors'));
    expect(read.predict(x).data()).toEqual(model.predict(x).data());
    expect(await readdir(directory)).toEqual(['model.safetensors']);
  });

  test('one is read into another', async () => {
    await writeModel(at('m'), model);
    const other = nn.sequential([nn.dense(4, { activation: 'relu' }), nn.dense(2)]).build([3], { seed: 6 });
    expect(await readModel(at('m'), other)).toBe(other);
    expect(other.state()).toEqual(model.state());
  });

  test('one that was compressed is unpacked', async () => {
    await writeFile(at('m.gz'), gzipSync(saveSafetensors(model)));
    expect((await readModel(at('m.gz'))).state()).toEqual(model.state());
  });

  test.each(['write', 'sync', 'rename'] as const)('where %s fails, the old file is intact and alone', async (call) => {
    await writeModel(at('m'), model);
    const old = await readFile(at('m'));
    broken[call] = true;
    const next = nn.sequential([nn.dense(9)]).build([3]);
    await expect(writeModel(at('m'), next)).rejects.toThrow(DataError);
    await expect(writeModel(at('m'), next)).rejects.toThrow(`cannot write ${at('m')}: ENOSPC`);
    expect(await readFile(at('m'))).toEqual(old);
    expect(await readdir(directory)).toEqual(['m']);
  });

  test('places that cannot be written to are named, and nothing is left there', async () => {
    await mkdir(at('folder'));
    await writeFile(at('file'), '');
    for (const path of [at('folder'), at('none/m'), at('file/m')])
      await expect(writeModel(path, model)).rejects.toThrow(`cannot write ${path}: `);
    expect((await readdir(directory)).sort()).toEqual(['file', 'folder']);
  });

  const posix = test.skipIf(process.platform === 'win32');
  const modeOf = async (name: string): Promise<number> => (await stat(at(name))).mode & 0o777;
  const isModel = async (path: string): Promise<void> => expect((await readModel(path)).state()).toEqual(model.state());

  posix('a symbolic link stays one, and leads to the new model, wherever it lies', async () => {
    await mkdir(at('models'));
    await writeFile(at('models/1'), 'old');
    await symlink('models/1', at('latest'));
    await symlink('models/2', at('next'));
    for (const [link, target] of [
      ['latest', 'models/1'],
      ['next', 'models/2'],
    ]) {
      await writeModel(at(link), model);
      expect(await readlink(at(link))).toBe(target);
      await isModel(at(target));
    }
    expect((await readdir(at('models'))).sort()).toEqual(['1', '2']);
    await symlink('a', at('b'));
    await symlink('b', at('a'));
    await expect(writeModel(at('a'), model)).rejects.toThrow(`cannot write ${at('a')}: ELOOP`);
  });

  posix('a file keeps its mode, and a new one has that of the umask', async () => {
    for (const mode of [0o600, 0o640, 0o664]) {
      await writeFile(at('m'), 'old');
      await chmod(at('m'), mode);
      await writeModel(at('m'), model);
      expect(await modeOf('m')).toBe(mode);
    }
    await writeFile(at('plain'), '');
    await writeModel(at('new'), model);
    expect(await modeOf('new')).toBe(await modeOf('plain'));
  });

  posix('other hard links keep the old file', async () => {
    await writeFile(at('m'), 'old');
    await link(at('m'), at('other'));
    await writeModel(at('m'), model);
    await isModel(at('m'));
    expect(await readFile(at('other'), 'utf8')).toBe('old');
  });

  posix('a pipe and a device are written to, and stay what they are', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const [bytes] = await Promise.all([readFile(at('pipe')), writeModel(at('pipe'), model)]);
    expect(new Uint8Array(bytes)).toEqual(saveSafetensors(model));
    expect((await stat(at('pipe'))).isFIFO()).toBe(true);
    await symlink('/dev/null', at('nothing'));
    await writeModel(at('nothing'), model);
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
    expect((await readdir(directory)).sort()).toEqual(['nothing', 'pipe']);
  });

  posix('a program’s output may be a model', async () => {
    const script = `
      import { nn } from './dist/index.js';
      import { writeModel } from './dist/node.js';
      await writeModel('/dev/stdout', nn.sequential([nn.dense(2)]).build([3]));`;
    const args = ['-c', '"$0" --input-type=module -e "$1" | cat', process.execPath, script];
    const { stdout } = await promisify(execFile)('sh', args, { encoding: 'buffer' });
    expect(new Uint8Array(stdout)).toEqual(saveSafetensors(nn.sequential([nn.dense(2)]).build([3])));
  });

  test('what a program left that was ended while it wrote is swept, and nothing else', async () => {
    const names = ['.regulus-1-a.tmp', '.regulus-b.tmp', '.regulus-c.txt', 'regulus-d.tmp'];
    for (const name of names) await writeFile(at(name), 'half');
    const long = new Date(Date.now() - 7_200_000);
    for (const name of names.filter((each) => each !== '.regulus-b.tmp')) await utimes(at(name), long, long);
    await writeModel(at('m'), model);
    expect((await readdir(directory)).sort()).toEqual(['.regulus-b.tmp', '.regulus-c.txt', 'm', 'regulus-d.tmp']);
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a file that may not be written to is not replaced',
    async () => {
      await writeFile(at('m'), 'old', { mode: 0o400 });
      await expect(writeModel(at('m'), model)).rejects.toThrow(`cannot write ${at('m')}: EACCES`);
      expect(await readFile(at('m'), 'utf8')).toBe('old');
    },
  );

  test('the longest name that the file system allows is not too long', async () => {
    await writeModel(at('m'.repeat(255)), model);
    expect(await readdir(directory)).toEqual(['m'.repeat(255)]);
  });

  test('writing at the same time leaves one whole file', async () => {
    const others = [1, 2, 3, 4].map((units) => nn.sequential([nn.dense(units)]).build([3]));
    await Promise.all(others.map((other) => writeModel(at('m'), other)));
    const bytes = new Uint8Array(await readFile(at('m')));
    expect(others.map((other) => saveSafetensors(other))).toContainEqual(bytes);
    expect(await readdir(directory)).toEqual(['m']);
  });
});

describe('data', () => {
  const csv = 'a,b,kind\n1,2,x\n3,4,y\n5,6,x\n';

  test('CSV, plain and compressed', async () => {
    await writeFile(at('d.csv'), csv);
    await writeFile(at('d.csv.gz'), gzipSync(csv));
    for (const name of ['d.csv', 'd.csv.gz']) {
      const data = await readCsv(at(name), { target: 'kind' });
      expect([data.size, data.shape, data.classes, [...data.y]]).toEqual([3, [2], 2, [0, 1, 0]]);
    }
  });

  const umlauts = 'a,Größe\n1,grün\n2,gelb\n3,grün\n';
  const bigEndian = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  test.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(umlauts)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${umlauts}`)],
    ['UTF-16, as Excel writes it', Buffer.from(`\ufeff${umlauts}`, 'utf16le')],
    ['UTF-16, the other byte first', bigEndian(umlauts)],
  ])('CSV in %s', async (_, bytes) => {
    await writeFile(at('d.csv'), bytes);
    const data = await readCsv(at('d.csv'), { target: 'Größe' });
    expect(data.classNames).toEqual(['gelb', 'grün']);
  });
  test.each<[string, Buffer]>([
    ['Latin-1', Buffer.from(umlauts, 'latin1')],
    ['UTF-16 without a mark', Buffer.from(umlauts, 'utf16le')],
    ['half a letter', Buffer.from(umlauts).subarray(0, 5)],
    ['a workbook', Buffer.from('504b0304140006000800000021', 'hex')],
  ])('CSV in %s is refused', async (_, bytes) => {
    await writeFile(at('d.csv'), bytes);
    const reading = readCsv(at('d.csv'), { target: 'Größe' });
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(`cannot read ${at('d.csv')}: it is not text in UTF-8; save it as UTF-8`);
  });

  test('idx, compressed as MNIST is', async () => {
    await writeFile(
      at('images.gz'),
      gzipSync(new Uint8Array([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 0])),
    );
    await writeFile(at('labels'), new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 1, 0]));
    const data = await readIdx(at('images.gz'), at('labels'));
    expect([data.size, data.shape, [...data.y]]).toEqual([2, [1, 2, 1], [1, 0]]);
  });

  test('NumPy', async () => {
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }${' '.repeat(60)}\n`;
    const start = new Uint8Array([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length, 0]);
    const numbers = new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer);
    await writeFile(at('x.npy'), Buffer.concat([start, Buffer.from(header), numbers]));
    const data = await readNpy(at('x.npy'));
    expect([data.size, data.shape]).toEqual([2, [3]]);
  });
});

describe('files that cannot be read are named', () => {
  test('missing', async () => {
    const reads = [readModel(at('none')), readCsv(at('none')), readIdx(at('none')), readNpy(at('none'))];
    for (const { reason } of (await Promise.allSettled(reads)) as PromiseRejectedResult[]) {
      expect(reason).toBeInstanceOf(DataError);
      expect(reason.message).toContain(`cannot read ${at('none')}: ENOENT`);
    }
  });

  test('a compressed one that was cut off', async () => {
    const whole = gzipSync(saveSafetensors(model));
    await writeFile(at('m.gz'), whole.subarray(0, whole.length - 9));
    await expect(readModel(at('m.gz'))).rejects.toThrow(DataError);
    await expect(readModel(at('m.gz'))).rejects.toThrow(`cannot read ${at('m.gz')}: `);
  });

  test('one of tensors alone', async () => {
    const text = JSON.stringify({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }).padEnd(64);
    await writeFile(
      at('t'),
      Buffer.concat([Buffer.from([64, 0, 0, 0, 0, 0, 0, 0]), Buffer.from(text), Buffer.alloc(4)]),
    );
    await expect(readModel(at('t'))).rejects.toThrow(`readModel: ${at('t')} has tensors but no model; give a model`);
  });

  test('one of another format', async () => {
    await writeFile(at('m'), 'this is not a model');
    await expect(readModel(at('m'))).rejects.toThrow(FormatError);
  });
});
