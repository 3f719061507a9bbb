import { nn } from '../../index.js';
import { Refusal } from '../keras/settings.js';
import { Constant } from './graphDef.js';
import type { Maker } from './site.js';

/** The most numbers of a matrix that resizes an axis. */
const MOST = 1 << 24;

/** The weights of n pixels in each of m: one row for each result. */
function interpolation(n: number, m: number, nearest: boolean, align: boolean, half: boolean): Constant {
  const scale = align && m > 1 ? (n - 1) / (m - 1) : n / m;
  const weights = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    const place = half ? (i + 0.5) * scale : i * scale;
    const inside = (pixel: number): number => Math.min(Math.max(pixel, 0), n - 1);
    if (nearest) {
      weights[i * n + inside(align ? Math.floor(place + 0.5) : Math.floor(place))] = 1;
      continue;
    }
    const left = Math.floor(half ? place - 0.5 : place);
    const share = (half ? place - 0.5 : place) - left;
    weights[i * n + inside(left)] += 1 - share;
    weights[i * n + inside(left + 1)] += share;
  }
  return new Constant([m, n], weights);
}

/** Images of another size: by repeating or interpolating where that is what `upsample2d` does, else by a matrix for each axis. */
const resize =
  (nearest: boolean): Maker =>
  (s) => {
    const x = s.x();
    const [h, w, c] = x.shape;
    const [height, width] = s.constant(1).whole;
    const [align, half] = ['align_corners', 'half_pixel_centers'].map((name) => s.attributes.flag(name));
    if (x.shape.length !== 3 || !(height > 0 && width > 0)) throw new Refusal(`a size ${height} × ${width}`);
    if (height % h === 0 && width % w === 0 && !align && (nearest || half)) {
      const mode = nearest ? 'nearest' : 'bilinear';
      return nn.upsample2d([height / h, width / w], { mode, name: s.part() })(x);
    }
    if (height * h > MOST || width * w > MOST) throw new Refusal(`a size ${height} × ${width}`);
    const along = (part: string, n: number, m: number): nn.CallableLayer => {
      s.set(part, 'value', interpolation(n, m, nearest, align, half));
      return nn.op('matmul', { operand: [m, n], first: true, trainable: false, name: part });
    };
    return s.through(
      x,
      nn.reshape([h, w * c], { name: s.part('lines') }),
      along(s.part('rows'), h, height),
      nn.reshape([height, w, c], { name: s.part('pixels') }),
      along(s.part(), w, width),
    );
  };

/** Nodes that resize images. */
export const RESIZES: Readonly<Record<string, Maker>> = {
  ResizeNearestNeighbor: resize(true),
  ResizeBilinear: resize(false),
};
