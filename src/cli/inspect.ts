import {
  type AnyModel,
  built,
  FormatError,
  loadSafetensors,
  OptionError,
  type Pipeline,
  RegulusError,
  type Schema,
  type Tensor,
  UnsupportedError,
} from '../index.js';
import type { Units } from '../pipeline/units.js';
import { bytesOf, type Foreign, foreignOf, imported } from './foreign.js';

/** An entry of a file's header. */
interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
}
/** Reads the header of a safetensors file that has passed the checks of `loadSafetensors`. */
export function headerOf(bytes: Uint8Array): {
  metadata: Readonly<Record<string, string>>;
  tensors: [string, Entry][];
} {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>;
  const { __metadata__: metadata = {}, ...tensors } = header;
  return {
    metadata: metadata as Readonly<Record<string, string>>,
    tensors: Object.entries(tensors) as [string, Entry][],
  };
}

/** Describes what a file holds, and whether Regulus can rebuild and train it. */
export async function inspect(path: string): Promise<{ lines: string[]; trains: boolean }> {
  const bytes = await bytesOf(path);
  const format = foreignOf(bytes);
  if (format) return inspectForeign(format, bytes, path);
  type Read = AnyModel | Pipeline | Record<string, Tensor>;
  let read: Read | undefined;
  let why = '';
  try {
    read = loadSafetensors<Read>(bytes);
  } catch (error) {
    if (!(error instanceof RegulusError)) throw error;
    why = error.message.replace(/^loadSafetensors: /, '');
    // The tensors can still be listed if the header is readable.
    if (error instanceof FormatError && !isReadable(bytes)) throw new FormatError(`${path}: ${why}`, { cause: error });
  }
  const { metadata, tensors } = headerOf(bytes);
  const own = Object.entries(metadata).filter(([key]) => key !== 'regulus');
  const whole =
    read && 'predict' in read && typeof read.predict === 'function' ? (read as AnyModel | Pipeline) : undefined;
  const count = tensors.reduce((sum, [, { shape }]) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const types = [...new Set(tensors.map(([, { dtype }]) => dtype))].join(', ');
  return {
    trains: whole !== undefined,
    lines: [
      `${path}: safetensors, ${bytes.length.toLocaleString('en')} bytes, ${tensors.length} tensors of ${count.toLocaleString('en')} numbers (${types})`,
      ...own.map(([key, text]) => `metadata '${key}': ${brief(text)}`),
      '',
      ...(whole ? modelLines(whole) : []),
      ...tensorLines(tensors),
      '',
      whole
        ? `Regulus rebuilds this ${'steps' in whole ? 'pipeline' : 'model'}, predicts with it and trains it further: readModel('${path}')`
        : why
          ? `Regulus cannot rebuild this model: ${why}`
          : 'these are tensors without a model: build one in code whose parameters have these names and shapes, and load the file into it',
    ],
  };
}

/** Describes a file of another library by importing it. What cannot be imported is said in the error. */
async function inspectForeign(
  format: Foreign,
  bytes: Uint8Array,
  path: string,
): Promise<{ lines: string[]; trains: boolean }> {
  const title = `${path}: ${format.name}, ${bytes.length.toLocaleString('en')} bytes`;
  try {
    const model = await imported(format, bytes, path);
    return {
      trains: true,
      lines: [
        title,
        '',
        ...modelLines(model),
        `Regulus imports this model, predicts with it and trains it further: ${format.call}`,
      ],
    };
  } catch (error) {
    if (!(error instanceof UnsupportedError || error instanceof OptionError)) throw error;
    return { trains: false, lines: [title, '', `Regulus cannot import this model as it is: ${error.message}`] };
  }
}

function isReadable(bytes: Uint8Array): boolean {
  try {
    return headerOf(bytes).tensors.every(([, entry]) => Array.isArray(entry?.shape) && typeof entry.dtype === 'string');
  } catch {
    return false;
  }
}

const brief = (text: string): string => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
const listed = (names: readonly string[]): string =>
  names.length > 20 ? `${names.slice(0, 20).join(', ')} and ${names.length - 20} more` : names.join(', ');

/** Formats rows of cells as lines with aligned columns. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, j) => Math.max(...rows.map((row) => row[j].length))) ?? [];
  return rows.map((row) => `  ${row.map((cell, j) => cell.padEnd(widths[j])).join('  ')}`.trimEnd());
}
const tensorLines = (tensors: readonly [string, Entry][]): string[] =>
  aligned([
    ['tensor', 'type', 'shape'],
    ...tensors.map(([name, { dtype, shape }]) => [name, dtype, `[${shape.join(', ')}]`]),
  ]);

function modelLines(whole: AnyModel | Pipeline): string[] {
  const isPipeline = 'steps' in whole;
  const { blueprint } = built(isPipeline ? whole.model : whole);
  const { heads } = blueprint;
  return [
    ...(isPipeline ? pipelineLines(whole) : []),
    whole.summary(),
    ...(heads ? [`outputs ${heads.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')}`] : []),
    '',
  ];
}

function pipelineLines(whole: Pipeline): string[] {
  const {
    steps,
    source: { features, target, kind, classNames },
  } = whole;
  return [
    ...(target === undefined ? [] : [`predicts '${target}'`]),
    ...(classNames ? [`classes ${listed(classNames)}`] : kind === 'values' ? [`values${learnedAs(whole)}`] : []),
    ...(features ? [`columns ${listed(features)}`] : []),
    ...steps.flatMap((step) => {
      const name = (step as { config?: { name: string } }).config?.name ?? 'a step';
      if (!('schema' in step)) return [`step ${name}`];
      const { schema } = step as { schema: Schema };
      return [
        `step ${name}: missing are ${schema.missingValues.map((text) => `'${text}'`).join(', ')}`,
        ...aligned(
          schema.fields.map(
            ({ name: column, type, constraints, encode: { categories, shift = 0, spread = 1, fill, indicator } }) => [
              column,
              type,
              `${categories ? `${categories} of ${listed(constraints?.enum ?? [])}` : `(x − ${short(shift)}) / ${short(spread)}${fill === undefined ? '' : `, missing ${short(fill)}`}`}${indicator ? ', and whether it is missing' : ''}`,
            ],
          ),
        ),
      ];
    }),
    '',
  ];
}
/** The scaling of the target in training, as text; empty where there was none. */
function learnedAs({ units }: Pipeline & { readonly units?: Units }): string {
  const [shift, spread] = [units?.shift, units?.spread].map((list) => list?.map(short).join(', '));
  if (!units) return '';
  return units.shift.length === 1
    ? `, learned as (y − ${shift}) / ${spread}`
    : `, learned as (y − [${shift}]) / [${spread}]`;
}
const short = (x: number): string => String(Number(x.toPrecision(4)));
