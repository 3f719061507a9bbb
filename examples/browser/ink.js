/** What a pen has drawn, as the data set has its digits. Its makers fitted each scanned digit into a bitmap of 32×32 and counted the ink
 *  in blocks of 4×4: 8×8 levels from 0 to 16. Here strokes are points, so that a digit is fitted before it becomes pixels. */

const SIZE = 32;
const BLOCK = 4;
/** A digit of the data is as tall as the bitmap, and hardly ever wider than this. */
const WIDEST = 26;
/** Pixels of ink of a digit: the data's mean, and nearly the same for a 1 as for an 8. The pen's width follows from it. */
const INK = 312;

/** 64 levels from 0 to 16, row after row, of strokes in any unit; undefined where nothing was drawn. */
export function levels(strokes) {
  if (strokes.flat().length === 0) return undefined;
  let [thin, thick] = [0.5, 6];
  // Ink grows with the pen, and seven halvings are finer than a pixel.
  for (let i = 0; i < 7; i++) {
    const radius = (thin + thick) / 2;
    if (total(bitmap(fit(strokes, radius), radius)) > INK) thick = radius;
    else thin = radius;
  }
  const pixels = bitmap(fit(strokes, thin), thin);
  return blocks(bitmap(centred(fit(strokes, thin), pixels, thin), thin));
}

/** The strokes as large as the bitmap, when drawn by a pen of this radius, and in its middle. A wide digit is squeezed. */
function fit(strokes, radius) {
  const points = strokes.flat();
  const [left, right] = extent(points.map(({ x }) => x));
  const [top, bottom] = extent(points.map(({ y }) => y));
  const room = SIZE - 2 * radius;
  const wide = WIDEST - 2 * radius;
  const [width, height] = [right - left, bottom - top];
  // A dash that is much wider than tall stays one.
  const down = Math.min(room / height, (2 * wide) / width);
  if (!Number.isFinite(down)) return strokes.map((stroke) => stroke.map(() => ({ x: SIZE / 2, y: SIZE / 2 })));
  const across = width === 0 ? 0 : Math.min(down, wide / width);
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  return strokes.map((stroke) =>
    stroke.map(({ x, y }) => ({ x: SIZE / 2 + (x - middleX) * across, y: SIZE / 2 + (y - middleY) * down })),
  );
}

/** Moved sideways, so that the ink's centre is the bitmap's, but not to where the data have no ink: its first four columns. */
function centred(strokes, pixels, radius) {
  let sum = 0;
  pixels.forEach((ink, i) => {
    sum += ink * ((i % SIZE) + 0.5);
  });
  const [left, right] = extent(strokes.flat().map(({ x }) => x));
  const wish = SIZE / 2 - sum / total(pixels);
  const move = Math.max(BLOCK + radius - left, Math.min(SIZE - 1 - radius - right, wish));
  return strokes.map((stroke) => stroke.map(({ x, y }) => ({ x: x + move, y })));
}

/** 32×32 pixels: 1 where the pixel's middle is no farther than the radius from a stroke. */
function bitmap(strokes, radius) {
  const pixels = new Uint8Array(SIZE * SIZE);
  for (const stroke of strokes)
    stroke.forEach((to, i) => {
      const from = stroke[Math.max(0, i - 1)];
      for (let row = 0; row < SIZE; row++)
        for (let column = 0; column < SIZE; column++)
          if (distance(column + 0.5, row + 0.5, from, to) <= radius) pixels[row * SIZE + column] = 1;
    });
  return pixels;
}

/** From a point to the line between two others. */
function distance(x, y, from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - from.x) * dx + (y - from.y) * dy) / length));
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}

/** The ink of each block of 4×4. */
function blocks(pixels) {
  const across = SIZE / BLOCK;
  const counts = new Array(across * across).fill(0);
  pixels.forEach((ink, i) => {
    const [row, column] = [Math.floor(i / SIZE), i % SIZE];
    counts[Math.floor(row / BLOCK) * across + Math.floor(column / BLOCK)] += ink;
  });
  return counts;
}

const total = (pixels) => pixels.reduce((sum, ink) => sum + ink, 0);
const extent = (numbers) => [Math.min(...numbers), Math.max(...numbers)];
