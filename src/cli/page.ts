import { confusionMatrix, evaluate, type Model, type Run } from '../index.js';
import { escaped, page } from '../markup.js';
import { draw, pictures, type Picture } from '../pictures/index.js';
import type { Prepared } from './data.js';

const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 64rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.5rem; line-height: 1.2; overflow-wrap: anywhere }
h2 { font-size: 1.1rem; margin-top: 2rem }
.result { font-size: 1.15rem; font-weight: 600 }
figure { display: inline-block; margin: 0 1rem 1rem 0; max-width: 100%; vertical-align: top }
pre { overflow-x: auto; font-size: 0.85rem; line-height: 1.4 }`;

/** The pictures of a training's page: the curves, and what the model answers on the validation rows. */
export function figuresOf({ all, train, validation, target }: Prepared, model: Model, run: Run): string[] {
  const found: Picture[] = [draw(run)];
  if (!run.kept) return found.map((picture) => picture.svg());
  const width = train.shape.length === 1 ? train.shape[0] : 0;
  if (validation.kind === 'classes') {
    const { confusionMatrix: matrix } = evaluate(model, validation, { metrics: confusionMatrix() });
    const title = 'Confusion matrix of the validation rows';
    found.push(draw(matrix as unknown as object, { title }));
  } else {
    const { mean, std } = target ?? { mean: 0, std: 1 };
    const own = (values: ArrayLike<number>): number[] => Array.from(values, (v) => mean + std * v);
    const [truth, answers] = [own(validation.y), own(model.predict(validation).data())];
    const [low, high] = [Math.min(...truth), Math.max(...truth)];
    const lines = [
      { name: 'validation rows', x: truth, y: answers, apart: true },
      { name: 'right answers', x: [low, high], y: [low, high], dots: false },
    ];
    const title = 'Answers and truth on the validation rows';
    found.push(pictures.lines(lines, { title, xLabel: String(all.targetName), yLabel: 'answer' }));
  }
  // Two inputs are a plane, one is a line.
  if (width === 2 || width === 1) {
    const title = `${validation.kind === 'classes' && width === 2 ? 'Decision regions' : 'Answers'} over the inputs, standardized`;
    found.push(pictures.regions(model, train, { title }));
  }
  return found.map((picture) => picture.svg());
}

/** A page of its own about a training, in one file that loads nothing: result, verdict, curves, regions or matrix, and the printed report. */
export function pageOf(
  name: string,
  figures: readonly string[],
  printed: { readonly about: string; readonly report: string },
): string {
  const lines = printed.report.trimEnd().split('\n');
  const verdict = lines.find((line) => line.startsWith('verdict: '))?.slice('verdict: '.length);
  const title = `Training on ${name}`;
  return page(
    title,
    STYLE,
    `<h1>${escaped(title)}</h1>
<p class="result">${escaped(lines[lines.length - 1])}${verdict ? `; verdict: ${escaped(verdict)}` : ''}</p>
${figures.map((svg) => `<figure>${svg}</figure>`).join('\n')}
<h2>Report</h2>
<pre>${escaped(lines.join('\n'))}</pre>
<h2>Data and network</h2>
<pre>${escaped(printed.about)}</pre>`,
  );
}
