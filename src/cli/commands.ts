import { flag, names, port, separator, text, word } from './kinds.js';
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
  usage: 'regulus inspect model.safetensors',
  about: [
    'Lists what a model file holds: layers, parameters, columns, classes and metadata, and whether it can be trained.',
    'The exit code is 0 where Regulus can rebuild and train the model, else 1.',
  ],
  files: { what: 'one file is inspected', least: 1, most: 1 },
  options: {},
  examples: [['regulus inspect model.safetensors && echo yes', 'for scripts']],
};

const EXPORT_OPTIONS = {
  to: row<'javascript' | 'torch' | 'json' | undefined>(word('javascript', 'torch', 'json'), undefined, 'the format'),
  out: row<string | undefined>(text, undefined, 'the file to write; by default standard output'),
};
export const EXPORT: Command<typeof EXPORT_OPTIONS> = {
  name: 'export',
  usage: 'regulus export model.safetensors --to javascript|torch|json [--out file]',
  about: [
    'Writes a saved model in another format.',
    'javascript: a module without imports that exports predict and classify. torch: a safetensors file in the layout of',
    'PyTorch. json: the layers, the preparation of columns and all parameters.',
  ],
  files: { what: 'one model is exported', least: 1, most: 1 },
  options: EXPORT_OPTIONS,
  examples: [
    ['regulus export model.safetensors --to javascript --out model.mjs', "then: import { predict } from './model.mjs'"],
    ['regulus export model.safetensors --to json | jq .model', 'the configuration'],
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

export const COMMANDS: readonly Command<object>[] = [TRAIN, EVALUATE, PREDICT, INSPECT, EXPORT, PLAYGROUND];
