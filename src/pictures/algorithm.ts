import { oneOf } from '../index.js';
import { escaped } from '../markup.js';
import { type Algorithm, type AlgorithmName, algorithmOf, NAMES } from './algorithms.js';
import { checkOptions, type Drawing, type Picture, pictureOf, type PictureOptions } from './picture.js';
import { element, num, raisedOf, widthOf, words } from './svg.js';

/** A run of letters of one kind. */
interface Run {
  readonly text: string;
  readonly kind: 'plain' | 'bold' | 'math' | 'italic';
  /** Below or above the line. */
  readonly level: -1 | 0 | 1;
}
/** Runs that stay on one line. */
type Word = readonly Run[];

const MATH = "font-family:'STIX Two Math','Cambria Math',Cambria,Georgia,serif";
const KEYWORDS = /^(while|for|if|else|return)(?= |$)/;
const SIGNS = /^[←+−=<>]$/;
const isLetter = (c: string): boolean => /^[a-zA-Zα-ωŝℓ]/.test(c);

/** Characters, each with the marks that stand above it. */
const characters = (text: string): string[] => text.match(/.\p{M}*/gu) ?? [];

/** Mathematics as runs: variables are italic, names of functions and signs are not. */
function mathOf(source: string, level: Run['level'] = 0): Run[] {
  const list = characters(source);
  const runs: Run[] = [];
  const add = (text: string, kind: Run['kind'], at = level): void => {
    const last = runs.at(-1);
    if (last?.kind === kind && last.level === at) runs[runs.length - 1] = { ...last, text: last.text + text };
    else runs.push({ text, kind, level: at });
  };
  for (let i = 0; i < list.length; i++) {
    const c = list[i];
    if (c === '_' || c === '^') {
      const group = list[i + 1] === '{' ? list.slice(i + 2, list.indexOf('}', i)) : [list[i + 1]];
      i += list[i + 1] === '{' ? group.length + 2 : 1;
      for (const run of mathOf(group.join(''), c === '_' ? -1 : 1)) add(run.text, run.kind, run.level);
    } else if (isLetter(c)) {
      let name = c;
      while (/^[a-z]$/.test(c) && /^[a-z]$/.test(list[i + 1] ?? '')) name += list[++i];
      add(name, name.length > 1 && characters(name).length > 1 ? 'math' : 'italic');
    }
    // Thin spaces, which do not collapse, and wider ones around signs.
    else add(c !== ' ' ? c : SIGNS.test(list[i - 1]) || SIGNS.test(list[i + 1]) ? '\u2005' : '\u2009', 'math');
  }
  return runs;
}

/** The words of a line; mathematics without a gap belongs to the word that it touches. */
function wordsOf(line: string): Word[] {
  const found: Run[][] = [];
  let open = false;
  line.split('$').forEach((part, i) => {
    if (i % 2) {
      if (!open) found.push([]);
      found[found.length - 1].push(...mathOf(part));
      open = true;
      return;
    }
    part.split(' ').forEach((text, k) => {
      if (k) open = false;
      if (!text) return;
      if (!open) found.push([]);
      found[found.length - 1].push({ text, kind: !found[1] && KEYWORDS.test(text) ? 'bold' : 'plain', level: 0 });
      open = true;
    });
  });
  return found;
}

const sizeOf = (level: Run['level'], size: number): number => (level ? 0.72 : 1) * size;
/** Marks above a letter take no room. */
const wide = (word: Word, size: number): number =>
  word.reduce((sum, run) => {
    const text = run.text.replace(/\p{M}/gu, '').replace(/[\u2005\u2009]/g, ' ');
    return sum + widthOf(text, sizeOf(run.level, size));
  }, 0);

/** Words of one line of the picture. */
function svgOf(line: readonly Word[], x: number, y: number, size: number, soft: boolean): string {
  let [out, shift, math] = ['', 0, false];
  /** Mathematics has a font of its own, which is named once for all that stands side by side. */
  const turn = (to: boolean): void => {
    if (to !== math) out += to ? `<tspan style="${MATH}">` : '</tspan>';
    math = to;
  };
  line.forEach((word, i) => {
    if (i) {
      turn(false);
      out += ' ';
    }
    for (const { text, kind, level } of word) {
      turn(kind === 'math' || kind === 'italic');
      const now = level === 0 ? 0 : level < 0 ? 0.24 * size : -0.36 * size;
      const attributes = {
        dy: now === shift ? undefined : num(now - shift),
        'font-size': level ? num(sizeOf(level, size)) : undefined,
        'font-style': kind === 'italic' ? 'italic' : undefined,
        'font-weight': kind === 'bold' ? '600' : undefined,
      };
      const plain = Object.values(attributes).every((value) => value === undefined);
      out += plain ? escaped(text) : element('tspan', attributes, escaped(text));
      shift = now;
    }
    // The next word stands on the line again.
    if (shift && line[i + 1]) {
      out += element('tspan', { dy: num(-shift) }, '\u200b');
      shift = 0;
    }
  });
  turn(false);
  return element('text', { x, y, class: soft ? 'rt rq' : 'rt', style: `font-size:${num(size)}px` }, out);
}

/** Letters of one width: what is above or below the line has a character of its own, where there is one. */
function plainOf(line: string): string {
  const lowered = (text: string): string =>
    /^[\d]+$/.test(text)
      ? text.replace(/\d/g, (d) => '₀₁₂₃₄₅₆₇₈₉'[Number(d)])
      : text === 'i'
        ? 'ᵢ'
        : text === 'j'
          ? 'ⱼ'
          : `_${text}`;
  const raised = (text: string): string =>
    /^−?\d+$/.test(text)
      ? raisedOf(text.replace('−', '-'))
      : text === 'k'
        ? 'ᵏ'
        : text.length > 1
          ? `^(${text})`
          : text === '*'
            ? '*'
            : `^${text}`;
  return line
    .replace(/_(\{[^}]*\}|.)/gu, (_, group: string) => lowered(group.replace(/[{}]/g, '')))
    .replace(/\^(\{[^}]*\}|.)/gu, (_, group: string) => raised(group.replace(/[{}]/g, '')))
    .replace(/\$/g, '');
}

/** The sizes of letters, at most, and of lines for them; the room of line numbers, and of a level. */
const [SIZE, HIGH, GUTTER, LEVEL] = [14, 1.75, 28, 18];

interface Row {
  readonly words: readonly Word[];
  readonly x: number;
  /** The number of the line; missing where it goes on. */
  readonly number?: number;
  readonly soft: boolean;
}

/** Lines, broken where they are too long for a width; those that go on stand further right. */
function rowsOf(
  { needs, lines, source }: Algorithm,
  width: number,
  size: number,
): { head: Row[]; body: Row[]; foot: Row[] } {
  const broken = (line: string, from: number, number: number | undefined, soft: boolean): Row[] => {
    const level = (/^ */.exec(line) as RegExpExecArray)[0].length / 2;
    const start = from + level * LEVEL;
    const rows: { words: Word[]; x: number; number?: number; soft: boolean }[] = [];
    let used = Number.POSITIVE_INFINITY;
    for (const word of wordsOf(line.trim())) {
      const needed = wide(word, size) + 0.3 * size;
      if (used + needed > width) {
        const x = start + (rows.length ? LEVEL : 0);
        rows.push({ words: [], x, number: rows.length ? undefined : number, soft });
        used = x;
      }
      rows[rows.length - 1].words.push(word);
      used += needed;
    }
    return rows;
  };
  return {
    head: broken(`Requires: ${needs}`, 0, undefined, false),
    body: lines.flatMap((line, i) => broken(line, GUTTER, i + 1, false)),
    foot: broken(source, 0, undefined, true),
  };
}

function algorithmDrawing(algorithm: Algorithm): Drawing {
  const { title, needs, lines, source } = algorithm;
  /** The size at which the longest word still fits. */
  const sizeFor = (width: number): number => {
    const longest = Math.max(
      ...lines.flatMap((line) => {
        const level = (/^ */.exec(line) as RegExpExecArray)[0].length / 2 + 1;
        return wordsOf(line.trim()).map((word) => wide(word, SIZE) / (width - GUTTER - level * LEVEL));
      }),
    );
    return longest > 1 ? SIZE / longest : SIZE;
  };
  const laid = (width: number) => {
    const size = sizeFor(width);
    const rows = rowsOf(algorithm, width, size);
    const step = size * HIGH;
    return { size, step, rows, high: (rows.head.length + rows.body.length + rows.foot.length) * step + 22 };
  };
  const numbered = lines.map((line, i) => `${String(i + 1).padStart(2)}  ${plainOf(line)}`);
  return {
    title: `Algorithm: ${title}`,
    description: `Requires ${plainOf(needs)}. ${lines.map((line, i) => `${i + 1}: ${plainOf(line.trim())}`).join('; ')}.`,
    height: (w) => 46 + laid(w - 24).high,
    svg: (box) => {
      const { size, step, rows, high } = laid(box.width);
      const scale = Math.min(1, box.height / high);
      let [out, y] = ['', 0];
      const rule = (heavy: boolean): void => {
        out += element('path', {
          d: `M0 ${num(y)}H${num(box.width)}`,
          class: heavy ? 'ri' : 'ra',
          'stroke-width': heavy ? 1.6 : 1,
        });
      };
      const add = (list: readonly Row[]): void => {
        for (const { words: line, x, number, soft } of list) {
          y += step;
          const base = y - step * 0.32;
          if (number !== undefined)
            out += words(20, base, String(number), {
              class: 'rt rq',
              'text-anchor': 'end',
              style: `font-size:${num(size * 0.82)}px`,
            });
          out += svgOf(line, x, base, size, soft);
        }
      };
      y = 2;
      rule(true);
      y += 4;
      add(rows.head);
      y += 6;
      rule(false);
      y += 4;
      add(rows.body);
      y += 6;
      rule(true);
      y += 2;
      add(rows.foot);
      const shrunk = scale < 1 ? ` scale(${scale.toFixed(3)})` : '';
      return element('g', { transform: `translate(${num(box.x)} ${num(box.y)})${shrunk}` }, out);
    },
    text: () => [`requires ${plainOf(needs)}`, ...numbered, source].join('\n'),
  };
}

/** Draws an algorithm as a box of numbered lines. The names are those of the optimizers (`sgd`, `momentum`, `nesterov`, `adagrad`, `rmsprop`,
 *  `adadelta`, `adam`, `adamw`, `adamax`, `nadam`, `radam`, `lion`, `lookahead`, `sam`), and `earlyStopping`, `adversarial`, `dropout`, `batchNorm`
 *  and `clip`. The formulas are those that the package computes; numbers in brackets are its defaults.
 *  Throws an OptionError for any other name.
 *  @example pictures.algorithm('adam').svg().startsWith('<svg') // true
 *  @example console.log(pictures.algorithm('earlyStopping').text()) */
export function algorithm(name: AlgorithmName, options: PictureOptions = {}): Picture {
  const where = 'pictures.algorithm';
  oneOf(where, 'name', name, NAMES);
  const base = checkOptions(where, options);
  return pictureOf(algorithmDrawing(algorithmOf(name)), base);
}
