/** Our reader of CSV and others', on three tables. The parser alone gives fields as text; a set also has the types of its columns and
 *  their numbers. */
import { parse as csvParse } from 'csv-parse/sync';
import Papa from 'papaparse';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { dataset } from '../dist/index.js';
import { timed, withLoad } from './timing.mjs';

/** The parser alone is not exported: it is built from its source. */
async function parserAlone() {
  const [{ output }] = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('../src/data/records.ts', import.meta.url)), formats: ['es'] },
    },
  });
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}

/** Numbers between 0 and 1, the same in every run. */
let state = 1;
const draw = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const table = (names, rows, row) => `${[names.join(), ...Array.from({ length: rows }, row)].join('\n')}\n`;
const columns = (n) => Array.from({ length: n }, (_, i) => `c${i}`);
const WORDS = ['pro', 'free', 'team, small', 'a "large" one', 'none'];
const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
const TABLES = {
  numbers: table([...columns(10), 'y'], 100_000, () =>
    [...Array.from({ length: 10 }, () => (draw() * 200 - 100).toFixed(4)), draw() < 0.5 ? 0 : 1].join(),
  ),
  'text with quotes': table(['id', 'plan', 'since', 'remark', 'age', 'y'], 100_000, (_, i) =>
    [
      i,
      quoted(WORDS[Math.floor(draw() * 5)]),
      `2024-0${1 + Math.floor(draw() * 9)}-1${Math.floor(draw() * 9)}`,
      quoted(`customer ${i % 50},\nwrote ${'x'.repeat(i % 30)}`),
      Math.floor(draw() * 90),
      draw() < 0.5 ? 'no' : 'yes',
    ].join(),
  ),
  wide: table([...columns(2000), 'y'], 500, (_, i) =>
    [...Array.from({ length: 2000 }, () => draw().toPrecision(6)), i % 2].join(),
  ),
};

const once = (run) => async (times) => {
  for (let i = 0; i < times; i++) run();
};

export async function csvRows(pace) {
  const { CsvReader } = await parserAlone();
  const records = (text) => {
    let fields = 0;
    const reader = new CsvReader('bench', undefined, (record) => {
      fields += record.fields.length;
    });
    reader.push(text);
    reader.end();
    return fields;
  };
  const papa = (text, options) => Papa.parse(text, { skipEmptyLines: true, ...options }).data;
  const rows = [];
  for (const [what, text] of Object.entries(TABLES)) {
    const expected = records(text);
    for (const found of [papa(text), csvParse(text)])
      if (found.reduce((sum, row) => sum + row.length, 0) !== expected) throw new Error(`${what}: not the same fields`);
    const candidates = {
      'parser alone': {
        regulus: () => records(text),
        papaparse: () => papa(text),
        'csv-parse': () => csvParse(text),
      },
      'typed set': {
        regulus: () => dataset.fromCsv(text, { target: 'y' }),
        papaparse: () => papa(text, { header: true, dynamicTyping: true }),
        'csv-parse': () => csvParse(text, { columns: true, cast: true }),
        'papaparse, text only': () => papa(text),
      },
    };
    for (const [kind, each] of Object.entries(candidates)) {
      const list = Object.entries(each).map(([name, run]) => ({ name, run: once(run) }));
      const { result: times, foreign } = await withLoad(() => timed(list, pace));
      rows.push({ what: `CSV, ${what}, ${kind}`, times, foreign });
    }
  }
  return rows;
}
