#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { DataError, nearest, OptionError, RegulusError } from '../index.js';
import { replaceFile } from '../node.js';
import { UsageError } from './kinds.js';
import { check } from './check.js';
import { CHECK, COMMANDS, EVALUATE, EXPORT, INSPECT, LAB, PLAYGROUND, PREDICT, SWEEP, WORKER } from './commands.js';
import { evaluateFile } from './evaluate.js';
import { exportModel } from './export.js';
import { inspect } from './inspect.js';
import { lab } from './lab.js';
import { parse, TRAIN } from './options.js';
import { Output } from './output.js';
import { servePlayground } from './playground.js';
import { predict, writing } from './predict.js';
import { sweep, work } from './sweep.js';
import { checkTarget } from './target.js';
import { train } from './train.js';
import { type Command, helpOf, meant, overview, type ValuesOf, wordsOf } from './words.js';

/** Signals that end a training early, and the exit code of a program that such a signal kills. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Runs a command, which prints to `output`, and returns the exit code. */
type Run = (words: readonly string[], output: Output) => Promise<number>;

/** Makes a command that parses its arguments as its description says. */
const command =
  <R extends object>(
    given: Command<R>,
    run: (files: readonly string[], options: ValuesOf<R>, output: Output) => Promise<number>,
  ): Run =>
  async (words, output) => {
    const { values, files, help } = wordsOf(given, words, nearest);
    if (!help) return run(files, values, output);
    output.write(`${helpOf(given)}\n`);
    return 0;
  };
const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

const RUNS: Readonly<Record<string, Run>> = {
  train: trainUntilStopped,
  evaluate: command(EVALUATE, async (files, options, output) => {
    output.write(lines(await evaluateFile(files, options)));
    return 0;
  }),
  predict: command(PREDICT, async (files, options, output) => {
    const notes = await predict(files, options, output);
    if (!output.lost) process.stderr.write(lines(notes));
    return 0;
  }),
  inspect: command(INSPECT, async ([file], _, output) => {
    const found = await inspect(file);
    output.write(lines(found.lines));
    return found.trains ? 0 : 1;
  }),
  export: command(EXPORT, async (files, options, output) => {
    await exportModel(files, options, output);
    return 0;
  }),
  check: command(CHECK, async (files, options, output) => {
    await check(files, options, output);
    return 0;
  }),
  lab: command(LAB, async (names, options, output) => {
    const { report } = options;
    if (report !== undefined) await checkTarget(report, '--report');
    const { page, expected } = await lab(names, options, output, nearest);
    if (report !== undefined) await writing(report, () => replaceFile(report, new TextEncoder().encode(page)));
    return expected ? 0 : 1;
  }),
  sweep: command(SWEEP, (files, options, output) =>
    untilStopped(async (stopper) => ((await sweep(files, options, output, nearest, stopper.signal)) ? 0 : 1)),
  ),
  worker: command(WORKER, (files, options, output) =>
    untilStopped(async (stopper) => {
      await work(files, options, output, stopper.signal);
      return 0;
    }),
  ),
  playground: command(PLAYGROUND, async (_, options, output) => {
    await servePlayground({ port: options.port, opens: !options['no-open'] }, output);
    return 0;
  }),
};

async function trainUntilStopped(words: readonly string[], output: Output): Promise<number> {
  const given = parse(words, nearest);
  if (given.help) {
    output.write(`${helpOf(TRAIN)}\n`);
    return 0;
  }
  return untilStopped(async (stopper) => {
    // When standard output is closed, training continues only if a model or checkpoint is saved.
    const keeps = [given.save, given.report, given.checkpoint, given.resume].some((place) => place !== undefined);
    output.onLost(() => {
      if (!keeps) stopper.abort();
    });
    await train(given, output, stopper.signal);
    return 0;
  });
}

/** Runs what a signal may end early: the first one aborts, and a later one ends the program. */
async function untilStopped(run: (stopper: AbortController) => Promise<number>): Promise<number> {
  const stopper = new AbortController();
  // One press of Ctrl-C may arrive twice, from the terminal and from npm.
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
  try {
    return await run(stopper);
  } finally {
    for (const name of names) process.off(name, stop);
  }
}

/** Runs the command line, and returns the exit code: 2 for a wrong use, 1 for any other failure. */
async function main([word, ...rest]: readonly string[]): Promise<number> {
  const output = new Output(process.stdout);
  // If standard error is closed too, an error cannot be reported.
  process.stderr.on('error', () => undefined);
  try {
    if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
      const about = COMMANDS.find(({ name }) => name === rest[0]);
      output.write(`${about ? helpOf(about) : overview(COMMANDS)}\n`);
      return failed(output) ?? 0;
    }
    if (word === '--version' || word === '-v') {
      output.write(`${version()}\n`);
      return failed(output) ?? 0;
    }
    if (!Object.hasOwn(RUNS, word)) {
      const found = nearest(word, Object.keys(RUNS));
      throw new UsageError(`unknown command '${word}'${meant(found, `'${found}'`)} regulus --help explains it`);
    }
    const code = await RUNS[word](rest, output);
    return failed(output) ?? code;
  } catch (error) {
    const wrongUse = error instanceof UsageError || error instanceof OptionError || error instanceof DataError;
    // Kept on one line, even if a cell or name in it has line breaks.
    const known = wrongUse || error instanceof RegulusError;
    console.error(known ? `regulus: ${error.message.replace(/[\r\n]+/g, ' ')}` : error);
    return wrongUse ? 2 : 1;
  }
}

/** Decides whether lost output is a failure: a pipe closed by `head` is not, a full disk is. */
function failed({ lost }: Output): number | undefined {
  if (!lost) return undefined;
  if (lost.code === 'EPIPE') return 0;
  console.error(`regulus: the output could not be written: ${lost.message}`);
  return 1;
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

process.exitCode = await main(process.argv.slice(2));
