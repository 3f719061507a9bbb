import { expect, test } from 'vitest';
import { loadSafetensors, nn, saveSafetensors, type Tensor } from '../../src/index.js';
import { toJson } from '../../src/io/configuration.js';

test('subnormal halves', () => {
  const header = '{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}'.padEnd(56);
  const file = new Uint8Array(66);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, 56n, true);
  file.set(new TextEncoder().encode(header), 8);
  view.setUint16(64, 1, true);
  expect((loadSafetensors(file) as unknown as Record<string, Tensor>).a.data()[0]).toBe(2 ** -24);
});
test('bytes that belong to no tensor are refused', () => {
  const file = saveSafetensors(nn.sequential([nn.dense(1)]).build([1]));
  const more = new Uint8Array(file.length + 4);
  more.set(file);
  expect(() => loadSafetensors(more)).toThrow('belong to no tensor');
});
test('typed arrays are lists in JSON', () => {
  const options = { weights: Float32Array.of(0.5, 2), inner: [{ bytes: Uint8Array.of(1, 255) }] };
  expect(toJson(options)).toEqual({ weights: [0.5, 2], inner: [{ bytes: [1, 255] }] });
});
