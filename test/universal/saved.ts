type Regulus = typeof import('../../dist/index.js');
type Pipeline = import('../../dist/index.js').Pipeline;

/** A pipeline that was trained and saved in Node 20, as base64: numbers, categories, dates and true or false in; gaps are known; the target is
 *  changed by its mean and deviation. */
const FILE = [
  'uAYAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJyZWd1bHVzIjoie1wiZm9ybWF0XCI6MixcIm1vZGVsXCI6e1wibmFtZVwiOlwic2VxdWVudGlhbFwi',
  'LFwib3B0aW9uc1wiOntcImxheWVyc1wiOlt7XCJuYW1lXCI6XCJkZW5zZVwiLFwib3B0aW9uc1wiOntcInVuaXRzXCI6NixcImFjdGl2YXRpb25c',
  'IjpcInRhbmhcIn19LHtcIm5hbWVcIjpcImxheWVyTm9ybVwiLFwib3B0aW9uc1wiOntcImVwc1wiOjAuMDAwMDF9fSx7XCJuYW1lXCI6XCJkZW5z',
  'ZVwiLFwib3B0aW9uc1wiOntcInVuaXRzXCI6MX19XX19LFwic2hhcGVcIjpbOV0sXCJzZWVkXCI6MixcInBpcGVsaW5lXCI6e1wic3RlcHNcIjpb',
  'e1wibmFtZVwiOlwiZW5jb2RlXCIsXCJvcHRpb25zXCI6e1widmVyc2lvblwiOjEsXCJtaXNzaW5nVmFsdWVzXCI6W1wiXCIsXCJOQVwiLFwiTi9B',
  'XCIsXCJOYU5cIixcIm51bGxcIixcIj9cIl0sXCJtaXNzaW5nXCI6XCJmaWxsXCIsXCJ1bmtub3duXCI6XCJ6ZXJvc1wiLFwiZmllbGRzXCI6W3tc',
  'Im5hbWVcIjpcImFnZVwiLFwidHlwZVwiOlwibnVtYmVyXCIsXCJwb3NpdGlvblwiOjAsXCJlbmNvZGVcIjp7XCJzaGlmdFwiOjQxLjkxMjI4MDcw',
  'MTc1NDM4LFwic3ByZWFkXCI6MTQuMzIwMDAyODE5OTQ3NzYsXCJmaWxsXCI6NDEuOTEyMjgwNzAxNzU0MzgsXCJpbmRpY2F0b3JcIjp0cnVlfX0s',
  'e1wibmFtZVwiOlwicGxhblwiLFwidHlwZVwiOlwic3RyaW5nXCIsXCJjb25zdHJhaW50c1wiOntcImVudW1cIjpbXCJmcmVlXCIsXCJncsO2w59l',
  'clwiLFwicHJvXCIsXCJ0ZWFtXCJdfSxcInBvc2l0aW9uXCI6MSxcImVuY29kZVwiOntcImNhdGVnb3JpZXNcIjpcIm9uZUhvdFwiLFwiaW5kaWNh',
  'dG9yXCI6dHJ1ZX19LHtcIm5hbWVcIjpcInZpcFwiLFwidHlwZVwiOlwiYm9vbGVhblwiLFwicG9zaXRpb25cIjoyLFwiZW5jb2RlXCI6e1wic2hp',
  'ZnRcIjowLFwic3ByZWFkXCI6MSxcImZpbGxcIjowLjM0Mzc1LFwiaW5kaWNhdG9yXCI6ZmFsc2V9fSx7XCJuYW1lXCI6XCJzaW5jZVwiLFwidHlw',
  'ZVwiOlwiZGF0ZVwiLFwicG9zaXRpb25cIjozLFwiZW5jb2RlXCI6e1wic2hpZnRcIjoxNjk3OS40Mzc1LFwic3ByZWFkXCI6MTQ1Ni4xMTc5MjE4',
  'NTM3NzI3LFwiZmlsbFwiOjE2OTc5LjQzNzUsXCJpbmRpY2F0b3JcIjpmYWxzZX19XX19XSxcInNvdXJjZVwiOntcImZlYXR1cmVzXCI6W1wiYWdl',
  'XCIsXCJwbGFuXCIsXCJ2aXBcIixcInNpbmNlXCJdLFwidGFyZ2V0XCI6XCJzcGVudFwiLFwia2luZFwiOlwidmFsdWVzXCJ9LFwidGFyZ2V0XCI6',
  'e1wic2hpZnRcIjpbMTQ1MC4zNzVdLFwic3ByZWFkXCI6WzI3Ny41ODQ4NjkzODQ3NjU2XX19fSIsIm1hZGUiOiJieSBmaXQgaW4gTm9kZSAyMCJ9',
  'LCIwLndlaWdodCI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbOSw2XSwiZGF0YV9vZmZzZXRzIjpbMCwyMTZdfSwiMC5iaWFzIjp7ImR0eXBlIjoi',
  'RjMyIiwic2hhcGUiOls2XSwiZGF0YV9vZmZzZXRzIjpbMjE2LDI0MF19LCIxLndlaWdodCI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbNl0sImRh',
  'dGFfb2Zmc2V0cyI6WzI0MCwyNjRdfSwiMS5iaWFzIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOls2XSwiZGF0YV9vZmZzZXRzIjpbMjY0LDI4OF19',
  'LCIyLndlaWdodCI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbNiwxXSwiZGF0YV9vZmZzZXRzIjpbMjg4LDMxMl19LCIyLmJpYXMiOnsiZHR5cGUi',
  'OiJGMzIiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOlszMTIsMzE2XX19ICAgPBp5vaMxQ79/8Pg+pcEdvy3eKb6+A/8+g4cJv8hwiT9IBwq+',
  'mayNP6Tixbwsl2K+Bx6cvzbPGb8ijTS/TEMrPxbpjr6Pq1e/7kMVP4fL2j458Pk+yUKxPuhlKb8W9YC+Uh/gvOS4Yb89FpI/uJ5AP0KkZD2SmWu+',
  'ZVqxPrbUvz4FlQs/QeEhP9ryLr62Unw+M4PWPn/3Sz5J3CM9nmVTPvDeC77kzTa/gV9/PzN03r5gPzY/w0z8vtAU+z5bvXu9caujvpAuKj8yQde9',
  'ksQBv01ig73sT7a+AM8mvu0JMr7Wo+k9GZUKP3H2CT01sK2+jxGYP39zoT8aIDY/zOwyP9HIMD8tnhc/aYFRvb8S77wyarS9S8XVvTPMrz1CWuK9',
  'spNeP06c5T5pGVI/r/eoPvvWj7+RmEM+uzGUvQ==',
].join('');

/** What `answeredHash` gives in every runtime. It changes only where the arithmetic of predictions is changed on purpose. */
export const ANSWERED = '92288b0a4152c83b3612127114773baaf6af0df6c5f954cf7b7121920ecfd82a';

const ROWS = [
  { age: 41, plan: 'pro', vip: true, since: '2019-03-17' },
  { age: null, plan: 'größer', vip: false, since: '2024-02-29' },
  { age: 18.5, plan: 'unheard of', vip: null, since: null },
  { age: 66, plan: 'free', vip: false, since: '2010-01-10' },
];
const COLUMNS = ['age', 'plan', 'vip', 'since'] as const;
/** All orders of a list. */
const orders = <T>(list: readonly T[]): T[][] =>
  list.length < 2
    ? [[...list]]
    : list.flatMap((first, i) => orders([...list.slice(0, i), ...list.slice(i + 1)]).map((rest) => [first, ...rest]));

/** SHA-256 of a saved pipeline's answers to raw rows, in every order of the columns: as objects, as tables, and as lists in the order of the
 *  training set. Throws where two of these differ, or where the file is not saved again as it was. */
export async function answeredHash({
  dataset,
  loadSafetensors,
  readMetadata,
  saveSafetensors,
}: Regulus): Promise<string> {
  const bytes = Uint8Array.from(atob(FILE), (character) => character.charCodeAt(0));
  const model = loadSafetensors(bytes) as unknown as Pipeline;
  const lists = ROWS.map((row) => COLUMNS.map((name) => row[name]));
  const answers = model.predict(lists).data();
  const check = (what: string, found: Float32Array): void => {
    if (String([...found]) !== String([...answers])) throw new Error(`${what} gives ${found}, not ${answers}`);
  };
  for (const order of orders(COLUMNS)) {
    const objects = ROWS.map((row) => Object.fromEntries(order.map((name) => [name, row[name]])));
    check(`objects of ${order}`, model.predict(objects).data());
    const csv = [order, ...ROWS.map((row) => order.map((name) => row[name] ?? ''))]
      .map((cells) => cells.join(','))
      .join('\n');
    check(`the table of ${order}`, model.predict(dataset.fromCsv(csv)).data());
  }
  const again = saveSafetensors(model, { metadata: readMetadata(bytes) });
  if (String(again) !== String(bytes)) throw new Error('the file is not saved as it was');
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Float32Array.from(answers)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
