import { FormatError, type Shape } from '../../index.js';
import type { KerasLayer } from '../keras/build.js';
import { field, type Fields, isFields } from '../keras/settings.js';
import type { Hdf5Object } from './file.js';
import type { Values } from './values.js';

/** A weight that a layer takes, by its name in Keras. */
interface Wanted {
  readonly name: string;
  readonly shape: Shape;
}
/** Finds the numbers of a layer's weights, in the order of `wanted`. */
export type Finder = (layer: KerasLayer, wanted: readonly Wanted[]) => (Float32Array | undefined)[];

/** How the groups of layers are called: by Keras 3, and by Keras 2.13. */
const CONTAINERS = ['layers', '_layer_checkpoint_dependencies'];

/** The weights in the file of a `.keras` archive. Groups are named by the class of their layer, with a number from the second of a class on, and
 *  newer files note the layer's own name; variables are numbered in the order in which the layer made them. */
export function savedWeights(where: string, root: Hdf5Object, config: unknown): Finder {
  const nets = new Map<string, ReadonlyMap<string, Group>>();
  /** The groups of the layers in a network, which is at this path. */
  const inside = (path: readonly string[]): ReadonlyMap<string, Group> => {
    const key = JSON.stringify(path);
    const known = nets.get(key);
    if (known) return known;
    const last = path.length - 1;
    const self = last < 0 ? { object: root, config } : inside(path.slice(0, last)).get(path[last]);
    const made = groupsOf(self);
    nets.set(key, made);
    return made;
  };
  return ({ path, className }, wanted) => {
    const object = inside(path.slice(0, -1)).get(path[path.length - 1])?.object;
    const variables = object ? variablesOf(object) : [];
    return wanted.map(({ name, shape }, i) => fitting(where, path, className, name, shape, variables[i]));
  };
}

interface Group {
  readonly object?: Hdf5Object;
  /** What the configuration has for the layer. */
  readonly config: unknown;
}

/** The groups of a network's layers by the names of the layers. */
function groupsOf(net: Group | undefined): ReadonlyMap<string, Group> {
  const container = CONTAINERS.map((name) => net?.object?.find(name)).find((found) => found !== undefined);
  const inner = isFields(net?.config) ? field(net.config, 'config') : undefined;
  const listed = isFields(inner) ? field(inner, 'layers') : inner;
  const byName = new Map<string, Hdf5Object>();
  const byClass = new Map<string, Hdf5Object>();
  for (const name of container?.names ?? []) {
    const object = container?.find(name) as Hdf5Object;
    byClass.set(name, object);
    const own = object.find('vars')?.attribute('name')?.[0];
    if (own !== undefined) byName.set(own, object);
  }
  const groups = new Map<string, Group>();
  const counts = new Map<string, number>();
  for (const layer of Array.isArray(listed) ? listed : []) {
    if (!isFields(layer)) continue;
    const kind = snakeCase(String(field(layer, 'class_name')));
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    const name = nameOf(layer);
    const object = byName.get(name) ?? byClass.get(count ? `${kind}_${count}` : kind) ?? byClass.get(name);
    groups.set(name, { object, config: layer });
  }
  return groups;
}

function nameOf(layer: Fields): string {
  const config = field(layer, 'config');
  return String(field(layer, 'name') ?? (isFields(config) ? field(config, 'name') : undefined));
}
/** 'DepthwiseConv2D' as 'depthwise_conv2d', as keras/src/utils/naming.py does it. */
const snakeCase = (name: string): string =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** Parts of layers that have variables of their own, in the order of their weights. */
const PARTS = ['forward_layer', 'backward_layer', 'cell', 'layer'];
/** The variables of a layer in their order, or those of its parts. */
function variablesOf(layer: Hdf5Object, depth = 0): Hdf5Object[] {
  const vars = layer.find('vars');
  const own = (vars?.names ?? []).filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b));
  if (own.length) return own.map((name) => vars?.find(name) as Hdf5Object);
  if (depth > PARTS.length) return [];
  return PARTS.flatMap((name) => {
    const part = layer.find(name);
    return part ? variablesOf(part, depth + 1) : [];
  });
}

/** The weights in an HDF5 file of a whole model, as Keras 2 wrote it: groups by the names of the layers, and in them datasets by the names of the
 *  weights, such as 'dense/kernel:0'; those of a network within the network lie in the group of the outermost one. */
export function legacyWeights(where: string, root: Hdf5Object): Finder {
  const weights = root.find('model_weights') ?? root;
  const found = new Map<string, readonly Dataset[]>();
  return ({ path, className }, wanted) => {
    const group = weights.find(path[0]);
    const all = found.get(path[0]) ?? (group ? datasetsIn(group) : []);
    found.set(path[0], all);
    const layer = path[path.length - 1];
    return wanted.map(({ name, shape }) => {
      const [side, word] = name.includes('/') ? name.split('/') : ['', name];
      // Keras 3 calls the kernel of a depthwise convolution just that.
      const named =
        [word, word.replace(/^depthwise_/, '')]
          .map((each) => all.filter(({ parts }) => parts[parts.length - 1] === each))
          .find(({ length }) => length > 0) ?? [];
      const half = side ? named.filter(({ parts }) => parts.some((part) => part.startsWith(`${side}_`))) : named;
      const own = half.filter(({ parts }) => parts.includes(layer));
      return fitting(
        where,
        path,
        className,
        name,
        shape,
        (own[0] ?? (path.length === 1 ? half[0] : undefined))?.object,
      );
    });
  };
}

interface Dataset {
  /** The words of its path, without ':0'. */
  readonly parts: readonly string[];
  readonly object: Hdf5Object;
}
const DEEPEST = 16;
const MOST = 10_000;
/** All datasets in a group. */
function datasetsIn(group: Hdf5Object): Dataset[] {
  const rest: Dataset[] = [{ parts: [], object: group }];
  const datasets: Dataset[] = [];
  for (let next = rest.pop(), seen = 0; next && seen < MOST; next = rest.pop(), seen++) {
    const { parts, object } = next;
    if (object.isDataset) datasets.push(next);
    else if (parts.length < DEEPEST)
      for (const name of object.names)
        rest.push({ parts: [...parts, name.replace(/:\d+$/, '')], object: object.find(name) as Hdf5Object });
  }
  return datasets;
}

/** The numbers of a dataset, which must have the shape that the layer takes. */
function fitting(
  where: string,
  path: readonly string[],
  className: string,
  name: string,
  shape: Shape,
  dataset: Hdf5Object | undefined,
): Float32Array | undefined {
  const found: Values | undefined = dataset?.values();
  if (!found || (found.shape.length === shape.length && found.shape.every((n, i) => n === shape[i])))
    return found?.values;
  throw new FormatError(
    `${where}: layer '${path.join('.')}' (${className}) takes ${name} [${shape.join(', ')}], and the file has [${found.shape.join(', ')}]`,
  );
}
