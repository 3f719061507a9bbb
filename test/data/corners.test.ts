import { describe, expect, test } from 'vitest';
import { dataset, kFold } from '../../src/index.js';
import { clouds } from '../train/problems.js';

/** A NumPy file. */
function npy(type: string, shape: string, bytes: Uint8Array, fortran = 'False'): Uint8Array {
  const header = `${`{'descr': '${type}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`.padEnd(117)}\n`;
  const file = new Uint8Array(128 + bytes.length);
  file.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, 118, 0]);
  file.set(new TextEncoder().encode(header), 10);
  file.set(bytes, 128);
  return file;
}
describe('npy', () => {
  test('big-endian numbers', () => {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat32(0, 1.5);
    view.setFloat32(4, -2);
    expect([...dataset.fromNpy(npy('>f4', '(2, 1)', new Uint8Array(view.buffer))).x]).toEqual([1.5, -2]);
  });
  test('Fortran order', () => {
    const bytes = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
    expect([...dataset.fromNpy(npy('<f4', '(2, 3)', bytes, 'True')).x]).toEqual([1, 3, 5, 2, 4, 6]);
  });
});
describe('csv', () => {
  test('doubled quotes, also at the beginning of a field', () => {
    const { classNames } = dataset.fromCsv('a,b\n1,"say ""hi"""\n2,"""z"" y"\n', { target: 'b' });
    expect(classNames).toEqual(['"z" y', 'say "hi"']);
  });
  test('lines are counted within fields of several lines, too', () => {
    expect(() => dataset.fromCsv('a,b\n1,"2\n"\n2,q\n', { types: { b: 'number' } })).toThrow('line 4');
  });
});
test('csv: a byte order mark is no part of the first name', () => {
  expect(dataset.fromCsv('\ufeffa,b\n1,2\n', { target: 'a' }).featureNames).toEqual(['b']);
});
describe('idx', () => {
  const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40);
  test('sizes are big-endian', () => {
    const { size, shape, x } = dataset.fromIdx(images);
    expect([size, shape, [...x]]).toEqual([2, [1, 2, 1], [10, 20, 30, 40]]);
  });
  test('a file that is cut off is refused', () => {
    expect(() => dataset.fromIdx(images.subarray(0, 19))).toThrow('needs 20 bytes and the file has 19');
  });
});
test('folds depend on the seed', () => {
  const first = (seed: number): string => kFold(clouds(40), 4, { seed })[0].validation.x.join();
  expect(first(1)).not.toBe(first(2));
});
test('a slice has the weights of its rows', () => {
  const data = dataset({ x: [[1], [2], [3]], y: [1, 2, 3], weights: [1, 2, 3] });
  expect([...(data.slice(1, 2).weights as Float32Array)]).toEqual([2]);
  expect([...data.slice(-2).x]).toEqual([2, 3]);
});
test('map sees bytes by their scale', () => {
  let seen = 0;
  dataset({ x: Uint8Array.of(255), shape: [1], scale: 1 / 255 }).map(({ x }) => {
    [seen] = x;
    return {};
  });
  expect(seen).toBe(1);
});
describe('concat', () => {
  const bytes = (scale: number) => dataset({ x: Uint8Array.of(10), shape: [1], scale });
  test('bytes of other scales become numbers', () => expect([...bytes(1).concat(bytes(0.5)).x]).toEqual([10, 5]));
  test('their numbers are those that training sees', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const scaled = dataset({ x: all, shape: [1], scale: 1 / 255 }).concat(bytes(0.5));
    expect([...scaled.x.subarray(0, 256)]).toEqual([...Float32Array.from(all, (v) => v * Math.fround(1 / 255))]);
  });
  test('classes are those of both', () => {
    const one = dataset({ x: [[1]], y: [0], classes: 2 });
    expect(one.concat(dataset({ x: [[1]], y: [2], classes: 3 })).classes).toBe(3);
  });
  test('a sealed set stays sealed on either side', () => {
    expect(clouds(4).concat(clouds(4, 2, true)).sealed).toBe(true);
    expect(clouds(4, 2, true).concat(clouds(4)).sealed).toBe(true);
  });
});
