// Proves one claim: runs its program for each seed, and judges what was measured against the stated margins.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mean } from './claim.mjs';
import { PARTS } from './claims/index.mjs';

/** What PyTorch reaches in the same settings, by claim and margin, with the same three seeds: pytorch/measure.py. */
export const PYTORCH = JSON.parse(readFileSync(new URL('./pytorch/figures.json', import.meta.url), 'utf8'));
/** The names of all claims, in the lecture's order. */
export const NAMES = PARTS.flatMap(({ names }) => names);
const fileOf = (name) => new URL(`./claims/${name}.mjs`, import.meta.url);

/** The bytes of numbers, texts and lists, the same on every machine. */
const hashOf = (value) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** 'holds' where every seed is within the margin, 'on average' where their mean is. */
function verdictOf({ least, most }, values) {
  const within = (v) => (least === undefined || v >= least) && (most === undefined || v <= most);
  return values.every(within) ? 'holds' : within(mean(values)) ? 'on average' : 'does not hold';
}
/** What was measured, beside PyTorch's figures, where there are some. */
function judged({ what, of, least, most }, found, theirs) {
  const values = found.map((one) => Number(of(one)));
  const judge = (list) => ({ values: list, verdict: verdictOf({ least, most }, list) });
  return { what, least, most, ...judge(values), ...(theirs && { torch: judge(theirs) }) };
}

/** The program of a claim as text: its imports from the package, and what runs. */
function programOf(name) {
  const text = readFileSync(fileOf(name), 'utf8');
  const [head, rest] = text.split('export default {');
  const [, , body] = /\n {2}((?:async )?program\((?:seed)?\)) \{\n([\s\S]*?)\n {2}\},\n/.exec(rest) ?? [];
  const plain = head.replace(/^import .* from '\.\.\/claim\.mjs';\n/m, '').trim();
  return `${plain}\n\n${body.replace(/^ {4}/gm, '')}`;
}

/** The pictures as wide as a phone, so that their letters can be read there. */
const narrow = (pictures) =>
  Object.fromEntries(
    Object.entries(pictures).map(([name, draw]) => [name, (what, options) => draw(what, { width: 400, ...options })]),
  );

/** Everything that the report says of a claim; `pictures` is the namespace of regulus/pictures. */
export async function prove(name, { seeds = 3, pictures } = {}) {
  const { default: claim } = await import(fileOf(name).href);
  const started = performance.now();
  const found = [];
  for (let seed = 0; seed < seeds; seed++) found.push(await claim.program(seed));
  const margins = claim.margins.map((margin) => judged(margin, found, PYTORCH.claims[name]?.[margin.what]));
  const order = ['holds', 'on average', 'does not hold'];
  const verdict = order[Math.max(...margins.map((m) => order.indexOf(m.verdict)))];
  const picture = pictures && claim.figure?.(found, { pictures: narrow(pictures) });
  return {
    name,
    ...{ slides: claim.slides, claim: claim.claim, seen: claim.seen, torch: claim.torch, preset: claim.preset },
    notes: claim.notes?.(found) ?? [],
    program: programOf(name),
    seeds,
    margins,
    verdict,
    hash: hashOf(found),
    svg: picture?.svg(),
    text: picture?.text(),
    seconds: (performance.now() - started) / 1000,
  };
}
