/** The colours of both themes. Blue and orange are told apart by people with every kind of colour vision, and the classes differ by shape
 *  too. Text and lines that carry meaning have the contrast that WCAG 2.2 AA asks for: 4.5 and 3. */
export interface Theme {
  readonly name: 'light' | 'dark';
  readonly page: string;
  readonly panel: string;
  readonly raised: string;
  readonly line: string;
  /** The borders of controls, which are seen against the panel. */
  readonly edge: string;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
  readonly onAccent: string;
  /** Negative and positive: class 0 and class 1, weights below and above 0. */
  readonly zero: string;
  readonly one: string;
  /** The curves of training and validation. */
  readonly training: string;
  readonly validation: string;
  readonly gap: string;
  readonly warning: string;
  /** The ends and the middle of the map's colours, as red, green, blue. */
  readonly map: readonly [zero: readonly number[], middle: readonly number[], one: readonly number[]];
}

const light: Theme = {
  name: 'light',
  page: '#ffffff',
  panel: '#f6f7f9',
  raised: '#ffffff',
  line: '#dfe2e8',
  edge: '#7d8594',
  text: '#191c22',
  muted: '#555c69',
  accent: '#4a3fc4',
  onAccent: '#ffffff',
  zero: '#b35300',
  one: '#1467b3',
  training: '#1467b3',
  validation: '#b3410e',
  gap: '#d9480f26',
  warning: '#a61b1b',
  map: [
    [249, 186, 130],
    [250, 249, 247],
    [142, 190, 237],
  ],
};
const dark: Theme = {
  name: 'dark',
  page: '#14161b',
  panel: '#1c1f26',
  raised: '#262a33',
  line: '#363b46',
  edge: '#8b93a3',
  text: '#eef0f4',
  muted: '#b0b7c4',
  accent: '#a59dff',
  onAccent: '#14122b',
  zero: '#ffa45c',
  one: '#73b9ff',
  training: '#73b9ff',
  validation: '#ff9d6b',
  gap: '#ff9d6b33',
  warning: '#ff8f8f',
  map: [
    [138, 74, 22],
    [32, 34, 40],
    [30, 82, 138],
  ],
};
export const THEMES = { light, dark };

/** The colours as custom properties, for the style sheet. */
export const properties = (theme: Theme): string =>
  Object.entries(theme)
    .filter(([key, value]) => key !== 'name' && typeof value === 'string')
    .map(([key, value]) => `--${key.toLowerCase()}:${value}`)
    .join(';');
