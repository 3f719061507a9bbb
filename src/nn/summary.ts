import { show, sizeOf } from '../graph/shape.js';
import type { Inside } from './model.js';

/** The layers with their output shapes and numbers of parameters, as a table. */
export function summaryOf({ blueprint, parameters, shape }: Required<Inside>, batchSize?: number): string {
  const counts = new Map(parameters.segments.map(({ name, size }) => [name, size]));
  const batch = batchSize === undefined ? 'n' : String(batchSize);
  const sized = (output: readonly number[]): string => `[${[batch, ...output.slice(1)].join(', ')}]`;
  const rows = blueprint.layers.map(({ path, name, output, parameters: own }) => {
    const count = own.reduce((sum, parameter) => sum + (counts.get(parameter) ?? 0), 0);
    return [path, name, sized(output), count ? count.toLocaleString('en') : ''];
  });
  const table = [['path', 'layer', 'output', 'parameters'], ...rows];
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 3 ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  const trainable = parameters.segments.filter((s) => s.trainable).reduce((sum, { size }) => sum + size, 0);
  const fixed = parameters.segments.filter((s) => !s.trainable).reduce((sum, { size }) => sum + size, 0);
  const total = `${trainable.toLocaleString('en')} parameters${fixed ? ` and ${fixed.toLocaleString('en')} running statistics` : ''}`;
  const activations = blueprint.layers.reduce((sum, { output }) => sum + sizeOf(output.slice(1)), 0);
  const memory =
    batchSize === undefined
      ? []
      : [`activations of a batch of ${batchSize}: ${((4 * batchSize * activations) / 1024).toFixed(1)} KB`];
  return [...table.map(line), `input ${show(shape)}, ${total}`, ...memory].join('\n');
}
