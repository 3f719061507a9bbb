import { escaped } from '../markup.js';

/** SVG as text: the same bytes in every engine, because numbers are rounded to tenths and written by the language's own rules. */

/** A coordinate with at most one decimal. */
export const num = (x: number): string => {
  const rounded = Math.round(x * 10) / 10;
  return String(rounded === 0 ? 0 : rounded);
};

export const raisedOf = (n: number | string): string =>
  String(n).replace(/./g, (c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]));
/** A number as people read it on an axis. */
export function label(x: number, digits = 3): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? '–' : x > 0 ? '∞' : '−∞';
  const size = Math.abs(x);
  const sign = x < 0 ? '−' : '';
  if (size < 1e6 && Number.isInteger(size)) return sign + size;
  const [mantissa, exponent] = size.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  if (power >= -3 && power < Math.max(5, digits)) return sign + Number(size.toPrecision(digits));
  const times = Number(mantissa) === 1 ? '' : `${Number(mantissa)}·`;
  return `${sign}${times}10${raisedOf(power)}`;
}
/** Numbers with as many digits as tell them apart. */
export function labels(list: readonly number[]): string[] {
  for (let digits = 3; ; digits++) {
    const written = list.map((x) => label(x, digits));
    if (digits === 12 || new Set(written).size === list.length) return written;
  }
}

type Attributes = Readonly<Record<string, string | number | undefined>>;
/** An element. Numbers among the attributes are coordinates. */
export function element(name: string, attributes: Attributes, ...inner: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? num(value) : escaped(String(value))}"`)
    .join('');
  return inner.length ? `<${name}${written}>${inner.join('')}</${name}>` : `<${name}${written}/>`;
}

/** Words at a place. */
export const words = (x: number, y: number, text: string, more: Attributes = {}): string =>
  element('text', { x, y, class: 'rt', ...more }, escaped(text));

/** An open line through points. */
export const pathOf = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i ? 'L' : 'M'}${num(x)} ${num(y)}`).join('');

const wideness = (c: string): number =>
  /[.,:;'|!()[\]iljftr· ]/.test(c) ? 0.36 : /[mwMW@—…]/.test(c) ? 0.92 : /[A-Z<>&+=−]/.test(c) ? 0.72 : 0.6;
/** How wide words are, at most about: there is no font to measure. */
export const widthOf = (text: string, size = 12): number => {
  let sum = 0;
  for (const c of text) sum += wideness(c);
  return sum * size;
};
/** Words that are shortened to a width. */
export const fitted = (text: string, width: number, size = 12): string => {
  if (text.length < 500 && widthOf(text, size) <= width) return text;
  const kept = Array.from(text.slice(0, 500));
  while (kept.length && widthOf(kept.join(''), size) + size * 0.92 > width) kept.pop();
  return `${kept.join('').trimEnd()}…`;
};

/** A mark whose shape and colour tell to what it belongs. */
export function dotOf(cx: number, cy: number, colour: number): string {
  const more = { class: `f${colour % COLOURS} ro`, 'stroke-width': 1 };
  const shape = colour % 5;
  if (shape === 0) return element('circle', { cx, cy, r: 3.6, ...more });
  const [x, y] = [num(cx), num(cy)];
  const outlines = ['m0-4.8 4.5 8h-9z', 'm-3.4-3.4h6.8v6.8h-6.8z', 'm0-5 4.6 5-4.6 5-4.6-5z', 'm0 4.8 4.5-8h-9z'];
  return element('path', { d: `M${x} ${y}${outlines[shape - 1]}`, ...more });
}

/** Colours that are told apart with every kind of colour vision (after Okabe & Ito 2008), dark enough for white and light enough for
 *  black. */
const LIGHT = ['#0072b2', '#c84e00', '#00795a', '#a3468a', '#8a6d00', '#4a4ab8', '#b3261e', '#555555'];
const DARK = ['#5cb8f0', '#ff9a4d', '#35cf9f', '#ee93cf', '#f0e05a', '#b0aaff', '#ff8a80', '#bdbdbd'];
export const COLOURS = LIGHT.length;
/** The dashes of lines, so that colours are not all that tells them apart. */
export const DASHES = ['', '7 3', '2 3', '9 3 2 3', '12 4', '4 2', '1 4', '6 2 1 2 1 2'];

export type Theme = 'auto' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

function rules(root: string, dark: boolean): string {
  const [ink, soft, grid, ground, colours] = dark
    ? ['#e8e8e8', '#b4b4b4', '#3c3c3c', '#161616', DARK]
    : ['#1a1a1a', '#595959', '#e0e0e0', '#ffffff', LIGHT];
  const of = (name: string, rule: string): string => `${root} .${name}{${rule}}`;
  return [
    of('rt', `fill:${ink};stroke:none;font:12px system-ui,sans-serif`),
    of('rh', `font-weight:600;font-size:14px`),
    of('rq', `fill:${soft}`),
    of('rg', `stroke:${grid};fill:none`),
    of('ra', `stroke:${soft};fill:none`),
    of('ri', `stroke:${ink};fill:none`),
    ...colours.flatMap((colour, i) => [of(`s${i}`, `stroke:${colour};fill:none`), of(`f${i}`, `fill:${colour}`)]),
    // After the colours, which they override.
    of('rb', `fill:${ground}`),
    of('rd', `fill:#161616`),
    of('rc', `fill:${ink};fill-opacity:.022;stroke:${soft};stroke-opacity:.55;stroke-width:.8`),
    of('rk', `stroke:${ground};stroke-width:3px;paint-order:stroke;stroke-linejoin:round`),
    of('ro', `stroke:${ground}`),
  ].join('');
}

/** Rules begin with the class of the root, and those of a theme are the same in all pictures: pictures in one page do not disturb one
 *  another, nor the page. */
function styles(theme: Theme): string {
  const root = `.regulus-${theme}`;
  if (theme !== 'auto') return rules(root, theme === 'dark');
  return `${rules(root, false)}@media (prefers-color-scheme:dark){${rules(root, true)}}`;
}

export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  readonly title: string;
  readonly description: string;
}
/** A whole picture: its title is read by screen readers and drawn above. */
export function sheet({ width, height, theme, title, description }: Sheet, body: string): string {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${num(width)} ${num(height)}`,
      width,
      height,
      role: 'img',
      'aria-label': `${title}. ${description}`,
      class: `regulus-${theme}`,
      style: 'max-width:100%;height:auto',
    },
    element('title', {}, escaped(title)),
    element('desc', {}, escaped(description)),
    `<style>${styles(theme)}</style>`,
    element('rect', { width, height, class: 'rb' }),
    words(12, 22, fitted(title, width - 24, 15.5), { class: 'rt rh' }),
    body,
  );
}
