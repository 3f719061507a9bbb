import type { Drawing } from './picture.js';
import { pngOf } from './png.js';
import { extent } from './scale.js';
import { element, fitted, label, widthOf, words } from './svg.js';

const SHADES = ' ░▒▓█';
export const shadeOf = (share: number): string =>
  Number.isFinite(share) ? SHADES[Math.min(4, Math.max(0, Math.floor(share * 4.999)))] : '?';

export interface HeatmapShown {
  readonly title: string;
  readonly values: readonly (readonly number[])[];
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Whether numbers stand in the cells. Default: where they have room. */
  readonly numbers?: boolean;
  readonly note?: string;
}
/** Cells whose colour is deeper for larger values. */
export function heatmapDrawing(shown: HeatmapShown): Drawing {
  const { title, values, xLabel, yLabel, note } = shown;
  const [low, high] = extent(values.flat());
  const share = (v: number): number => (v - low) / (high - low || 1);
  const height = values.length;
  const width = Math.max(...values.map((row) => row.length));
  const rows = shown.rows ?? values.map((_, i) => String(i));
  const columns = shown.columns ?? Array.from({ length: width }, (_, i) => String(i));
  const side = (w: number): number => Math.min(46, (w - 24 - 80) / width);
  return {
    title,
    description: `A heat map of ${height} rows and ${width} columns, from ${label(low)} to ${label(high)}.${xLabel ? ` Columns: ${xLabel}.` : ''}${yLabel ? ` Rows: ${yLabel}.` : ''}${
      height * width <= 36
        ? ` ${values.map((row, i) => `${rows[i]}: ${row.map((v) => label(v)).join(', ')}`).join('; ')}.`
        : ''
    }${note ? ` ${note}` : ''}`,
    height: (w) => 100 + height * Math.max(8, side(w)) + (note || width > 8 ? 20 : 0),
    svg: (box) => {
      const left = Math.min(box.width * 0.3, Math.max(...rows.map((r) => widthOf(r))) + 10);
      const [above, below] = [yLabel ? 18 : 2, (xLabel ? 36 : 20) + (note || width > 8 ? 20 : 0)];
      const [w, h] = [(box.width - left - 4) / width, (box.height - above - below) / height];
      const cell = Math.min(w, h * 1.6);
      const [x0, y0] = [box.x + left, box.y + above];
      const size = Math.min(12, h * 0.6);
      const numbers =
        shown.numbers ??
        (size >= 8 && height * width <= 2500 && Math.max(...values.flat().map((v) => widthOf(label(v), size))) < cell);
      // Whole pixels, so that cells neither overlap nor leave gaps.
      const edge = cell >= 4 ? Math.round : (v: number) => v;
      const crisp = { 'shape-rendering': 'crispEdges' };
      let out = yLabel ? words(box.x, box.y + 10, fitted(yLabel, box.width)) : '';
      values.forEach((row, i) => {
        row.forEach((v, j) => {
          const t = share(v);
          const [left, top] = [edge(x0 + j * cell), edge(y0 + i * h)];
          const place = {
            x: left,
            y: top,
            width: edge(x0 + (j + 1) * cell) - left,
            height: edge(y0 + (i + 1) * h) - top,
          };
          if (Number.isFinite(v))
            out += element('rect', { ...place, class: 'f0', 'fill-opacity': (0.04 + 0.96 * t).toFixed(2), ...crisp });
          if (numbers)
            out += words(place.x + cell / 2, place.y + h / 2 + size * 0.35, label(v), {
              // Dark on the middle of the scale with both themes.
              class: t > 0.8 ? 'rt rb' : t > 0.6 ? 'rt rd' : 'rt',
              style: `font-size:${Math.round(size * 10) / 10}px`,
              'text-anchor': 'middle',
            });
        });
        if (i % Math.ceil(14 / h) === 0)
          out += words(x0 - 6, y0 + (i + 0.5) * h + 4, fitted(rows[i] ?? '', left - 6), {
            class: 'rt rq',
            'text-anchor': 'end',
          });
      });
      out += element('rect', { x: x0, y: y0, width: cell * width, height: h * height, class: 'rg' });
      const end = y0 + h * height;
      const skip = Math.ceil((Math.max(...columns.map((c) => Math.min(widthOf(c), 70))) + 6) / cell);
      for (let j = 0; j < width; j += skip)
        out += words(x0 + (j + 0.5) * cell, end + 15, fitted(columns[j] ?? '', Math.max(20, cell * skip)), {
          class: 'rt rq',
          'text-anchor': 'middle',
        });
      if (xLabel)
        out += words(x0 + (cell * width) / 2, end + 31, fitted(xLabel, box.width), { 'text-anchor': 'middle' });
      const foot = box.y + box.height - 4;
      if (note) out += words(box.x, foot, fitted(note, box.width), { class: 'rt rq' });
      else if (!numbers) {
        const first = x0 + widthOf(label(low)) + 6;
        out += words(x0, foot, label(low), { class: 'rt rq' });
        for (let k = 0; k < 12; k++)
          out += element('rect', {
            x: first + k * 8,
            y: foot - 10,
            width: 8,
            height: 11,
            class: 'f0',
            'fill-opacity': (0.04 + 0.08 * (k + 1)).toFixed(2),
            ...crisp,
          });
        out += words(first + 102, foot, label(high), { class: 'rt rq' });
      }
      return out;
    },
    text: () => {
      const name = Math.max(...rows.map((r) => r.length));
      if (width > 12)
        return values
          .map((row) =>
            row
              .map((v) => shadeOf(share(v)))
              .join('')
              .trimEnd(),
          )
          .join('\n');
      const cells = values.map((row) => row.map((v) => label(v)));
      const wide = columns.map((c, j) => Math.max(c.length, ...cells.map((row) => (row[j] ?? '').length)));
      const line = (head: string, row: readonly string[]): string =>
        `${head.padEnd(name)}  ${row.map((c, j) => c.padStart(wide[j])).join('  ')}`;
      return [line('', columns), ...cells.map((row, i) => line(rows[i] ?? '', row)), ...(note ? [note] : [])].join(
        '\n',
      );
    },
  };
}

export interface ImagesShown {
  readonly title: string;
  /** [count, height, width, channels] */
  readonly values: ArrayLike<number>;
  readonly shape: readonly [number, number, number, number];
  readonly columns?: number;
  readonly labels?: readonly string[];
  /** What stands between the images of a row. */
  readonly between?: readonly string[];
  /** Images from this one on have a range of their own: 0 is grey. */
  readonly signed?: (image: number) => boolean;
}
/** Images in a grid; the least level is black, the largest white. */
export function imagesDrawing(shown: ImagesShown): Drawing {
  const { title, values, shape, labels } = shown;
  const [count, high, wide, depth] = shape;
  const columns = Math.min(count, shown.columns ?? Math.min(10, Math.max(1, Math.ceil(Math.sqrt(count * 1.6)))));
  const rows = Math.ceil(count / columns);
  const size = high * wide * depth;
  const channels = depth === 3 || depth === 4 ? 3 : 1;
  const ranges = { plain: [Infinity, -Infinity], signed: [0, 0] };
  for (let i = 0; i < count * size; i++) {
    const v = values[i];
    if (!Number.isFinite(v)) continue;
    if (shown.signed?.(Math.floor(i / size)))
      ranges.signed = [Math.min(ranges.signed[0], -Math.abs(v)), Math.max(ranges.signed[1], Math.abs(v))];
    else ranges.plain = [Math.min(ranges.plain[0], v), Math.max(ranges.plain[1], v)];
  }
  const level = (image: number, v: number): number => {
    const [a, b] = shown.signed?.(image) ? ranges.signed : ranges.plain;
    return Number.isFinite(v) ? Math.round((255 * (v - a)) / (b - a || 1)) : 0;
  };
  const png = (image: number): string => {
    const levels = new Uint8Array(high * wide * channels);
    for (let p = 0; p < high * wide; p++)
      for (let c = 0; c < channels; c++) levels[p * channels + c] = level(image, values[image * size + p * depth + c]);
    return pngOf(levels, wide, high, channels);
  };
  const foot = labels ? 18 : 6;
  return {
    title,
    description: `${count} image${count === 1 ? '' : 's'} of ${wide} by ${high} pixels in ${rows} row${rows === 1 ? '' : 's'}.${labels ? ` ${labels.slice(0, 40).join('; ')}.` : ''}`,
    height: (w) => 50 + rows * (Math.min(110, (w - 24) / columns - 6) * (high / wide) + foot),
    svg: (box) => {
      const w = box.width / columns;
      const h = box.height / rows;
      const scale = Math.max(0.01, Math.min((w - 6) / wide, (h - foot) / high));
      let out = '';
      for (let i = 0; i < count; i++) {
        const [x, y] = [box.x + w * (i % columns), box.y + h * Math.floor(i / columns)];
        out += element('image', {
          x: x + (w - wide * scale) / 2,
          y,
          width: wide * scale,
          height: high * scale,
          href: png(i),
          preserveAspectRatio: 'none',
          style: 'image-rendering:pixelated',
        });
        const sign = shown.between?.[i % columns];
        if (sign)
          out += words(x + w, y + (high * scale) / 2 + 7, sign, { 'text-anchor': 'middle', style: 'font-size:20px' });
        if (labels?.[i])
          out += words(x + w / 2, y + high * scale + 13, fitted(labels[i], w - 4), { 'text-anchor': 'middle' });
      }
      return out;
    },
    text: () => {
      const across = Math.max(1, Math.min(columns, Math.floor(80 / (wide * 2 + 2))));
      const step = Math.max(1, Math.ceil(wide / 38));
      const out: string[] = [];
      for (let first = 0; first < Math.min(count, across * 4); first += across) {
        const some = Array.from({ length: Math.min(across, count - first) }, (_, k) => first + k);
        for (let y = 0; y < high; y += step)
          out.push(
            some
              .map((i) => {
                let line = '';
                for (let x = 0; x < wide; x += step)
                  line += shadeOf(level(i, values[i * size + (y * wide + x) * depth]) / 255).repeat(2);
                return line;
              })
              .join('  ')
              .trimEnd(),
          );
        if (labels)
          out.push(
            some
              .map((i) => (labels[i] ?? '').slice(0, wide * 2).padEnd(wide * 2))
              .join('  ')
              .trimEnd(),
          );
      }
      return out.join('\n');
    },
  };
}
