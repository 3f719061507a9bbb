import { toJson } from '../io/configuration.js';
import type { Dataset } from '../data/columns.js';
import { sha256 } from '../hash/sha256.js';
import type { Prepared } from '../train/fitOptions.js';
import { runtimeInfo } from '../wasm/runtime.js';

/** The identity of a training: everything that its result depends on. */
export interface Identity {
  readonly arithmetic: 'exact' | 'relaxed';
  /** The configuration of the network. */
  readonly model: unknown;
  readonly options: Readonly<Record<string, unknown>>;
  readonly data: DataIdentity;
  /** How a stream is read: of its rows only the first are looked at. */
  readonly stream?: Prepared['stream'];
  readonly validation?: DataIdentity;
}
interface DataIdentity {
  readonly rows: number;
  readonly shape: readonly number[];
  readonly sha256: string;
}

/** Options of fit that do not affect the result, and those that are stored separately. */
const FREE = ['epochs', 'validation', 'checkpoint', 'onStep', 'onEpoch', 'logger', 'progress', 'signal'];

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** Computes the SHA-256 of all parts of a set that affect training. */
async function digestOf({ x, scale, shape, weights, lengths, targets }: Dataset): Promise<string> {
  const arrays = [x, weights, ...targets.flatMap(({ values, mask }) => [values, mask]), ...(lengths ? [lengths] : [])];
  const digests = await Promise.all(arrays.map((array) => array && sha256(bytesOf(array))));
  const about = targets.map(({ name, kind, classes, shape: own }) => ({ name, kind, classes, shape: own }));
  return sha256(new TextEncoder().encode(JSON.stringify([digests, scale, shape, about])));
}
const dataOf = async (data: Dataset): Promise<DataIdentity> => ({
  rows: data.size,
  shape: data.shape,
  sha256: await digestOf(data),
});

const known = new WeakMap<Prepared, Promise<Identity>>();
/** Describes a training by everything that its bits depend on. A training that is resumed and makes checkpoints asks twice; the data are
 *  hashed once. */
export function identityOf(prepared: Prepared): Promise<Identity> {
  const found = known.get(prepared) ?? described(prepared);
  known.set(prepared, found);
  return found;
}

async function described({ inside, data, stream, options }: Prepared): Promise<Identity> {
  const own = Object.entries(options).filter(([key, value]) => !FREE.includes(key) && value !== undefined);
  const { validation } = options;
  return {
    arithmetic: runtimeInfo().relaxed ? 'relaxed' : 'exact',
    model: toJson(inside.part.config, 'checkpoint'),
    options: Object.fromEntries(own.map(([key, value]) => [key, toJson(value, `checkpoint: ${key}`)])),
    data: await dataOf(data),
    ...(stream && { stream }),
    ...(validation && { validation: await dataOf(validation) }),
  };
}

const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> => typeof x === 'object' && x !== null;
const isConfig = (x: unknown): x is { name: string; options: object } =>
  isRecord(x) && 'name' in x && isRecord(x.options);

/** Formats a value for messages: a configuration by the name of its factory. */
const shown = (x: unknown): string => {
  if (x === undefined) return 'its default';
  if (isConfig(x)) return x.name;
  if (isRecord(x) && 'own' in x) return 'a function of your own';
  const text = JSON.stringify(x);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

/** Lists the differences of two configurations, such as `optimizer.learningRate 0.01 → 0.001`. */
function differ(path: string, before: unknown, now: unknown): string[] {
  if (isConfig(before) && isConfig(now) && before.name === now.name) return differ(path, before.options, now.options);
  const known = isRecord(before) && isRecord(now) && !isConfig(before) && !isConfig(now);
  if (!known || Array.isArray(before) !== Array.isArray(now))
    return Object.is(before, now) || JSON.stringify(before) === JSON.stringify(now)
      ? []
      : [`${path} ${shown(before)} → ${shown(now)}`];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys.flatMap((key) => differ(path ? `${path}.${key}` : key, before[key], now[key]));
}

/** Lists the differences between a checkpoint's training and the one that is to continue it. */
export function differences(before: Identity, now: Identity): { options: string[]; data: string[] } {
  const sets = (['data', 'validation'] as const).flatMap((name) => {
    const [a, b] = [before[name], now[name]];
    const found = ['rows', 'shape'].flatMap((key) => differ(`${name}.${key}`, a?.[key as 'rows'], b?.[key as 'rows']));
    if (found.length || a?.sha256 === b?.sha256) return found;
    return [`${name}: ${b?.rows} rows as before, but with other numbers`];
  });
  return {
    options: [
      ...differ('arithmetic', before.arithmetic, now.arithmetic),
      ...differ('model', before.model, now.model),
      ...differ('', before.options, now.options),
      ...differ('stream', before.stream, now.stream),
    ],
    data: sets,
  };
}
