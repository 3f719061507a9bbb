/** Shows figures as lines on the screen and as the tables of RESULTS.md. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

const time = (ms) => (ms < 1 ? `${(1000 * ms).toFixed(1)} µs` : `${ms.toFixed(2)} ms`);
const percent = (share) => (share === undefined ? '' : `${Math.round(100 * share)} %`);
const share = ({ flops, peak }, ms) => (flops && peak ? flops / ms / 1e6 / peak : undefined);
/** The time, and the rows in a second where a row of the table says how many it takes. */
const figure = ({ rows }, ms) =>
  rows ? `${time(ms)}, ${Math.round((1000 * rows) / ms).toLocaleString('en')} rows/s` : time(ms);
const load = ({ foreign, disturbed }) =>
  foreign === undefined ? '' : `${foreign.toFixed(2)}${disturbed ? ' (void)' : ''}`;

/** One line: the time of Regulus, its share of the SIMD limit, and the times of the others relative to it. */
export function printed(row) {
  const [[ours, own], ...others] = Object.entries(row.times);
  const ratios = others.map(([name, { median }]) => `${name} ×${(median / own.median).toFixed(2)}`);
  const limit = percent(share(row, own.median));
  return `${row.what.padEnd(48)} ${ours} ${figure(row, own.median).padStart(9)} ${limit.padStart(5)}   ${ratios.join('   ')}   load ${load(row)}`;
}

export function report(rows, images, { peers, missing }) {
  const names = [...new Set(rows.flatMap(({ times }) => Object.keys(times).slice(1)))];
  const head = ['work', 'Regulus', 'spread', 'of the SIMD limit', ...names, 'foreign load'];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const body = rows.map((row) => {
    const own = Object.values(row.times)[0];
    const ratios = names.map((name) => {
      const other = row.times[name];
      return other ? `${(other.median / own.median).toFixed(2)} ±${Math.round(50 * other.spread)} %` : '';
    });
    return line([
      row.what,
      figure(row, own.median),
      percent(own.spread),
      percent(share(row, own.median)),
      ...ratios,
      load(row),
    ]);
  });
  const version = (folder) => {
    try {
      return JSON.parse(readFileSync(new URL(`node_modules/${folder}/package.json`, import.meta.url), 'utf8')).version;
    } catch {
      return '';
    }
  };
  const versions = ['@tensorflow/tfjs', '@jax-js/jax', 'onnxruntime-web', 'brain.js', 'convnetjs'].map(
    (folder) => `${folder} ${version(folder)}`,
  );
  return `# Results

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0].model}, ${cpus().length} cores, Node ${process.version.slice(1)}; ${[...versions, ...(peers.torch ? [peers.torch.name] : [])].join(', ')}.
${missing.map(([name]) => `Missing here: ${name}. `).join('')}One thread each. Columns of others say how many times as long as Regulus they take: above 1 they are slower. Times are medians of rounds
taken in turns; the spread is the distance between their quartiles. The SIMD limit is the rate that a loop of independent multiplications and additions
reaches in the same run. A row is void where other processes took more than 0.3 of a core. brain.js updates after each example, and neither it nor ConvNetJS can be
given the weights: they are timed only. TensorFlow.js' WASM backend cannot train a convolution.

${[line(head), line(head.map(() => '---')), ...body].join('\n')}
${images.length ? `\nMNIST, 60,000 images held as bytes:\n\n${images.map((text) => `- ${text}`).join('\n')}\n` : ''}`;
}
