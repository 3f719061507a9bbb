/**
 * sin, cos, log and exp in float64 with the same bits in every engine: they use only + − × ÷, which IEEE 754 defines
 * exactly, and read and write the bits of numbers. Minimax polynomials and constants of fdlibm (Sun Microsystems,
 * 1993).
 */

const bits = new DataView(new ArrayBuffer(8));

/** x · 2ⁿ for normal results. */
function scale(x: number, n: number): number {
  bits.setFloat64(0, x);
  bits.setUint32(0, bits.getUint32(0) + n * 0x100000);
  return bits.getFloat64(0);
}

/** The value of a polynomial with these coefficients, highest power first. */
function horner(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (const c of coefficients) sum = sum * x + c;
  return sum;
}

const SIN = [
  1.58969099521155010221e-10, -2.50507602534068634195e-8, 2.75573137070700676789e-6, -1.98412698298579493134e-4,
  8.33333333332248946124e-3, -1.66666666666666324348e-1,
];
const COS = [
  -1.13596475577881948265e-11, 2.0875723212981748279e-9, -2.75573143513906633035e-7, 2.48015872894767294178e-5,
  -1.38888888888741095749e-3, 4.16666666666666019037e-2,
];
/** |x| ≤ π/4 */
const sinKernel = (x: number): number => x + x * x * x * horner(x * x, SIN);
const cosKernel = (x: number): number => 1 - 0.5 * x * x + x * x * x * x * horner(x * x, COS);

/** π/2 in three parts; the first two have 33 bits each, so that their products with a small whole number are exact. */
const QUARTER = [1.57079632673412561417, 6.0771005063039659766e-11, 2.02226624879595063154e-21];

/** sin(x + quarter · π/2) */
function turned(x: number, quarter: number): number {
  const turns = Math.floor(x / (Math.PI / 2) + 0.5);
  const rest = x - turns * QUARTER[0] - turns * QUARTER[1] - turns * QUARTER[2];
  const place = (turns + quarter) & 3;
  const value = place & 1 ? cosKernel(rest) : sinKernel(rest);
  return place & 2 ? -value : value;
}

/** sin x for |x| ≤ 10⁵, to within 1e-15. */
export const sin = (x: number): number => turned(x, 0);
/** cos x for |x| ≤ 10⁵, to within 1e-15. */
export const cos = (x: number): number => turned(x, 1);

const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;

const LOG = [
  1.479819860511658591e-1, 1.531383769920937332e-1, 1.818357216161805012e-1, 2.222219843214978396e-1,
  2.857142874366239149e-1, 3.999999999940941908e-1, 6.66666666666673513e-1,
];

/** The natural logarithm of a normal x > 0, to within 1e-15 of the larger of 1 and |log x|. */
export function log(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  // x = 2ᵏ · m with √½ ≤ m < √2, and log m = 2 atanh(s), s = (m − 1)/(m + 1)
  const k = (high + 0x95f62 - 0x3ff00000) >> 20;
  const f = scale(x, -k) - 1;
  const s = f / (2 + f);
  const r = s * s * horner(s * s, LOG);
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + r) + k * LN2_LOW) - f);
}

const EXP = [
  4.13813679705723846039e-8, -1.6533902205465251539e-6, 6.61375632143793436117e-5, -2.77777777770155933842e-3,
  1.66666666666666019037e-1,
];

/** eˣ for |x| ≤ 700, to within 1e-15 of itself. */
export function exp(x: number): number {
  const k = Math.floor(x / Math.LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const c = r - r * r * horner(r * r, EXP);
  return scale(1 - (low - (r * c) / (2 - c) - high), k);
}
