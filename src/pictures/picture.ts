import { checkKeys, integer, oneOf, refuse } from '../index.js';
import { escaped, plain } from '../markup.js';
import { sheet, type Theme, THEMES } from './svg.js';

/** What every picture takes. */
export interface PictureOptions {
  /** In pixels, 160 to 4000. Default 480. */
  width?: number;
  /** In pixels, 120 to 4000. Default: as the kind of picture needs it. */
  height?: number;
  /** The colours: of the reader's system, or always the same. Default 'auto'. */
  theme?: Theme;
  /** What stands above the picture, and is read by screen readers. Default: what is shown. */
  title?: string;
}
export const OPTIONS = ['width', 'height', 'theme', 'title'] as const;

/** A drawing. Notebooks show it by itself. */
export interface Picture {
  /** The picture as an SVG element, which is a file or a part of a page. */
  svg(): string;
  /** The picture for a terminal. */
  text(): string;
}

/** The space within a sheet that a drawing has. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Drawing {
  readonly title: string;
  readonly description: string;
  /** The default height for a width. */
  readonly height?: (width: number) => number;
  svg(box: Box): string;
  text(): string;
}

/** The key by which Deno's and other notebooks ask for what they show. */
const DISPLAY = Symbol.for('Jupyter.display');

/** Checks the options that every picture has. */
export function checkOptions(where: string, options: unknown, more: readonly string[] = []): PictureOptions {
  checkKeys(where, options, [...OPTIONS, ...more]);
  const { width, height, theme, title } = (options ?? {}) as PictureOptions;
  if (width !== undefined) integer(where, 'width', width, 160, 4000);
  if (height !== undefined) integer(where, 'height', height, 120, 4000);
  if (theme !== undefined) oneOf(where, 'theme', theme, THEMES);
  if (title !== undefined && (typeof title !== 'string' || !title)) refuse(where, 'title', title, 'text');
  return { width, height, theme, title };
}

/** Makes a picture of a drawing. */
export function pictureOf(drawing: Drawing, options: PictureOptions): Picture {
  const { width = 480, theme = 'auto', title = drawing.title } = options;
  const height = options.height ?? Math.round(drawing.height?.(width) ?? 300);
  const { description } = drawing;
  const svg = (): string =>
    sheet(
      { width, height, theme, title, description },
      drawing.svg({ x: 12, y: 34, width: width - 24, height: height - 42 }),
    );
  const text = (): string => plain(`${title}\n${drawing.text()}`);
  const picture = { svg, text, toString: text };
  // An image rather than the element, because notebooks that are not trusted drop the latter.
  const shown = () => {
    const whole = svg();
    const source = `data:image/svg+xml,${encodeURIComponent(whole)}`;
    const alt = escaped(`${title}. ${description}`);
    return { 'image/svg+xml': whole, 'text/html': `<img alt="${alt}" src="${source}">`, 'text/plain': text() };
  };
  return Object.defineProperties(picture as Picture, {
    toString: { enumerable: false },
    [DISPLAY]: { value: shown },
  });
}
