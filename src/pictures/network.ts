import type { Drawing } from './picture.js';
import { element, label, num, words } from './svg.js';

export interface Weights {
  readonly inputs: number;
  readonly units: number;
  /** [inputs, units] */
  readonly values: ArrayLike<number>;
}
/** One matrix of two with the same inputs. */
const beside = ({ inputs, units, values }: Weights, other: Weights): Weights => {
  const both = units + other.units;
  const at = (k: number): number => {
    const [i, j] = [Math.floor(k / both), k % both];
    return j < units ? values[i * units + j] : other.values[i * other.units + j - units];
  };
  return { inputs, units: both, values: Array.from({ length: inputs * both }, (_, k) => at(k)) };
};
/** Units of a layer that are drawn. */
const SHOWN = 10;

/** A number from 0 and below 1 for each unit. */
function draw(seed: number, layer: number, unit: number): number {
  let h = (seed ^ Math.imul(layer + 1, 0x9e3779b1) ^ Math.imul(unit + 1, 0x85ebca6b)) | 0;
  for (const factor of [0x7feb352d, 0x846ca68b]) h = Math.imul(h ^ (h >>> 16), factor);
  return ((h ^ (h >>> 15)) >>> 0) / 0x100000000;
}

/** Units in columns, and the weights between them. */
export function networkDrawing(all: readonly Weights[], keep: number, seed: number): Drawing {
  // Layers that follow one another, and heads of the same units side by side; other matrices begin no column.
  const weights: Weights[] = [];
  for (const w of all) {
    const last = weights[weights.length - 1];
    if (!last || w.inputs === last.units) weights.push(w);
    else if (w.inputs === last.inputs) weights[weights.length - 1] = beside(last, w);
  }
  const sizes = [weights[0].inputs, ...weights.map((w) => w.units)];
  const last = sizes.length - 1;
  const kept = sizes.map((n, layer) =>
    Array.from({ length: n }, (_, unit) => layer === last || keep === 1 || draw(seed, layer, unit) < keep),
  );
  const left = kept.map((units) => units.filter(Boolean).length);
  const chain = sizes.join(' → ');
  const thinned = keep < 1 ? ` Thinned with keep = ${label(keep)}: ${left.join(' → ')} units are kept.` : '';
  return {
    title: keep < 1 ? 'A thinned network' : 'A network',
    description: `Units by layer: ${chain}.${thinned}`,
    height: (w) => Math.max(200, Math.min(w * 0.8, 130 + 28 * Math.min(SHOWN, Math.max(...sizes)))),
    svg: (box) => {
      const inner = { ...box, y: box.y + 26, height: box.height - 54 };
      const x = (layer: number): number => inner.x + 24 + ((inner.width - 48) * layer) / last;
      const y = (layer: number, unit: number): number => {
        const n = Math.min(SHOWN, sizes[layer]);
        return inner.y + (inner.height * (unit + 0.5)) / n;
      };
      let out = '';
      ['positive weight', 'negative weight'].forEach((name, i) => {
        const at = box.x + 130 * i;
        out += element('path', {
          d: `M${num(at)} ${num(box.y + 6)}h22`,
          class: `s${i}`,
          'stroke-width': 2,
          'stroke-dasharray': i ? '5 3' : '',
        });
        out += words(at + 28, box.y + 10, name);
      });
      weights.forEach(({ units, values }, layer) => {
        let most = 0;
        for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
        for (let i = 0; i < Math.min(SHOWN, sizes[layer]); i++)
          for (let j = 0; j < Math.min(SHOWN, units); j++) {
            if (!kept[layer][i] || !kept[layer + 1][j]) continue;
            const w = values[i * units + j];
            const size = most > 0 ? Math.abs(w) / most : 0;
            out += element('path', {
              d: `M${num(x(layer))} ${num(y(layer, i))}L${num(x(layer + 1))} ${num(y(layer + 1, j))}`,
              class: w < 0 ? 's1' : 's0',
              'stroke-width': 0.5 + 2 * size,
              'stroke-opacity': (0.2 + 0.7 * size).toFixed(2),
              'stroke-dasharray': w < 0 ? '5 3' : '',
            });
          }
      });
      sizes.forEach((n, layer) => {
        const drawn = Math.min(SHOWN, n);
        const r = Math.min(10, (inner.height / drawn) * 0.36);
        for (let unit = 0; unit < drawn; unit++) {
          const [cx, cy] = [x(layer), y(layer, unit)];
          const alive = kept[layer][unit];
          out += element('circle', {
            cx,
            cy,
            r,
            class: alive ? 'ri rb' : 'ra rb',
            'stroke-width': 1.5,
            'stroke-dasharray': alive ? '' : '2 2',
          });
          const d = r * 0.55;
          if (!alive)
            out += element('path', {
              d: `M${num(cx - d)} ${num(cy - d)}L${num(cx + d)} ${num(cy + d)}M${num(cx - d)} ${num(cy + d)}L${num(cx + d)} ${num(cy - d)}`,
              class: 'ra',
            });
        }
        const what = layer === 0 ? ' inputs' : layer === last ? (n === 1 ? ' output' : ' outputs') : '';
        const name = (n > drawn ? `${drawn} of ${n}` : String(n)) + what;
        const anchor = layer === 0 ? 'start' : layer === last ? 'end' : 'middle';
        const shift = layer === 0 ? -20 : layer === last ? 20 : 0;
        out += words(x(layer) + shift, box.y + box.height - 8, name, { class: 'rt rq', 'text-anchor': anchor });
      });
      return out;
    },
    text: () => `${chain}${keep < 1 ? `\nkept: ${left.join(' → ')}` : ''}`,
  };
}
