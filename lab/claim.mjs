// What the claims share: means, bands over the seeds, and lines of pictures.

export const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
/** The first index of the least value. */
export const least = (values) => values.indexOf(Math.min(...values));
export const last = (values) => values[values.length - 1];
/** The number of the first value below a bound; the number of values where there is none. */
export function firstBelow(values, bound) {
  const found = values.findIndex((v) => v < bound);
  return found < 0 ? values.length : found;
}

/** A line of a picture: the mean over the seeds, with the band from the least to the largest value. */
export function band(name, found, of, x) {
  const rows = found.map(of);
  const y = rows[0].map((_, i) => mean(rows.map((row) => row[i])));
  const low = y.map((_, i) => Math.min(...rows.map((row) => row[i])));
  const high = y.map((_, i) => Math.max(...rows.map((row) => row[i])));
  return { name, y, band: [low, high], ...(x && { x }) };
}
/** Bars of a picture: means over the seeds. */
export const bars = (found, of) =>
  Object.keys(of(found[0])).map((name) => ({ name, value: mean(found.map((one) => of(one)[name])) }));
