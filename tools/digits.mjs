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
// One character for each level: gzip, which servers and npm apply, does the rest.
const pixels = rows.flatMap((row) => row.slice(0, 64).map((level) => level.toString(17))).join('');
const labels = rows.map((row) => row[64]).join('');
writeFileSync(
  'src/digits.generated.ts',
  `// Made by tools/digits.mjs of the test part of "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak, UCI
// Machine Learning Repository (1998), CC BY 4.0, as distributed with scikit-learn.
/** A level from 0 to g (16) for each of 64 places, row after row. */
export const pixels =
  '${pixels}';
export const labels =
  '${labels}';
`,
);
console.log(`${rows.length} rows`);
