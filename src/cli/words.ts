import { type Kind, UsageError } from './kinds.js';

/** An option: its check, its default and its line of help. */
export interface Row<T> {
  readonly kind: Kind<T>;
  readonly value: T;
  readonly help: string;
  /** For an option that regularizes: the value that turns it off. */
  readonly off?: T;
}
export const row = <T>(kind: Kind<T>, value: T, help: string): Row<T> => ({ kind, value, help });
type Rows = Readonly<Record<string, Row<unknown>>>;
/** The values of a command's options. */
export type ValuesOf<R> = { readonly [K in keyof R]: R[K] extends Row<infer T> ? T : never };

/** A command: its options, its files and its help. */
export interface Command<R> {
  readonly name: string;
  readonly usage: string;
  readonly about: readonly string[];
  /** The number of files that a command takes, and the message for another number. */
  readonly files: { readonly what: string; readonly least: number; readonly most: number };
  readonly options: R;
  /** Examples of use, each with an explanation. */
  readonly examples: readonly (readonly [string, string])[];
}
/** Finds the known name that resembles a wrong one; undefined where none does. */
export type Nearest = (word: string, known: readonly string[]) => string | undefined;

/** Alternative names of options. */
const ALIASES: Readonly<Record<string, string>> = { delimiter: 'separator' };

/** Ends a message with 'did you mean …?' where a similar name was found. */
export const meant = (found: string | undefined, shown = found): string =>
  found === undefined ? '.' : `; did you mean ${shown}?`;

/** Parses the arguments after a command's name. Throws a UsageError at the first problem. */
export function wordsOf<R extends object>(
  command: Command<R>,
  words: readonly string[],
  nearest: Nearest,
): { values: ValuesOf<R>; files: readonly string[]; help: boolean } {
  const options = command.options as Rows;
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(options).map(([name, { value }]) => [name, value]),
  );
  const files: string[] = [];
  let help = false;
  for (let i = 0; i < words.length; i++) {
    const given = words[i];
    // '-' is standard input.
    if (!given.startsWith('-') || given === '-') {
      files.push(given);
      const { most, what } = command.files;
      if (files.length > most)
        throw new UsageError(
          `${what}, and there are ${most === 1 ? 'two' : files.length}: ${files.slice(0, -1).join(', ')} and ${given}`,
        );
      continue;
    }
    const [typed, inline] = split(given);
    const name = Object.hasOwn(ALIASES, typed) ? ALIASES[typed] : typed;
    if (name === 'help' || given === '-h') {
      help = true;
      continue;
    }
    if (!given.startsWith('--') || !Object.hasOwn(options, name)) {
      const found = nearest(name, [...Object.keys(options), 'help']);
      throw new UsageError(
        `unknown option ${given}${meant(found, `--${found}`)} regulus ${command.name} --help explains all`,
      );
    }
    const { kind } = options[name];
    if (kind.bare !== undefined && inline === undefined) {
      values[name] = kind.bare;
      continue;
    }
    const value = inline ?? words[++i];
    const read = value === undefined ? undefined : kind.read(value);
    if (read === undefined)
      throw new UsageError(
        `--${typed} is ${value === undefined ? 'missing its value' : `'${value}'`}; it must be ${kind.what}`,
      );
    values[name] = read;
  }
  if (files.length < command.files.least && !help)
    throw new UsageError(`${command.files.what}, and ${files.length || 'none'} is given: ${command.usage}`);
  return { values: values as ValuesOf<R>, files, help };
}

const split = (given: string): [string, string | undefined] => {
  const at = given.indexOf('=');
  return at < 0 ? [given.replace(/^-+/, ''), undefined] : [given.slice(0, at).replace(/^-+/, ''), given.slice(at + 1)];
};

/** Writes the text of a command's --help. */
export function helpOf({ usage, about, options, examples }: Command<object>): string {
  const rows = Object.entries(options as Rows).map(([name, { kind, value, help: line }]) => {
    const shown = Array.isArray(value) ? value.join(',') : value;
    return [
      `  --${name}`,
      `${line}; ${kind.what}${shown === undefined || shown === '' || kind.bare !== undefined ? '' : `. Default ${shown}`}`,
    ];
  });
  rows.push(['  --help', 'this text']);
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    usage,
    '',
    ...about,
    '',
    ...rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`),
    '',
    ...examples.flatMap(([command, what]) => [`  ${command}`, `      ${what}`]),
  ].join('\n');
}

/** Writes the text of `regulus --help`. */
export function overview(commands: readonly Command<object>[]): string {
  return [
    'regulus <command> …',
    '',
    ...commands.flatMap(({ usage, about }) => [`  ${usage}`, `      ${about[0]}`]),
    '',
    'regulus <command> --help explains a command and its options; regulus --version prints the version.',
    'Exit codes: 0 for success, 2 for a wrong use or wrong data, 1 for any other failure.',
  ].join('\n');
}
