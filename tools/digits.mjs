// Makes src/digits.generated.ts of a CSV with a header and rows of 64 levels 0…16 and a label:
//   node tools/digits.mjs digits.csv.gz
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const file = process.argv[2];
const bytes = readFileSync(file);
const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
const rows = text
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',').map(Number));
// One character for each level: gzip, which servers and npm apply, does the rest. It compresses better where similar
// values are together: all pixels of one place, and of these first the zeros, then the ones.
const labels = rows.map((row) => row[64]);
const byLabel = rows.toSorted((a, b) => a[64] - b[64]);
const pixels = Array.from({ length: 64 }, (_, place) => byLabel.map((row) => row[place].toString(17)).join('')).join(
  '',
);
writeFileSync(
  'src/digits.generated.ts',
  `// Made by tools/digits.mjs of the test part of "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak, UCI
// Machine Learning Repository (1998), CC BY 4.0, as distributed with scikit-learn.
/** For each of 64 places a level from 0 to g (16) of each digit: of the zeros in their order, of the ones and so on. */
export const pixels =
  '${pixels}';
export const labels =
  '${labels.join('')}';
`,
);
console.log(`${rows.length} rows`);
