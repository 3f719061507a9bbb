import { expect, test } from 'vitest';
import { curves } from '../../src/curves.js';
import { clock, Progress, progressLine } from '../../src/cli/progress.js';

test('curves fall from the left to the right', () => {
  const list = [
    { name: 'training', mark: '·', values: [4, 2, 1, 0] },
    { name: 'validation', mark: '∘', values: [4, 3, 2, 2] },
  ];
  const lines = [
    '4.000 ┤▪',
    '      ┤ ∘',
    '      ┤ ·∘∘',
    '      ┤  ·',
    '0.000 ┤   ·',
    '      └────',
    '       1  4 epochs',
  ];
  expect(curves(list, 10, 5).split('\n')).toEqual([...lines, '       · training   ∘ validation']);
});
test('curves of one epoch, of equal values and of none', () => {
  expect(curves([{ name: 'a', mark: 'x', values: [1] }])).toContain('x');
  expect(curves([{ name: 'a', mark: 'x', values: [2, 2, 2] }], 9, 3)).toContain('2.000 ┤xxx');
  expect(curves([{ name: 'a', mark: 'x', values: [] }])).toBe('no whole epoch, no curves');
  expect(curves([{ name: 'a', mark: 'x', values: [Number.NaN, 1] }], 9, 3)).toContain('x');
});
test('many epochs fit the width', () => {
  const values = Array.from({ length: 5000 }, (_, i) => 1 / (i + 1));
  for (const line of curves([{ name: 'a', mark: 'x', values }], 40).split('\n')) expect(line.length).toBeLessThan(60);
});

const record = {
  epoch: 2,
  step: 80,
  loss: 0.5,
  training: { loss: 0.25, accuracy: 0.9 },
  validation: { loss: 0.5, accuracy: 0.875 },
  rows: { training: 100, validation: 20 },
  learningRate: 0.001,
  gradNorm: 1,
  paramNorm: 1,
  updateRatio: 0.01,
  examplesPerSecond: 100,
  seconds: 30,
};
test('a line says where training stands', () => {
  expect(progressLine(record, 10, 75)).toBe(
    'epoch  2/10  training loss 0.2500, accuracy 0.900  validation loss 0.5000, accuracy 0.875  rate 0.0010  1:15 left',
  );
  expect(clock(3599.6)).toBe('60:00');
});
test('a terminal rewrites its line, a file gets some', () => {
  const texts: string[] = [];
  const terminal = new Progress({ isTTY: true, columns: 30, write: (text) => texts.push(text) }, 10);
  terminal.show(record);
  terminal.end();
  expect(texts).toEqual(['\r\x1b[Kepoch  2/10  training loss 0.', '\n']);
  const lines: string[] = [];
  const file = new Progress({ write: (text) => lines.push(text) }, 150);
  for (let epoch = 1; epoch <= 150; epoch++) file.show({ ...record, epoch });
  file.end();
  expect(lines.length).toBe(16);
});
test('a resumed training reckons with the epochs that it trained itself', () => {
  const lines: string[] = [];
  const file = new Progress({ write: (text) => lines.push(text) }, 110);
  file.show({ ...record, epoch: 101, seconds: 2 });
  expect(lines).toEqual([expect.stringContaining('epoch 101/110')]);
  expect(lines[0]).toContain('0:18 left');
});
