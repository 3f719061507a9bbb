import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromKeras } from '../../src/formats/fromKeras.js';

const read = (name: string): Uint8Array => new Uint8Array(readFileSync(`test/fixtures/keras/${name}`));
type Rows = number[] | Rows[];
const OUTPUTS = JSON.parse(readFileSync('test/fixtures/keras/outputs.json', 'utf8')) as Record<
  string,
  { x: Rows; y: number[][] }
>;

describe('files that Keras 3.15 wrote', () => {
  test.each(Object.entries(OUTPUTS))('%s predicts what Keras does', async (name, { x, y }) => {
    const model = await fromKeras(read(name));
    const out = model.predict(x as never);
    const got = Array.from(out.data());
    const want = (y as Rows[]).flat(9) as number[];
    console.log(
      name,
      Math.max(...got.map((v, i) => Math.abs(v - want[i]))),
      model
        .parameters()
        .map((p) => p.name)
        .join(' '),
    );
    const most = /16/.test(name) ? 2e-2 : 1e-5;
    got.forEach((v, i) => {
      expect(Math.abs(v - want[i])).toBeLessThan(most);
    });
  });
});
