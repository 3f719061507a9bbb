#!/usr/bin/env node
import { DataError, nearest, OptionError } from '../index.js';
import { UsageError } from './kinds.js';
import { help, parse } from './options.js';
import { train } from './train.js';

/** Runs the command; gives the exit code: 2 for a wrong use, 1 for any other failure. */
async function main(words: readonly string[]): Promise<number> {
  const stopper = new AbortController();
  // The first Ctrl-C ends training, with the best parameters kept; a later one ends the program. One press may arrive twice,
  // from the terminal and from npm.
  let impatient = false;
  const stop = (): void => {
    if (impatient) process.exit(130);
    stopper.abort();
    setTimeout(() => {
      impatient = true;
    }, 500).unref();
  };
  process.on('SIGINT', stop);
  try {
    const [command, ...rest] = words;
    if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
      console.log(help());
      return 0;
    }
    if (command !== 'train')
      throw new UsageError(`unknown command '${command}'; did you mean 'train'? regulus --help explains it`);
    const given = parse(rest, nearest);
    if (given.help) console.log(help());
    else await train(given, process.stdout, stopper.signal);
    return 0;
  } catch (error) {
    const wrongUse = error instanceof UsageError || error instanceof OptionError || error instanceof DataError;
    console.error(wrongUse ? `regulus: ${error.message}` : error);
    return wrongUse ? 2 : 1;
  } finally {
    process.off('SIGINT', stop);
  }
}

process.exitCode = await main(process.argv.slice(2));
