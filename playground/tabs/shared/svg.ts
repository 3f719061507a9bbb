import { escaped } from '../../../src/markup.js';

/** Pictures as text. Every style is an attribute, so that a picture is the same in the page and in a file. */

export const rounded = (value: number): string => String(Math.round(value * 10) / 10);

type Attributes = Readonly<Record<string, string | number | undefined>>;
export const element = (name: string, attributes: Attributes, content = ''): string =>
  `<${name}${Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? rounded(value) : value}"`)
    .join('')}>${content}</${name}>`;

/** A picture of its own; `title` is for those who cannot see it. Without one it is the ground below another picture, which has it. */
export const drawing = (width: number, height: number, title: string | undefined, content: string): string =>
  element(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${rounded(width)} ${rounded(height)}` },
      ...{ width, height, 'font-family': 'system-ui, sans-serif' },
      ...(title === undefined ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': escaped(title) }),
    },
    content,
  );

/** Places drawings beside and below one another, as one picture. */
export function sheet(
  columns: readonly (readonly (readonly [drawing: string, width: number, height: number])[])[],
  page: string,
  title: string,
  captions: readonly string[] = [],
  text = '#000',
): string {
  const GAP = 16;
  let x = GAP;
  let tallest = 0;
  const parts: string[] = [];
  for (const column of columns) {
    let y = GAP;
    for (const [picture, , height] of column) {
      parts.push(picture.replace('<svg', `<svg x="${rounded(x)}" y="${rounded(y)}"`));
      y += height + GAP;
    }
    tallest = Math.max(tallest, y);
    x += Math.max(0, ...column.map(([, width]) => width)) + GAP;
  }
  const lines = captions.map((line, i) =>
    element('text', { x: GAP, y: tallest + 14 + 20 * i, 'font-size': 14, fill: text }, escaped(line)),
  );
  const height = tallest + 20 * lines.length + (lines.length ? GAP : 0);
  return drawing(
    x,
    height,
    title,
    element('title', {}, escaped(title)) +
      element('rect', { width: x, height, fill: page }) +
      parts.join('') +
      lines.join(''),
  );
}

/** A line through points, interrupted where a number is not finite. */
export function path(points: readonly (readonly [x: number, y: number])[]): string {
  let pen = false;
  return points
    .map(([x, y]) => {
      const finite = Number.isFinite(x) && Number.isFinite(y);
      const command = finite ? `${pen ? 'L' : 'M'}${rounded(x)} ${rounded(y)}` : '';
      pen = finite;
      return command;
    })
    .join('');
}

/** Numbers from −1 to 1 as squares in rows of `columns`: the larger a number, the more there is of its colour. */
export function pixels(values: ArrayLike<number>, columns: number, side: number, above: string, below = above): string {
  const shades = new Map<number, string>();
  for (let i = 0; i < values.length; i++) {
    const shade = Math.round(16 * values[i]);
    if (!shade) continue;
    const [x, y] = [i % columns, Math.floor(i / columns)].map((place) => rounded(place * side));
    shades.set(shade, `${shades.get(shade) ?? ''}M${x} ${y}h${side}v${side}h-${side}z`);
  }
  return [...shades]
    .map(([shade, d]) =>
      element('path', { d, fill: shade > 0 ? above : below, 'fill-opacity': String(Math.abs(shade) / 16) }),
    )
    .join('');
}

export function arrow(from: readonly [number, number], to: readonly [number, number], attributes: Attributes): string {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (!(length > 1)) return '';
  const [ux, uy] = [dx / length, dy / length];
  const head = Math.min(8, length / 2);
  const [bx, by] = [to[0] - head * ux, to[1] - head * uy];
  const wing = 0.45 * head;
  return element('path', {
    ...{ fill: 'none', 'stroke-width': 2.5, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' },
    ...attributes,
    d: `${path([from, to])}${path([[bx - wing * uy, by + wing * ux], to, [bx + wing * uy, by - wing * ux]])}`,
  });
}

/** A number in few characters, with a true minus. */
export function short(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const text =
    value !== 0 && (size >= 1e5 || size < 1e-3)
      ? value.toExponential(digits - 2).replace('e+', 'e')
      : String(Number(value.toPrecision(digits)));
  return text.replaceAll('-', '−');
}
export const pair = (a: number, b: number): string => `(${short(a)}, ${short(b)})`;

/** Round numbers between two, as a scale shows them. */
export function ticks(from: number, to: number, count: number): readonly number[] {
  const rough = (to - from) / count;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((n) => n * ten >= rough) ?? 10) * ten;
  const first = Math.ceil(from / step - 1e-9);
  const found: number[] = [];
  for (let i = first; i * step <= to + 1e-9 * step; i++) found.push(Number((i * step).toPrecision(12)));
  return found;
}

/** Mixes two colours of six digits. */
export function mixed(a: readonly number[], b: readonly number[], share: number): string {
  return `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * share)).join(' ')})`;
}
