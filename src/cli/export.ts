import { toJavaScript, toOnnx } from '../formats/index.js';
import { type AnyModel, built, type Pipeline, saveSafetensors, UnsupportedError } from '../index.js';
import { replaceFile } from '../node.js';
import type { EXPORT } from './commands.js';
import { anyModel } from './foreign.js';
import { headerOf } from './inspect.js';
import { UsageError } from './kinds.js';
import type { Output } from './output.js';
import { shortest, writing } from './predict.js';
import { checkTarget } from './target.js';
import type { ValuesOf } from './words.js';

type Format = 'javascript' | 'onnx' | 'torch' | 'json' | 'regulus';
const WRITERS: Readonly<Record<Format, (whole: AnyModel | Pipeline) => string | Uint8Array>> = {
  javascript: toJavaScript,
  onnx: (whole) => toOnnx(whole),
  torch,
  json,
  regulus: saveSafetensors as (whole: AnyModel | Pipeline) => Uint8Array,
};

/** Writes a model, also one of another library, in another format. */
export async function exportModel(
  [path]: readonly string[],
  { to, out }: ValuesOf<(typeof EXPORT)['options']>,
  output: Output,
): Promise<void> {
  if (to === undefined) throw new UsageError(`which format? Add --to ${Object.keys(WRITERS).join('|')}`);
  if (out !== undefined) await checkTarget(out, '--out');
  const written = WRITERS[to](await anyModel(path));
  const bytes = typeof written === 'string' ? new TextEncoder().encode(written) : written;
  if (out !== undefined) return writing(out, () => replaceFile(out, bytes));
  if (typeof written !== 'string' && output.isTTY)
    throw new UsageError(`--to ${to} is a binary file, which a terminal cannot show; add --out file`);
  await output.send(written);
}

function torch(whole: AnyModel | Pipeline): Uint8Array {
  const save = saveSafetensors as (model: AnyModel | Pipeline, options: object) => Uint8Array;
  const bytes = save(whole, { layout: 'torch' });
  if (headerOf(bytes).metadata.format === 'pt') return bytes;
  throw new UnsupportedError('--to torch: this version cannot write the layout of PyTorch');
}

/** Layers, preparation and parameters as JSON. */
function json(whole: AnyModel | Pipeline): string {
  const bytes = saveSafetensors(whole);
  const { metadata, tensors } = headerOf(bytes);
  const { parameters } = built('steps' in whole ? whole.model : whole);
  const numbers = new Map(parameters.segments.map((segment) => [segment.name, parameters.get(segment)]));
  const { model, shape, pipeline } = JSON.parse(metadata.regulus) as Record<string, unknown>;
  const rest = { format: 'regulus', version: 1, model, shape, ...(pipeline !== undefined && { pipeline }) };
  // Numbers are written as short as float32 allows, which JSON.stringify does not.
  const lists = tensors.map(
    ([name, { shape: own }]) =>
      `    ${JSON.stringify(name)}: { "shape": ${JSON.stringify(own)}, "values": [${Array.from(numbers.get(name) ?? [], shortest).join(', ')}] }`,
  );
  return `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "parameters": {\n${lists.join(',\n')}\n  }\n}\n`;
}
