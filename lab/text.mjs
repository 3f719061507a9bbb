// A claim as text for a terminal.

/** A number with about four significant digits. */
export function short(x) {
  if (Number.isInteger(x)) return String(x);
  const size = Math.abs(x);
  return size >= 1e-3 && size < 1e5 ? String(Number(x.toPrecision(4))) : x.toExponential(2);
}
/** The values of the seeds: their mean, and the band where they differ. */
export function range(values) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? short(low) : `${short(mean)} (${short(low)} to ${short(high)})`;
}
export function bounds({ least, most }) {
  if (least !== undefined && most !== undefined)
    return least === most ? `= ${short(least)}` : `${short(least)} to ${short(most)}`;
  return least === undefined ? `≤ ${short(most)}` : `≥ ${short(least)}`;
}

/** PyTorch's figures, with the verdict where it is another one than that they are within the margin. */
export const theirs = ({ values, verdict }) => `${range(values)}${verdict === 'holds' ? '' : `, ${verdict}`}`;

export const line = ({ verdict, name, claim }) => `${verdict.padEnd(13)} ${name}: ${claim}`;

export function details({ slides, margins, notes, seen, torch, text, preset, program, hash, seeds }) {
  const rows = margins.map(
    (m) =>
      `  ${m.verdict.padEnd(13)} ${m.what}: ${range(m.values)}, margin ${bounds(m)}${m.torch ? `; PyTorch ${theirs(m.torch)}` : ''}`,
  );
  return [
    `${/^\d/.test(slides) ? 'slides ' : ''}${slides}; ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`,
    ...rows,
    ...notes.map((note) => `  ${note}`),
    ...(seen ? [`  seen: ${seen}`] : []),
    ...(torch ? [`  PyTorch: ${torch}`] : []),
    ...(preset ? [`  live: the preset ${preset} of regulus playground`] : []),
    ...(text ? ['', text] : []),
    '',
    program,
    '',
    `hash of the numbers: ${hash}`,
  ].join('\n');
}
