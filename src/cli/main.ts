#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { DataError, nearest, OptionError, RegulusError } from '../index.js';
import { UsageError } from './kinds.js';
import { help, meant, parse } from './options.js';
import { Output } from './output.js';
import { train } from './train.js';

/** Signals that end a training in order, and the exit codes of programs that they end at once. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Runs the command; gives the exit code: 2 for a wrong use, 1 for any other failure. */
async function main(words: readonly string[]): Promise<number> {
  const stopper = new AbortController();
  // The first signal ends training, with the best parameters kept; a later one ends the program. One press of Ctrl-C may arrive twice,
  // from the terminal and from npm.
  let impatient = false;
  const stop = (name: NodeJS.Signals): void => {
    if (impatient) process.exit(SIGNALS[name as keyof typeof SIGNALS]);
    stopper.abort();
    setTimeout(() => {
      impatient = true;
    }, 500).unref();
  };
  const names = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  for (const name of names) process.on(name, stop);
  // Training without a reader goes on where there is a model to save.
  let saves = false;
  const output = new Output(process.stdout, () => {
    if (!saves) stopper.abort();
  });
  // Where nobody reads errors either, there is nobody to tell.
  process.stderr.on('error', () => undefined);
  try {
    const [command, ...rest] = words;
    if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
      output.write(`${help()}\n`);
      return 0;
    }
    if (command === '--version' || command === '-v') {
      output.write(`${version()}\n`);
      return 0;
    }
    if (command !== 'train')
      throw new UsageError(
        `unknown command '${command}'${meant(nearest(command, ['train']), "'train'")} regulus --help explains it`,
      );
    const given = parse(rest, nearest);
    saves = given.save !== undefined;
    if (given.help) output.write(`${help()}\n`);
    else await train(given, output, stopper.signal);
    return failed(output);
  } catch (error) {
    const wrongUse = error instanceof UsageError || error instanceof OptionError || error instanceof DataError;
    console.error(wrongUse || error instanceof RegulusError ? `regulus: ${error.message}` : error);
    return wrongUse ? 2 : 1;
  } finally {
    for (const name of names) process.off(name, stop);
  }
}

/** A reader that has read enough is no failure; a disk that is full is one. */
function failed({ lost }: Output): number {
  if (!lost || lost.code === 'EPIPE') return 0;
  console.error(`regulus: the output could not be written: ${lost.message}`);
  return 1;
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

process.exitCode = await main(process.argv.slice(2));
