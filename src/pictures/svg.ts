/** SVG as text: the same bytes in every engine, because numbers are rounded to hundredths and written by the language's own rules. */

/** A coordinate with at most two decimals. */
export const num = (x: number): string => {
  const rounded = Math.round(x * 100) / 100;
  return String(rounded === 0 ? 0 : rounded);
};

/** Whether XML knows a character. */
function known(c: string): boolean {
  const code = c.codePointAt(0) ?? 0;
  if (code < 32) return code === 9 || code === 10 || code === 13;
  return !(code >= 0xd800 && code <= 0xdfff) && (code & 0xfffe) !== 0xfffe;
}
/** Text within XML; characters that XML does not know are replaced. */
export const escaped = (text: string): string =>
  Array.from(text, (c) => (known(c) ? c : '\ufffd'))
    .join('')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');

/** A number as people read it on an axis. */
export function label(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? '–' : x > 0 ? '∞' : '−∞';
  const size = Math.abs(x);
  if (size === 0) return '0';
  const [digits, exponent] = size.toExponential(2).split('e');
  const power = Number(exponent);
  const sign = x < 0 ? '−' : '';
  if (power < -3 || power > 4) return `${sign}${Number(digits)}e${power < 0 ? '−' : ''}${Math.abs(power)}`;
  return sign + String(Number(size.toPrecision(3)));
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

/** How wide words are, at most about: there is no font to measure. */
export const widthOf = (text: string, size = 12): number => text.length * size * 0.58;
/** Words that are shortened to a width. */
export const fitted = (text: string, width: number, size = 12): string => {
  const most = Math.max(1, Math.floor(width / (size * 0.58)));
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`;
};

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
    of('rn', `fill:${ink}`),
    ...colours.flatMap((colour, i) => [of(`s${i}`, `stroke:${colour};fill:none`), of(`f${i}`, `fill:${colour}`)]),
    // After the colours, which they override.
    of('rb', `fill:${ground}`),
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
    words(12, 22, fitted(title, width - 24, 14.5), { class: 'rt rh' }),
    body,
  );
}
