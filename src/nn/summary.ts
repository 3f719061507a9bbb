import { show } from '../graph/shape.js';
import { footprintOf } from './footprint.js';
import type { Inside } from './model.js';

/** The layers with their output shapes and numbers of parameters, as a table; with a batch size, the memory of a training step too. */
export function summaryOf(inside: Required<Inside>, batchSize?: number): string {
  const { part, blueprint, parameters, shape } = inside;
  const counts = new Map(parameters.segments.map(({ name, size }) => [name, size]));
  const batch = batchSize === undefined ? 'n' : String(batchSize);
  const sized = (output: readonly number[]): string => `[${[batch, ...output.slice(1)].join(', ')}]`;
  const shown = new Set<string>();
  /** What a part of a graph is called with, at its first layer. */
  const from = (path: string): string[] => {
    if (!part.wiring) return [];
    const [name] = path.split('.');
    const first = !shown.has(name);
    shown.add(name);
    return [first ? part.wiring[name] : ''];
  };
  const rows = blueprint.layers.map(({ path, name, output, parameters: own }) => {
    const count = own.reduce((sum, parameter) => sum + (counts.get(parameter) ?? 0), 0);
    return [path, name, sized(output), count ? count.toLocaleString('en') : '', ...from(path)];
  });
  const table = [['path', 'layer', 'output', 'parameters', ...(part.wiring ? ['called with'] : [])], ...rows];
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 3 ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  const trainable = parameters.segments.filter((s) => s.trainable).reduce((sum, { size }) => sum + size, 0);
  const fixed = parameters.segments.filter((s) => !s.trainable).reduce((sum, { size }) => sum + size, 0);
  const total = `${trainable.toLocaleString('en')} parameters${fixed ? ` and ${fixed.toLocaleString('en')} running statistics` : ''}`;
  const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;
  const needs = batchSize === undefined ? undefined : footprintOf(inside, batchSize);
  const memory = needs
    ? [
        `a training step of ${batchSize} rows: ${kilobytes(needs.activations)} for what layers pass on and back, ` +
          `${kilobytes(needs.parameters)} of parameters and as much of gradient`,
      ]
    : [];
  return [...table.map(line), `input ${show(shape)}, ${total}`, ...memory].join('\n');
}
