import { isMade } from '../config.js';
import { identity } from './identity.js';
import { type Composite, isComposite, type Part } from './layer.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import { leavesOf, refuseDeep } from './walk.js';

/** Parameters by their paths in a part. */
export type Shaped = Readonly<Record<string, { readonly shape: Shape; readonly values: Float32Array }>>;
interface Filled {
  readonly part: Part;
  readonly state: Shaped;
}

/** The greatest depth of nested composites, each of which takes several calls. */
const DEEPEST = 500;

/** Removes the batch normalizations that directly follow a linear layer: in evaluation they only scale and shift its
 *  output, so they become part of its weights. Only `sequential` and `graph` tell which layers are neighbours; other
 *  composites keep their batch normalizations, and so does a model with weights that two layers share. */
export function folded(part: Part, state: Shaped, depth = 0): Filled {
  refuseDeep(depth, DEEPEST, 'fold: ');
  const keeps = !depth && leavesOf(part).some(({ layer }) => layer.tied !== undefined);
  if (keeps || !isComposite(part)) return { part, state };
  const children = Object.entries(part.children).map(([name, child]) => folded(child, within(state, name), depth + 1));
  if (!part.of) {
    const names = Object.keys(part.children);
    return {
      part: { ...part, children: Object.fromEntries(children.map((child, i) => [names[i], child.part])) },
      state: joined(children, (i) => names[i]),
    };
  }
  const kept = part.behind ? bypassed(children, part) : part.config.name === 'sequential' ? merged(children) : children;
  const composite = part.of(kept.map((child) => child.part));
  const names = Object.keys(composite.children);
  return { part: composite, state: joined(kept, (i) => names[i]) };
}

function merged(children: readonly Filled[]): Filled[] {
  const list: Filled[] = [];
  for (const next of children) {
    const one = list.length ? together(list[list.length - 1], next) : undefined;
    if (one) list[list.length - 1] = one;
    else list.push(next);
  }
  return list;
}
/** The same in a graph, in which a layer that does nothing takes the place of a normalization. */
function bypassed(children: readonly Filled[], { children: named, behind = {} }: Composite): Filled[] {
  const names = Object.keys(named);
  const list = [...children];
  const gone = new Set<number>();
  const beforeOf = (i: number): number => names.indexOf(behind[names[i]] ?? '');
  names.forEach((name, i) => {
    let before = beforeOf(i);
    while (gone.has(before)) before = beforeOf(before);
    const one = before < 0 ? undefined : together(list[before], list[i]);
    if (!one) return;
    list[before] = one;
    gone.add(i);
    list[i] = { part: identity({ name }), state: {} };
  });
  return list;
}

/** A layer and the normalization behind it as one layer, where they are such: (w·x + b − μ)·s + β with s = γ/√(σ² + ε), in
 *  float64. */
function together({ part, state }: Filled, { part: next, state: norm }: Filled): Filled | undefined {
  if (isComposite(part) || isComposite(next) || !part.linear || next.config.name !== 'batchNorm' || !isMade(next))
    return undefined;
  const { biased, axis } = part.linear;
  const eps = next.config.options.eps as number;
  const { weight: gamma, bias: beta, running_mean: mean, running_var: variance } = norm;
  const factors = Float64Array.from(gamma.values, (g, i) => g / Math.sqrt(variance.values[i] + eps));
  const { weight, bias } = state;
  const after = sizeOf(weight.shape.slice(weight.shape.length + axis + 1));
  const scaled = weight.values.map((w, i) => w * factors[Math.floor(i / after) % factors.length]);
  const shifted = Float32Array.from(factors, (s, i) => ((bias?.values[i] ?? 0) - mean.values[i]) * s + beta.values[i]);
  return {
    part: biased(),
    state: { weight: { ...weight, values: scaled }, bias: { shape: gamma.shape, values: shifted } },
  };
}

const within = (state: Shaped, name: string): Shaped =>
  Object.fromEntries(
    Object.entries(state).flatMap(([path, values]) =>
      path.startsWith(`${name}.`) ? [[path.slice(name.length + 1), values]] : [],
    ),
  );
const joined = (parts: readonly Filled[], nameOf: (i: number) => string): Shaped =>
  Object.fromEntries(
    parts.flatMap(({ state }, i) => Object.entries(state).map(([path, values]) => [`${nameOf(i)}.${path}`, values])),
  );
