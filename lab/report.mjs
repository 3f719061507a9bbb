// The report: one page that reads without scripts, in light and dark, on paper and on a phone.
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { escaped } from 'regulus/pictures';
import { PARTS } from './claims/index.mjs';
import { PYTORCH } from './prove.mjs';
import { bounds, range, theirs } from './text.mjs';

const CLASSES = { holds: 'yes', 'on average': 'mean', 'does not hold': 'no' };
const badge = (verdict) => `<span class="badge ${CLASSES[verdict]}">${verdict}</span>`;

const STYLE = `
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fff; --soft: #f3f4f6; --line: #d5d8dd; --quiet: #595f69; --link: #0b57b0; --yes: #0a6638; --mean: #7a4a00; --no: #a4161a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8ea; --paper: #17181b; --soft: #222429; --line: #3a3d44; --quiet: #a8adb7; --link: #8ab8ff; --yes: #6fd39b; --mean: #f0b860; --no: #ff9a9a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { line-height: 1.2; } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); } h3 { margin: 0 0 .25rem; line-height: 1.35; }
a { color: var(--link); } nav ol { padding-left: 1.5rem; }
article { margin: 1.5rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; }
.about { margin: 0 0 .75rem; color: var(--quiet); font-size: .9rem; }
.badge { font-weight: 600; white-space: nowrap; } .yes { color: var(--yes); } .mean { color: var(--mean); } .no { color: var(--no); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; overflow-wrap: normal; } th, td { padding: .3rem .75rem .3rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; } th { border-top: 0; color: var(--quiet); font-weight: 500; } td:nth-child(3), td:nth-child(4) { white-space: nowrap; }
figure { margin: .75rem 0; max-width: 27rem; } figure svg { display: block; width: 100%; height: auto; border-radius: .25rem; }
pre { overflow-x: auto; margin: .5rem 0; padding: .75rem; border-radius: .375rem; background: var(--soft); font-size: .8rem; line-height: 1.45; overflow-wrap: normal; }
summary { cursor: pointer; color: var(--link); } .hash { color: var(--quiet); font-size: .75rem; }
@media (max-width: 34rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: grid; grid-template-columns: 1fr auto auto; column-gap: .75rem; border-top: 1px solid var(--line); padding: .3rem 0; }
  td { padding: 0; border: 0; } td:first-child, td:nth-child(5) { grid-column: 1 / -1; }
  td:nth-child(5):not(:empty)::before { content: 'PyTorch: '; }
}
@media print { article { break-inside: avoid; } }
`;

const slidesOf = (slides) =>
  /^\d/.test(slides) ? `Slides ${slides}` : slides.charAt(0).toUpperCase() + slides.slice(1);

function articleOf({
  name,
  playground,
  slides,
  claim,
  verdict,
  margins,
  notes,
  seen,
  torch,
  preset,
  svg,
  program,
  hash,
  seeds,
}) {
  // The column of PyTorch's figures is left out where there are none.
  const both = margins.some((m) => m.torch);
  const rows = margins
    .map((m) => {
      const own = [escaped(m.what), escaped(range(m.values)), escaped(bounds(m)), badge(m.verdict)];
      const cells = both ? [...own, m.torch ? escaped(theirs(m.torch)) : ''] : own;
      return `<tr role="row">${cells.map((cell) => `<td role="cell">${cell}</td>`).join('')}</tr>`;
    })
    .join('\n');
  const head = ['measured', `mean (band of ${seeds} seeds)`, 'margin', 'verdict', ...(both ? ['PyTorch'] : [])];
  return `<article id="${name}">
<h3>${escaped(claim)}</h3>
<p class="about">${escaped(slidesOf(slides))} · ${badge(verdict)} · <a href="#${name}">${name}</a></p>
${svg ? `<figure>${svg}</figure>` : ''}
<table role="table">
<thead role="rowgroup"><tr role="row">${head.map((cell) => `<th role="columnheader">${cell}</th>`).join('')}</tr></thead>
<tbody role="rowgroup">
${rows}
</tbody></table>
${notes.map((note) => `<p>${escaped(note)}</p>`).join('\n')}
${seen ? `<p>${escaped(seen)}</p>` : ''}
${torch ? `<p class="about">PyTorch: ${escaped(torch)}</p>` : ''}
${preset ? `<p><a href="${escaped(playground)}#preset=${encodeURIComponent(preset)}">See it live</a></p>` : ''}
<details><summary>The program</summary><pre tabindex="0"><code>${escaped(program)}</code></pre></details>
<p class="hash">SHA-256 of the numbers: ${hash}</p>
</article>`;
}

/** Where the playground is, as a link from a file. */
export const playgroundFrom = (file) =>
  relative(dirname(resolve(file)), fileURLToPath(new URL('../dist/playground.html', import.meta.url)))
    .split(sep)
    .join('/');

/** The page of these results; `playground` is where its links lead. */
export function reportOf(results, { playground = 'playground.html' } = {}) {
  const byName = new Map(results.map((result) => [result.name, { ...result, playground }]));
  const count = (verdict) => results.filter((r) => r.verdict === verdict).length;
  const parts = PARTS.map(({ title, names }) => ({
    title,
    found: names.map((name) => byName.get(name)).filter(Boolean),
  })).filter(({ found }) => found.length);
  const contents = parts
    .map(
      ({ title, found }) =>
        `<li>${escaped(title)}<ul>${found.map((r) => `<li><a href="#${r.name}">${escaped(r.claim)}</a> ${badge(r.verdict)}</li>`).join('\n')}</ul></li>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The lecture, proved</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>The lecture, proved</h1>
<p>Regularization and optimization for deep learning, claim by claim: each is a small program on data that ship with Regulus, run with ${results[0]?.seeds ?? 0} seeds and judged
by stated margins. A claim <em>holds</em> where every seed is within its margins, and holds <em>on average</em> where the mean is.</p>
<p>${count('holds')} of ${results.length} claims hold, ${count('on average')} on average; ${count('does not hold')} ${count('does not hold') === 1 ? 'does' : 'do'} not hold here, and what was seen instead is said.
The numbers have the same bits on every machine; their hashes stand below each claim.</p>
<p>PyTorch’s figures are those of version ${escaped(PYTORCH.version)} with the same rows, networks and settings, with random numbers of its own and three seeds.</p>
</header>
<nav aria-label="Contents"><details><summary>Contents</summary><ol>
${contents}
</ol></details></nav>
<main>
${parts.map(({ title, found }) => `<section><h2>${escaped(title)}</h2>\n${found.map(articleOf).join('\n')}\n</section>`).join('\n')}
</main>
</body>
</html>
`;
}
