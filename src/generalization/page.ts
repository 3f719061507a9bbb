import { escaped, page } from '../markup.js';
import type { ReportSection } from './sections.js';

const MARKS = { good: '✓', look: '!', absent: '·' };
const MEANINGS = { good: 'as it should be', look: 'look at this', absent: 'not looked at' };
const kindOf = (ok?: boolean): keyof typeof MARKS => (ok === undefined ? 'absent' : ok ? 'good' : 'look');

/** A report as text. */
export function textPage(title: string, sections: readonly ReportSection[], summary: string): string {
  const parts = sections.map(({ title: name, lines }) =>
    [name, ...lines.flatMap(({ ok, text, next }) => [`  ${MARKS[kindOf(ok)]} ${text}.`, `    Next: ${next}.`])].join(
      '\n',
    ),
  );
  return [title, summary, ...parts].join('\n\n');
}

const STYLE = `:root{color-scheme:light dark;--paper:#fff;--ink:#1c2024;--soft:#5b636b;--line:#dfe3e6;--good:#1a7f37;--look:#9a4b00}
@media(prefers-color-scheme:dark){:root{--paper:#15181b;--ink:#e6e9eb;--soft:#a3abb2;--line:#33393e;--good:#4cc26a;--look:#f0a35e}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:46rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}
h2{font-size:1.05rem;margin:0 0 .5rem}
section{border-top:1px solid var(--line);padding:1rem 0}
ul{list-style:none;margin:0;padding:0}
li{position:relative;padding-left:1.6rem;margin:0 0 .75rem}
li>span{position:absolute;left:0;font-weight:700;color:var(--good)}
li.look>span{color:var(--look)}
li.absent>span{color:var(--soft)}
p{margin:0}
.next{color:var(--soft)}
figure{margin:.5rem 0 0;overflow-x:auto}
svg{max-width:100%;height:auto}
@media print{body{max-width:none}section{break-inside:avoid}}`;

/** A report as a page that needs no other file. `pictures` are SVG elements, by section. */
export function htmlPage(
  title: string,
  sections: readonly ReportSection[],
  summary: string,
  pictures: readonly (string | undefined)[],
): string {
  const parts = sections.map(({ title: name, lines }, i) => {
    const items = lines.map(
      ({ ok, text, next }) =>
        `<li class="${kindOf(ok)}"><span title="${MEANINGS[kindOf(ok)]}">${MARKS[kindOf(ok)]}</span><p>${escaped(text)}.</p><p class="next">Next: ${escaped(next)}.</p></li>`,
    );
    const picture = pictures[i] === undefined ? '' : `\n<figure>${pictures[i]}</figure>`;
    return `<section>\n<h2>${escaped(name)}</h2>\n<ul>\n${items.join('\n')}\n</ul>${picture}\n</section>`;
  });
  return page(
    title,
    STYLE,
    `<main>\n<h1>${escaped(title)}</h1>\n<p>${escaped(summary)}</p>\n${parts.join('\n')}\n</main>`,
  );
}
