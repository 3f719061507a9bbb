import {
  type AnyModel,
  built,
  checkModel,
  isMade,
  OptionError,
  type Pipeline,
  type Shape,
  type Step,
  UnsupportedError,
} from '../../index.js';
import { helpersOf } from './helpers.js';
import { literal } from './literal.js';
import { indented, isShape, type Writer, written } from './network.js';
import { stepLines } from './steps.js';

const WHERE = 'toJavaScript';
/** The largest number of parameters whose text fits into a string in every engine. */
const MOST = 50_000_000;

/** Writes a model or a pipeline as the text of a JavaScript module without imports, weights included. The module exports `predict(rows)`, which
 *  returns a list for each row, or for several outputs an object of such lists by name; several inputs are lists of rows by name, too; the numbers equal those of the model's `predict` up to
 *  rounding. Unless the pipeline's target is values, it also exports `classify(rows)`, which returns `{ labels, probabilities }`. Rows are those
 *  that the model takes: nested numbers, or for a pipeline objects or lists. The module has a few KB besides the weights, and computes one row
 *  at a time: it suits small models.
 *
 *  Throws an UnsupportedError that names the layer or step where one is a function of your own, an OptionError for a pipeline that is not fitted.
 *  @example
 *  const model = nn.sequential([nn.dense(8, { activation: 'relu' }), nn.dense(2)]).build([4])
 *  const text = toJavaScript(model)
 *  const { predict } = await import(`data:text/javascript,${encodeURIComponent(text)}`)
 *  predict([[1, 2, 3, 4]])[0].length // 2 */
export function toJavaScript(model: AnyModel | Pipeline): string {
  const raw = isPipeline(model) ? model : undefined;
  const inner = raw ? raw.model : (model as AnyModel);
  checkModel(WHERE, inner);
  if (raw && !raw.fitted)
    throw new OptionError(
      `${WHERE}: the pipeline is not fitted yet; train it with fit, or fit its steps with pipeline.fit(train)`,
    );
  const { parameters, blueprint, shape } = built(inner);
  const used = new Set<string>();
  const use = (helper: string): string => {
    used.add(helper);
    return helper;
  };
  const stored = parameters.segments.map((segment) => ({ ...segment, values: parameters.get(segment) }));
  const numbered = stored.map(({ name }, i) => [name, `p${i}`] as const);
  const variables = new Map<string, string>(numbered);
  for (const { path, tied } of blueprint.layers)
    if (tied !== undefined) variables.set(`${path}.tied`, variables.get(`${tied}.weight`) as string);
  const writer: Writer = { variables, use };

  const size = sizeOf(shape);
  const units = (raw as { units?: Units } | undefined)?.units;
  // Rows have several inputs by name, unless the steps of a pipeline make them.
  const inputs = raw ? undefined : inner.inputs;
  const prepared = inputs
    ? [
        `x = { ${inputs.map(({ name, size: own }) => `[${literal(name)}]: ${use('numbers')}(x[${literal(name)}], i, ${own})`).join(', ')} };`,
      ]
    : stepLines((raw?.steps ?? []) as readonly Step[], raw?.source.features, size, isMade, use);
  const given = inputs ? Object.fromEntries(inputs.map(({ name, shape: own }) => [name, own])) : shape;
  const { lines, output } = written(inner, '', given, writer);
  const scaled = units && isShape(output);
  const network = [
    ...lines,
    ...(scaled ? [`x = ${use('unscaled')}(x, ${literal(units.shift)}, ${literal(units.spread)});`] : []),
    'return x;',
  ];
  const shown = (of: Shape): string => (of.length > 1 ? `${use('nested')}(y, ${literal(of)})` : '[...y]');
  const many = isShape(output) ? undefined : Object.entries(output);
  const predict = many
    ? `const outputs = list(rows).map((row, i) => network(prepared(row, i)));
  return {
${many.map(([name, of]) => `    [${literal(name)}]: outputs.map(({ [${literal(name)}]: y }) => ${shown(of)}),`).join('\n')}
  };`
    : `return list(rows).map((row, i) => {
    const y = network(prepared(row, i));
    return ${shown(output as Shape)};
  });`;
  const all = many ? many.map(([, of]) => of) : [output as Shape];
  const classifies = raw?.source.kind !== 'values' && all.every((of) => of.length === 1);
  if (classifies) use('classesOf');
  const names = literal(raw?.source.classNames ?? null);
  const classify = many
    ? `const outputs = predict(rows);
  return {
${many.map(([name]) => `    [${literal(name)}]: classesOf(outputs[${literal(name)}], ${names}),`).join('\n')}
  };`
    : `return classesOf(predict(rows), ${names});`;
  if (stored.length) use('parameters');
  return [
    '// Made by Regulus: a trained model as one module without imports.',
    helpersOf(used),
    ...(stored.length
      ? [
          `const [${numbered.map(([, own]) => own).join(', ')}] = parameters(\n  '${base64(stored.map(({ values }) => values))}',\n  ${literal(stored.map(({ values }) => values.length))},\n);`,
        ]
      : []),
    inputs ? listsOf(inputs.map(({ name }) => name)) : LIST,
    `const prepared = (x, i) => {\n${indented([...prepared, 'return x;']).join('\n')}\n};`,
    `const network = (x) => {\n${indented(network).join('\n')}\n};`,
    `/** Outputs of rows, ${raw ? 'objects by name or lists' : `each of ${size} numbers`}. */\nexport function predict(rows) {\n  ${predict}\n}`,
    ...(classifies
      ? [`/** The most probable classes, and all probabilities. */\nexport function classify(rows) {\n  ${classify}\n}`]
      : []),
    '',
  ].join('\n');
}

const isPipeline = (x: unknown): x is Pipeline => typeof x === 'object' && x !== null && 'steps' in x && 'model' in x;
const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** The rows that the module is given: a list, or for several inputs one for each by its name. */
const LIST =
  "const list = (rows) => {\n  if (Array.isArray(rows)) return rows;\n  throw new Error('rows must be a list of rows; for one row give [row]');\n};";
const listsOf = (names: readonly string[]): string => `const list = (rows) => {
  const names = ${literal(names)};
  const [first, ...others] = names.map((name) => (Array.isArray(rows?.[name]) ? rows[name] : []));
  if (!first.length || others.some(({ length }) => length !== first.length))
    throw new Error('rows must be lists by name, equally long: ' + names.join(', '));
  return first.map((_, i) => Object.fromEntries(names.map((name) => [name, rows[name][i]])));
};`;

/** The scaling of a pipeline's target: its answers are y·spread + shift. */
interface Units {
  readonly shift: readonly number[];
  readonly spread: readonly number[];
}

/** Encodes numbers as little-endian float32 in base64. */
function base64(lists: readonly Float32Array[]): string {
  const count = lists.reduce((sum, { length }) => sum + length, 0);
  if (count > MOST)
    throw new UnsupportedError(
      `${WHERE}: the model has ${count} parameters, and a module's text holds ${MOST}; save it with saveSafetensors, and predict with Regulus`,
    );
  const bytes = new Uint8Array(4 * count);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const list of lists)
    for (const value of list) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  let text = '';
  // In chunks, because a call takes a limited number of arguments.
  const PIECE = 3 * 4096;
  for (let from = 0; from < bytes.length; from += PIECE)
    text += btoa(String.fromCharCode(...bytes.subarray(from, from + PIECE)));
  return text;
}
