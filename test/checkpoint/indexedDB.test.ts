import { describe, expect, test } from 'vitest';
import { checkpoint, DataError, fit, type FitOptions, indexedDB, resume, UnsupportedError } from '../../src/index.js';
import { network, options, train } from './small.js';

const { indexedDB: host } = globalThis as { indexedDB?: IDBFactory };
const state = async (more: Partial<FitOptions> = {}): Promise<object> => {
  const model = network();
  await fit(model, train, { ...options, ...more });
  return model.state();
};

describe.skipIf(!host)('indexedDB', () => {
  test('keeps the two newest checkpoints under a name; a training goes on from there', async () => {
    const place = indexedDB('first');
    await state({ checkpoint: checkpoint({ to: place }), epochs: 3 });
    expect(await place.list()).toHaveLength(2);
    const model = network();
    const run = await resume(indexedDB('first'), model, train, options);
    expect(run.resumed).toMatchObject({ step: 24, damaged: [] });
    expect(model.state()).toEqual(await state());
  });
  test('has other checkpoints under other names', async () => {
    await expect(resume(indexedDB('nothing'), network(), train, options)).rejects.toThrow('no checkpoint');
  });
  test('of more bytes than a record comes back whole', async () => {
    const place = indexedDB('large');
    const bytes = new Uint8Array(9 << 20).map((_, i) => (i * 7) % 251);
    await place.write(bytes, { keep: 2 });
    const [{ name }] = await place.list();
    const read = await place.read(name);
    expect(read.length).toBe(bytes.length);
    expect(read.every((byte, i) => byte === bytes[i])).toBe(true);
  });
  test('whose newest checkpoint is damaged gives the one before', async () => {
    const place = indexedDB('damaged');
    await state({ checkpoint: checkpoint({ to: place }), epochs: 2 });
    await place.write(new Uint8Array(100), { keep: 2 });
    const model = network();
    const run = await resume(place, model, train, options);
    expect(run.resumed).toMatchObject({ step: 16 });
    expect(run.resumed?.damaged).toHaveLength(1);
    expect(model.state()).toEqual(await state());
  });
  test.skipIf(!globalThis.navigator?.locks)('has one writer at a time', async () => {
    const to = checkpoint({ to: indexedDB('one') });
    const first = state({ checkpoint: to, epochs: 100 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(state({ checkpoint: checkpoint({ to: indexedDB('one') }) })).rejects.toThrow(DataError);
    await first;
    await state({ checkpoint: to });
  });
  test('that is full ends the training with a DataError that names the quota; what was there stays', async () => {
    const place = indexedDB('full');
    const put = IDBObjectStore.prototype.put;
    let full = false;
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
      if (full) throw new DOMException('the quota has been exceeded', 'QuotaExceededError');
      return put.apply(this, args);
    };
    try {
      const onEpoch: FitOptions['onEpoch'] = ({ epoch }) => {
        full = epoch > 2;
      };
      const failed = state({ checkpoint: checkpoint({ to: place }), onEpoch });
      await expect(failed).rejects.toThrow(DataError);
      await expect(failed).rejects.toThrow('QuotaExceededError');
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    const model = network();
    await resume(place, model, train, options);
    expect(model.state()).toEqual(await state());
  });
});

test.skipIf(host)('a host without IndexedDB says so', async () => {
  await expect(state({ checkpoint: checkpoint({ to: indexedDB('x') }) })).rejects.toThrow(UnsupportedError);
});
test.skipIf(!host || globalThis.process?.getBuiltinModule?.('node:fs'))('a host without files says so', async () => {
  await expect(state({ checkpoint: checkpoint({ to: 'runs/first' }) })).rejects.toThrow(/no files.*indexedDB/);
});
