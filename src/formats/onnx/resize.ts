import { nn } from '../../index.js';
import { type Call, cannot, type Made } from './call.js';
import type { Rules } from './elementwise.js';
import { picked } from './shapes.js';
import { arranged, channelsLast, inOrder, type Value } from './value.js';

/** Where the pixel at a place of the result comes from, as a place of the image. */
type Place = (to: number, scale: number, from: number, into: number) => number;
const PLACES: Readonly<Record<string, Place>> = {
  half_pixel: (to, scale) => (to + 0.5) / scale - 0.5,
  pytorch_half_pixel: (to, scale, _, into) => (into > 1 ? (to + 0.5) / scale - 0.5 : 0),
  asymmetric: (to, scale) => to / scale,
  align_corners: (to, _, from, into) => (into > 1 ? (to * (from - 1)) / (into - 1) : 0),
};
/** How a place between pixels is rounded. */
const ROUNDED: Readonly<Record<string, (place: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round_prefer_floor: (place) => Math.ceil(place - 0.5),
  round_prefer_ceil: (place) => Math.floor(place + 0.5),
};
const oneOf = <T>(table: Readonly<Record<string, T>>, name: string, what: string): T =>
  Object.hasOwn(table, name) ? table[name] : cannot(`its ${what} is ${name}`);

/** An axis of another length. `plan` says for each place the pixels before and after it, and the share of the second. */
interface Plan {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly share: readonly number[];
}
function along(call: Call, value: Value, axis: number, { before, after, share }: Plan): Value {
  const near = picked(call, value, axis, before);
  if (share.every((s) => s === 0)) return near;
  const far = picked(call, value, axis, after);
  const { axes } = near;
  const operand = axes.slice(axes.indexOf(axis)).map((own) => (own === axis ? share.length : 1));
  const weigh = (of: Value, shares: readonly number[]): nn.GraphNode => {
    const layer = call.scope.layer(call.node, (name) => nn.op('mul', { operand, trainable: false, name }), {
      value: () => shares,
    });
    return layer(of.node);
  };
  return {
    ...near,
    node: nn.add()([
      weigh(
        near,
        share.map((s) => 1 - s),
      ),
      weigh(far, share),
    ]),
  };
}

function resize(call: Call): Made {
  const old = call.node.op === 'Upsample' || call.scope.version < 11;
  const x = inOrder(call.value());
  const mode = call.text('mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear' && mode !== 'bilinear') cannot(`its mode is ${mode}`);
  const given = call.list(old ? 1 : 2, 'scales') ?? (call.floats('scales').length ? call.floats('scales') : undefined);
  const sizes = old ? undefined : call.list(3, 'sizes');
  if (call.ints('axes') || call.text('keep_aspect_ratio_policy', 'stretch') !== 'stretch' || call.int('antialias', 0))
    cannot('it has axes, antialias or a policy');
  const scales = sizes?.length ? sizes.map((n, i) => n / x.shape[i]) : given;
  if (scales?.length !== x.shape.length || scales.some((s) => !(s > 0))) return cannot('its scales are not known');
  const transform = old ? 'asymmetric' : call.text('coordinate_transformation_mode', 'half_pixel');
  const place = oneOf(PLACES, transform, 'coordinate_transformation_mode');
  const round = oneOf(ROUNDED, old ? 'floor' : call.text('nearest_mode', 'round_prefer_floor'), 'nearest_mode');
  const plans = scales.map((scale, axis): Plan | undefined => {
    const from = x.shape[axis];
    const into = sizes?.length ? sizes[axis] : Math.floor(from * scale);
    if (scale === 1) return undefined;
    if (axis === x.axes[0]) cannot('it mixes the rows of a batch');
    if (!(into >= 1 && into <= LONGEST)) cannot(`it makes ${into} of ${from} pixels`);
    const within = (at: number): number => Math.min(Math.max(at, 0), from - 1);
    const places = Array.from({ length: into }, (_, to) => place(to, scale, from, into));
    if (mode === 'nearest') {
      const before = places.map((at) => within(round(at)));
      return { before, after: before, share: before.map(() => 0) };
    }
    const before = places.map((at) => Math.floor(within(at)));
    return { before, after: before.map((at) => within(at + 1)), share: places.map((at, i) => within(at) - before[i]) };
  });
  const whole = enlarged(call, x, plans, scales);
  if (whole) return whole;
  return plans.reduce((value, plan, axis) => (plan ? along(call, value, axis, plan) : value), x);
}
const LONGEST = 1 << 16;

/** The layer that enlarges images by whole factors, where it does the same. */
function enlarged(
  call: Call,
  x: Value,
  plans: readonly (Plan | undefined)[],
  scales: readonly number[],
): Value | undefined {
  const [n, c, fy, fx] = scales;
  if (x.shape.length !== 4 || x.axes[0] !== 0 || n !== 1 || c !== 1) return undefined;
  if (!Number.isInteger(fy) || !Number.isInteger(fx)) return undefined;
  const smooth = plans.some((plan) => plan?.share.some((s) => s !== 0));
  const same = plans.every(
    (plan, axis) =>
      plan?.before.every((at, to) => {
        const middle = Math.max(0, (to + 0.5) / scales[axis] - 0.5);
        const last = x.shape[axis] - 1;
        return smooth
          ? Math.abs(at + plan.share[to] - Math.min(middle, last)) < 1e-6
          : at === Math.floor(to / scales[axis]);
      }) ?? true,
  );
  if (!same) return undefined;
  const axes = channelsLast(x);
  const mode = smooth ? 'bilinear' : 'nearest';
  const layer = call.scope.layer(call.node, (name) => nn.upsample2d([fy, fx], { mode, name }));
  const [, channels, height, width] = x.shape;
  const shape = [x.shape[0], channels, height * fy, width * fx];
  return { ...x, axes, shape, node: layer(arranged(x, axes)), image: true };
}

export const RESIZE: Rules = { Resize: resize, Upsample: resize };
