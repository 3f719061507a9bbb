import { flag, names, number, port, separator, text, whole, word } from './kinds.js';
import { TRAIN } from './options.js';
import { type Command, row } from './words.js';

/** The options and help texts of all commands except `train`. */

const TABLE = {
  separator: row<string | undefined>(
    separator,
    undefined,
    'the character between cells of the CSV file; by default comma, semicolon, tab or |, whichever the file uses',
  ),
  drop: row<readonly string[]>(names, [], 'columns to leave out, such as id,name'),
  target: row<string | undefined>(
    text,
    undefined,
    "the column with the true answers; by default the one that the model's file names",
  ),
  task: row(
    word('auto', 'classes', 'values'),
    'auto',
    "what the model's outputs mean, where its file does not say; auto: several outputs are classes, one is a value",
  ),
};
const TWO = 'a model and a CSV file are needed';

export const EVALUATE: Command<typeof TABLE> = {
  name: 'evaluate',
  usage: 'regulus evaluate model.safetensors data.csv [options]',
  about: [
    'Evaluates a saved model on a CSV file.',
    'Prints the loss, the confusions and the accuracy of classes, or RMSE, MAE and R² of values in their units.',
    'Columns are found by their names and prepared as in training; missing cells and unknown categories are counted.',
    'The file - is standard input.',
  ],
  files: { what: TWO, least: 2, most: 2 },
  options: TABLE,
  examples: [['regulus evaluate model.safetensors people.csv', 'with the column that the model predicts']],
};

const PREDICT_OPTIONS = { ...TABLE, out: row<string | undefined>(text, undefined, 'the file to write') };
export const PREDICT: Command<typeof PREDICT_OPTIONS> = {
  name: 'predict',
  usage: 'regulus predict model.safetensors data.csv [--out file] [options]',
  about: [
    'Predicts each row of a CSV file with a saved model.',
    'Writes the rows, with a column prediction and, for classes, probability, to standard output or a file.',
    'Rows are processed in batches, so files of any size fit into memory. The file - is standard input.',
    'If the file has the target column, it is copied but not used.',
  ],
  files: { what: TWO, least: 2, most: 2 },
  options: PREDICT_OPTIONS,
  examples: [
    ['regulus predict model.safetensors new.csv --out answers.csv', 'answers in a file'],
    ['gunzip -c new.csv.gz | regulus predict model.safetensors - | head', 'the first rows of a stream'],
  ],
};

export const INSPECT: Command<object> = {
  name: 'inspect',
  usage: 'regulus inspect model',
  about: [
    'Lists what a model file holds: layers, parameters, columns, classes and metadata, and whether it can be trained.',
    'Also of ONNX (.onnx), Keras (.keras, .h5) and TensorFlow.js (model.json beside its weights): what of it cannot be imported, if so.',
    'The exit code is 0 where Regulus can rebuild and train the model, else 1.',
  ],
  files: { what: 'one file is inspected', least: 1, most: 1 },
  options: {},
  examples: [['regulus inspect model.safetensors && echo yes', 'for scripts']],
};

const EXPORT_OPTIONS = {
  to: row<'javascript' | 'onnx' | 'torch' | 'json' | 'regulus' | undefined>(
    word('javascript', 'onnx', 'torch', 'json', 'regulus'),
    undefined,
    'the format',
  ),
  out: row<string | undefined>(text, undefined, 'the file to write; by default standard output'),
};
export const EXPORT: Command<typeof EXPORT_OPTIONS> = {
  name: 'export',
  usage: 'regulus export model.safetensors --to javascript|onnx|torch|json|regulus [--out file]',
  about: [
    'Writes a saved model in another format; also one of ONNX, Keras or TensorFlow.js.',
    'javascript: a module without imports that exports predict and classify. onnx: a file for onnxruntime and others. torch: a',
    'safetensors file in the layout of PyTorch. json: the layers, the preparation of columns and all parameters.',
  ],
  files: { what: 'one model is exported', least: 1, most: 1 },
  options: EXPORT_OPTIONS,
  examples: [
    ['regulus export model.safetensors --to javascript --out model.mjs', "then: import { predict } from './model.mjs'"],
    ['regulus export model.safetensors --to json | jq .model', 'the configuration'],
  ],
};

const LAB_OPTIONS = {
  seeds: row(whole(1), 3, 'with how many seeds each claim is proved'),
  report: row<string | undefined>(text, undefined, 'the HTML file to write, with figures, programs and numbers'),
};
export const LAB: Command<typeof LAB_OPTIONS> = {
  name: 'lab',
  usage: 'regulus lab [claim …] [--seeds 3] [--report lab.html]',
  about: [
    'Proves the claims of a lecture on regularization and optimization by small programs.',
    'One claim is printed with its program, figure and numbers; without a name, all are proved in a few minutes.',
    'The exit code is 1 where a claim does not hold, and is not known not to.',
  ],
  files: { what: 'claims are proved', least: 0, most: 1000 },
  options: LAB_OPTIONS,
  examples: [
    ['regulus lab momentum', 'one claim'],
    ['regulus lab --report lab.html', 'all of them, as a page'],
  ],
};

const PLAYGROUND_OPTIONS = {
  port: row<number | undefined>(port, undefined, 'the port; by default 7070, or another where that is taken'),
  'no-open': row<boolean>(flag, false, 'only prints the address, and opens no browser'),
};
export const PLAYGROUND: Command<typeof PLAYGROUND_OPTIONS> = {
  name: 'playground',
  usage: 'regulus playground [--port n] [--no-open]',
  about: [
    'Shows networks that learn, in the browser: the lecture to look at and to play with.',
    'Prints the address, and serves it to this machine until Ctrl-C. Nothing is sent anywhere.',
  ],
  files: { what: 'the playground takes no files', least: 0, most: 0 },
  options: PLAYGROUND_OPTIONS,
  examples: [['regulus playground --port 8080 --no-open', 'for another program to open']],
};

const CHECK_OPTIONS = {
  ...TABLE,
  target: row<string | undefined>(
    text,
    undefined,
    "the column to predict; by default the one that the model's file names",
  ),
  task: row(
    word('auto', 'classes', 'values'),
    'auto',
    "what the target's numbers mean: classes, values, or decided by how they look",
  ),
  model: row<string | undefined>(
    text,
    undefined,
    'a saved model, to be asked about rows that it was not trained on; by default a small network is trained',
  ),
  html: row<string | undefined>(text, undefined, 'a file for the report as a page'),
  seed: row(number(Number.NEGATIVE_INFINITY), 0, 'the seed of the split, the folds and the networks'),
};
export const CHECK: Command<typeof CHECK_OPTIONS> = {
  name: 'check',
  usage: 'regulus check data.csv --target column [--model model.safetensors] [options]',
  about: [
    'Reports whether a model of a table will generalize, and what to do next.',
    'Looks for copies, leaks and wrong labels in the rows, cross-validates a small network on them and asks whether more rows',
    'would help; or asks a saved model about rows that it was not trained on. Rows count from 0 after the header.',
  ],
  files: { what: 'one CSV file is checked', least: 1, most: 1 },
  options: CHECK_OPTIONS,
  examples: [
    ['regulus check people.csv --target churned --html report.html', 'a table, before anything is trained'],
    ['regulus check new.csv --model model.safetensors', 'a model, and rows that it has not seen'],
  ],
};

const QUEUE = 'the Redis server of a queue, such as redis://127.0.0.1:6379';
const optional = whole(1);
const SWEEP_OPTIONS = {
  trials: row<number | undefined>(optional, undefined, 'the number of trials; of a grid, all by default'),
  method: row(
    word('random', 'grid', 'halving'),
    'random',
    'how trials are chosen; halving gives more resource to the best only',
  ),
  seed: row(number(Number.NEGATIVE_INFINITY), 0, 'the seed of the trials'),
  'min-resource': row<number | undefined>(
    optional,
    undefined,
    'of halving: the resource of the first rung; 1 by default',
  ),
  factor: row<number | undefined>(whole(2), undefined, 'of halving: one trial of so many goes on; 3 by default'),
  'max-resource': row<number | undefined>(
    optional,
    undefined,
    'the resource of a trial that is completed, such as epochs',
  ),
  levels: row<number | undefined>(optional, undefined, 'of grid: how many values of a range are tried; 5 by default'),
  median: row<boolean>(flag, false, 'ends trials that are worse than the median of those before'),
  workers: row<number | undefined>(optional, undefined, 'the number of threads; by default one for each core'),
  url: row<string | undefined>(text, undefined, `${QUEUE}, whose workers run the trials; by default threads do`),
  queue: row<string | undefined>(text, undefined, 'the name of the queue; regulus by default'),
  resume: row<string | undefined>(text, undefined, 'a folder for the results, from which the search goes on'),
  code: row(text, '0', "a name for the state of the study's code; results of another are not used"),
  'dry-run': row<boolean>(flag, false, 'only prints the plan'),
};
export const SWEEP: Command<typeof SWEEP_OPTIONS> = {
  name: 'sweep',
  usage: 'regulus sweep module.mjs study --trials 50 [--url redis://…] [options]',
  about: [
    'Searches for the parameters that make a study small: a function that a module exports.',
    'The module exports its space, too: export const space = { rate: logUniform(1e-4, 1e-1) }, or study.space.',
    'Trials run in threads, or with --url wherever `regulus worker` runs; the table is the same. Ctrl-C ends the search with',
    'the table so far. The exit code is 1 where no trial was completed.',
  ],
  files: { what: 'a module and the name of a study', least: 2, most: 2 },
  options: SWEEP_OPTIONS,
  examples: [
    ['regulus sweep studies.mjs digits --trials 50', 'in threads of this machine'],
    ['regulus sweep studies.mjs digits --trials 200 --method halving --url redis://10.0.0.1:6379', 'on many machines'],
    ['regulus sweep studies.mjs digits --trials 81 --method halving --dry-run', 'the plan'],
  ],
};

const WORKER_OPTIONS = {
  url: row<string | undefined>(text, undefined, QUEUE),
  queue: row(text, 'regulus', 'the name of the queue'),
  workers: row<number | undefined>(optional, undefined, 'how many trials run at a time; by default one for each core'),
  'lock-seconds': row(
    number(0.1, 86_400),
    30,
    'seconds without a sign of life after which trials go to another worker',
  ),
};
export const WORKER: Command<typeof WORKER_OPTIONS> = {
  name: 'worker',
  usage: 'regulus worker module.mjs --url redis://… [options]',
  about: [
    'Runs trials of searches that `regulus sweep` or search() put into a queue.',
    'Needs the packages bullmq and ioredis. Ctrl-C or SIGTERM ends it, and gives back what runs.',
  ],
  files: { what: 'the module of the studies', least: 1, most: 1 },
  options: WORKER_OPTIONS,
  examples: [['regulus worker studies.mjs --url redis://10.0.0.1:6379', 'on each machine']],
};

export const COMMANDS: readonly Command<object>[] = [
  ...[TRAIN, EVALUATE, PREDICT, INSPECT, EXPORT, CHECK, SWEEP, WORKER, LAB, PLAYGROUND],
];
