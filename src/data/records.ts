import { DataError } from '../errors.js';

/** A record of a text: its fields, which of them are quoted, and the line on which it begins, from 1. */
export interface CsvRecord {
  readonly fields: string[];
  readonly quoted?: readonly (true | undefined)[];
  readonly line: number;
}

const SEPARATORS = [',', ';', '\t', '|'];
const [QUOTE, LINE_FEED, RETURN] = [34, 10, 13];
/** The number of lines and characters from which the separator is found. */
const LINES = 10;
const CHARACTERS = 65_536;

/** Finds the separator of a text: of `, ; tab |` the one that occurs equally often in its first lines, else the most
 *  frequent one in its header. Quoted text is skipped. */
export function separatorOf(text: string): string {
  const lines: number[][] = [];
  let counts = SEPARATORS.map(() => 0);
  let [quoted, length] = [false, 0];
  for (const sign of text.slice(0, CHARACTERS)) {
    if (sign === '"') quoted = !quoted;
    length++;
    if (quoted) continue;
    if (sign === '\n' || sign === '\r') {
      if (length > 1) lines.push(counts);
      if (lines.length === LINES) break;
      counts = SEPARATORS.map(() => 0);
      length = 0;
      continue;
    }
    const which = SEPARATORS.indexOf(sign);
    if (which >= 0) counts[which]++;
  }
  const [header, ...others] = lines.length ? lines : [counts];
  const steady = SEPARATORS.map((_, i) => others.every((line) => line[i] === header[i]));
  let best = 0;
  for (let i = 1; i < SEPARATORS.length; i++) {
    const better = steady[i] === steady[best] ? header[i] > header[best] : header[i] > 0 && steady[i];
    if (better || !header[best]) best = header[i] ? i : best;
  }
  return SEPARATORS[best];
}

/** Reads the records of a text that comes in pieces, as RFC 4180 says: quoted fields may hold separators, line ends and doubled quotes.
 *  Blank lines are skipped. At most one unfinished record and one piece are in memory. Throws a DataError that names the line. */
export class CsvReader {
  #separator: string;
  #pieces: string[] = [];
  #length = 0;
  /** The length of the unfinished record when it was last scanned. */
  #unfinished = 0;
  #line = 1;
  #begun = false;

  constructor(
    readonly where: string,
    separator: string | undefined,
    readonly record: (record: CsvRecord) => void,
  ) {
    this.#separator = separator ?? '';
  }
  /** The separator; '' until it is found. */
  get separator(): string {
    return this.#separator;
  }

  push(piece: string): void {
    if (!this.#begun && piece) {
      this.#begun = true;
      this.push(piece.startsWith('\ufeff') ? piece.slice(1) : piece);
      return;
    }
    this.#pieces.push(piece);
    this.#length += piece.length;
    // A long record is scanned again only when its length has doubled.
    if (this.#length >= 2 * this.#unfinished) this.#read(false);
  }
  end(): void {
    this.#read(true);
  }

  #read(last: boolean): void {
    const text = this.#pieces.length === 1 ? this.#pieces[0] : this.#pieces.join('');
    if (!this.#separator) {
      if (!last && text.length < CHARACTERS) {
        this.#pieces = [text];
        return;
      }
      this.#separator = separatorOf(text);
    }
    const rest = text.slice(this.#parse(text, last));
    this.#pieces = rest ? [rest] : [];
    this.#length = rest.length;
    this.#unfinished = rest.length;
  }

  /** Reports the records of a text; returns the position at which an unfinished one begins. */
  #parse(text: string, last: boolean): number {
    const separator = this.#separator.charCodeAt(0);
    const { length } = text;
    let at = 0;
    while (at < length) {
      const start = at;
      const fields: string[] = [];
      let quoted: true[] | undefined;
      let line = this.#line;
      for (;;) {
        if (text.charCodeAt(at) === QUOTE) {
          let field = '';
          let from = at + 1;
          do {
            const close = text.indexOf('"', at + 1);
            if (!last && close < 0) return start;
            if (close < 0) throw new DataError(`${this.where}: line ${line}: a quote is opened and never closed`);
            field += text.slice(from, close);
            at = close + 1;
            // Of two quotes the second belongs to the field.
            from = at;
          } while (text.charCodeAt(at) === QUOTE);
          line += linesIn(field);
          const next = text.charCodeAt(at);
          if (at < length && next !== separator && next !== LINE_FEED && next !== RETURN)
            throw new DataError(
              `${this.where}: line ${line}: '${text[at]}' follows a closing quote; double the quotes that belong to a field`,
            );
          quoted ??= [];
          quoted[fields.length] = true;
          fields.push(field);
        } else {
          const from = at;
          for (; at < length; at++) {
            const sign = text.charCodeAt(at);
            if (sign === separator || sign === LINE_FEED || sign === RETURN) break;
          }
          fields.push(text.slice(from, at));
        }
        // More of the field, such as the second of two quotes, may be in the next piece.
        if (at === length && !last) return start;
        if (text.charCodeAt(at) !== separator) break;
        at++;
      }
      // The line feed after a carriage return may be in the next piece too.
      if (!last && at === length - 1 && text.charCodeAt(at) === RETURN) return start;
      if (at > start) this.record({ fields, quoted, line: this.#line });
      at += text.charCodeAt(at) === RETURN && text.charCodeAt(at + 1) === LINE_FEED ? 2 : 1;
      this.#line = line + 1;
    }
    return length;
  }
}

function linesIn(field: string): number {
  let lines = 0;
  for (let i = 0; i < field.length; i++) {
    const sign = field.charCodeAt(i);
    if (sign === LINE_FEED || (sign === RETURN && field.charCodeAt(i + 1) !== LINE_FEED)) lines++;
  }
  return lines;
}
