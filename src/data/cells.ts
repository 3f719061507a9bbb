/** The cells of one column, by row. */
export interface CellList {
  readonly length: number;
  at(row: number): unknown;
}

/** The distinct cells of a column in the order in which they occur, and which of them each row has. */
export interface Distinct {
  readonly cells: readonly unknown[];
  readonly codes: Int32Array<ArrayBuffer>;
}
export function distinctOf(list: CellList): Distinct {
  if (list instanceof TextCells) return list.distinct();
  const places = new Map<unknown, number>();
  const codes = new Int32Array(list.length);
  for (let row = 0; row < codes.length; row++) codes[row] = placeIn(places, list.at(row));
  return { cells: [...places.keys()], codes };
}

function placeIn<T>(places: Map<T, number>, cell: T): number {
  const known = places.get(cell);
  if (known !== undefined) return known;
  places.set(cell, places.size);
  return places.size - 1;
}

const [PLUS, COMMA, MINUS, POINT, ZERO] = [43, 44, 45, 46, 48];
/** The digits up to which whole numbers and powers of ten are exact in float64: one division of the two rounds as parsing the text does. */
const DIGITS = 15;
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/** The form of a number. It is unambiguous, so that a long field that is not a number fails without backtracking. */
const WITH_POINT = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const WITH_COMMA = /^[+-]?(\d+(,\d*)?|,\d+)(e[+-]?\d+)?$/i;

/** Reads a text as a number; undefined where it is not one. */
export function writtenNumber(text: string, comma: boolean): number | undefined {
  const first = text.charCodeAt(0);
  let at = first === MINUS || first === PLUS ? 1 : 0;
  let [value, digits, places] = [0, 0, 0];
  let pointed = false;
  for (; at < text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) {
      value = 10 * value + digit;
      digits++;
      if (pointed) places++;
    } else if (!pointed && (digit === POINT - ZERO || (comma && digit === COMMA - ZERO))) pointed = true;
    else break;
  }
  if (!digits) return undefined;
  if (at === text.length && digits <= DIGITS) return (first === MINUS ? -value : value) / POWERS[places];
  if (WITH_POINT.test(text)) return +text;
  return comma && WITH_COMMA.test(text) ? +text.replace(',', '.') : undefined;
}

/** Codes for how a cell was written, one byte each: the number of decimals (and whether a comma precedes them), … */
const WITH_COMMA_SIGN = 32;
/** … as JavaScript writes the number, empty, or in another form, which is kept as text. */
const [SHORTEST, EMPTY, OTHER] = [253, 254, 255];
/** A column with more cells in another form than this, and more than a quarter, is kept as words. */
const MOST_OTHERS = 64;
/** The initial room for cells: small, since tables may have many columns and few rows. */
const [FEW, LARGE] = [4, 4096];

/** Collects the cells of one column of a text compactly: a number takes nine bytes, a word four, and each distinct word is stored once. The
 *  exact text of every cell can be restored. */
export class TextCells implements CellList {
  length = 0;
  #numbers = new Float64Array(FEW);
  #written = new Uint8Array(FEW);
  #others?: Map<number, string>;
  /** The column as words; if set, `#numbers` is unused. */
  #words?: Map<string, number>;
  #texts: string[] = [];
  #codes = new Int32Array(0);

  push(text: string, comma: boolean): void {
    const row = this.length++;
    if (this.#words) {
      if (row === this.#codes.length) this.#codes = grown(this.#codes);
      const code = placeIn(this.#words, text);
      if (code === this.#texts.length) this.#texts.push(text);
      this.#codes[row] = code;
      return;
    }
    if (row === this.#numbers.length) {
      this.#numbers = grown(this.#numbers);
      this.#written = grown(this.#written);
    }
    if (!text) {
      this.#numbers[row] = Number.NaN;
      this.#written[row] = EMPTY;
      return;
    }
    if (this.#pushNumber(row, text, comma)) return;
    this.#numbers[row] = Number.NaN;
    this.#written[row] = OTHER;
    this.#others ??= new Map();
    this.#others.set(row, text);
    if (this.#others.size > MOST_OTHERS && 4 * this.#others.size > row) this.#becomeWords();
  }

  /** Stores a number that is written like -12.50 or as JavaScript writes it; returns false for everything else. */
  #pushNumber(row: number, text: string, comma: boolean): boolean {
    const first = text.charCodeAt(0);
    const begin = first === MINUS ? 1 : 0;
    const { length } = text;
    let [value, point, sign] = [0, length, 0];
    let at = begin;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      const digit = code - ZERO;
      if (digit >= 0 && digit <= 9) value = 10 * value + digit;
      else if (point === length && at > begin && (code === POINT || (comma && code === COMMA))) {
        point = at;
        sign = code;
      } else break;
    }
    const places = length - point - (sign ? 1 : 0);
    const digits = length - begin - (sign ? 1 : 0);
    // This excludes '', '-', '5.', '-0' and '007'.
    const plain =
      at === length &&
      digits > 0 &&
      (places > 0 || !sign) &&
      (value > 0 || !begin) &&
      (text.charCodeAt(begin) !== ZERO || point === begin + 1);
    if (plain && digits <= DIGITS) {
      this.#numbers[row] = (begin ? -value : value) / POWERS[places];
      this.#written[row] = places + (sign === COMMA ? WITH_COMMA_SIGN : 0);
      return true;
    }
    if (!plain || sign !== POINT || String(+text) !== text) return false;
    this.#numbers[row] = +text;
    this.#written[row] = SHORTEST;
    return true;
  }

  #becomeWords(): void {
    const { cells, codes } = this.distinct();
    this.#texts = cells as string[];
    this.#words = new Map(this.#texts.map((text, code) => [text, code]));
    this.#codes = grown(codes);
    this.#numbers = new Float64Array(0);
    this.#written = new Uint8Array(0);
    this.#others = undefined;
  }

  at(row: number): string {
    if (this.#words) return this.#texts[this.#codes[row]];
    const how = this.#written[row];
    if (how === EMPTY) return '';
    if (how === OTHER) return this.#others?.get(row) as string;
    if (how === SHORTEST) return String(this.#numbers[row]);
    const text = this.#numbers[row].toFixed(how % WITH_COMMA_SIGN);
    return how < WITH_COMMA_SIGN ? text : text.replace('.', ',');
  }

  /** The numbers, NaN for other cells, and these by row; undefined where words are kept. */
  numbers(): { numbers: Float64Array; others: ReadonlyMap<number, string>; empty: boolean } | undefined {
    if (this.#words) return undefined;
    const { length } = this;
    return {
      numbers: this.#numbers.slice(0, length),
      others: this.#others ?? new Map(),
      empty: this.#written.subarray(0, length).includes(EMPTY),
    };
  }

  distinct(): Distinct {
    if (this.#words) return { cells: this.#texts, codes: this.#codes.subarray(0, this.length) };
    const places = new Map<string, number>();
    const codes = new Int32Array(this.length);
    for (let row = 0; row < codes.length; row++) codes[row] = placeIn(places, this.at(row));
    return { cells: [...places.keys()], codes };
  }
}

function grown<T extends Float64Array | Uint8Array | Int32Array>(array: T): T {
  const larger = new (array.constructor as new (n: number) => T)((array.length < LARGE ? 4 : 2) * array.length + FEW);
  larger.set(array);
  return larger;
}
