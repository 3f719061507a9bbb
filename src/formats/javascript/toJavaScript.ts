import {
  type AnyModel,
  built,
  checkModel,
  type Config,
  type Composite,
  isMade,
  type Layer,
  OptionError,
  type Part,
  type Pipeline,
  type Shape,
  type Step,
  UnsupportedError,
} from '../../index.js';
import { helpersOf } from './helpers.js';
import { activated, type ExportedLayer, KINDS } from './layers.js';
import { literal } from './literal.js';
import { stepLines } from './steps.js';

const WHERE = 'toJavaScript';
/** The largest number of parameters whose text fits into a string in every engine. */
const MOST = 50_000_000;

/** Writes a model or a pipeline as the text of a JavaScript module without imports, weights included. The module exports `predict(rows)`, which
 *  returns a list for each row, or for several outputs an object of such lists by name; the numbers equal those of the model's `predict` up to
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
  const outputs = new Map(blueprint.layers.map(({ path, output }) => [path, output.slice(1)]));
  const stored = parameters.segments.map((segment) => ({ ...segment, values: parameters.get(segment) }));
  const numbered = stored.map(({ name }, i) => [name, `p${i}`] as const);
  const variables = new Map<string, string>(numbered);
  for (const { path, tied } of blueprint.layers)
    if (tied !== undefined) variables.set(`${path}.tied`, variables.get(`${tied}.weight`) as string);
  const writer: Writer = { outputs, variables, use };

  const size = sizeOf(shape);
  const units = (raw as { units?: Units } | undefined)?.units;
  const prepared = stepLines((raw?.steps ?? []) as readonly Step[], raw?.source.features, size, isMade, use);
  const [network, heads] = networkLines(inner, shape, writer, units);
  const shown = (of: Shape): string => (of.length > 1 ? `${use('nested')}(y, ${literal(of)})` : '[...y]');
  const many = heads && Object.entries(heads);
  const predict = many
    ? `const outputs = list(rows).map((row, i) => network(prepared(row, i)));
  return {
${many.map(([name, of]) => `    [${literal(name)}]: outputs.map(({ [${literal(name)}]: y }) => ${shown(of)}),`).join('\n')}
  };`
    : `return list(rows).map((row, i) => {
    const y = network(prepared(row, i));
    return ${shown(outputOf(blueprint.output))};
  });`;
  const all = many ? many.map(([, of]) => of) : [outputOf(blueprint.output)];
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
    "const list = (rows) => {\n  if (Array.isArray(rows)) return rows;\n  throw new Error('rows must be a list of rows; for one row give [row]');\n};",
    `const prepared = (x, i) => {\n${indented([...prepared, 'return x;'])}\n};`,
    `const network = (x) => {\n${indented(network)}\n};`,
    `/** Outputs of rows, ${raw ? 'objects by name or lists' : `each of ${size} numbers`}. */\nexport function predict(rows) {\n  ${predict}\n}`,
    ...(classifies
      ? [`/** The most probable classes, and all probabilities. */\nexport function classify(rows) {\n  ${classify}\n}`]
      : []),
    '',
  ].join('\n');
}

const isPipeline = (x: unknown): x is Pipeline => typeof x === 'object' && x !== null && 'steps' in x && 'model' in x;
const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);
const outputOf = (shape: Shape): Shape => shape.slice(1);
const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n');

/** The scaling of a pipeline's target: its answers are y·spread + shift. */
interface Units {
  readonly shift: readonly number[];
  readonly spread: readonly number[];
}

interface Writer {
  /** The shape of each layer's output for one example, by path. */
  readonly outputs: ReadonlyMap<string, Shape>;
  /** The variable that holds each parameter, by path. */
  readonly variables: ReadonlyMap<string, string>;
  use(helper: string): string;
}

/** Writes the statements of a model, and lists the shapes of its outputs where it has several. */
function networkLines(
  model: AnyModel,
  shape: Shape,
  writer: Writer,
  units: Units | undefined,
): [string[], Record<string, Shape>?] {
  if (model.config.name !== 'multiTask' || !isMade(model)) {
    const { lines } = chain(model, '', shape, writer);
    const { use } = writer;
    const own = units ? [`x = ${use('unscaled')}(x, ${literal(units.shift)}, ${literal(units.spread)});`] : [];
    return [[...lines, ...own, 'return x;']];
  }
  const { trunk, ...rest } = model.children;
  const shared = chain(trunk, 'trunk', shape, writer);
  const heads = Object.entries(rest).map(([path, part]) => ({
    name: path.slice('heads.'.length),
    ...chain(part, path, shared.output, writer),
  }));
  const lines = [
    ...shared.lines,
    'return {',
    ...heads.flatMap((head) => [
      `  [${literal(head.name)}]: ((x) => {`,
      ...head.lines.map((l) => `    ${l}`),
      '    return x;',
      '  })(x),',
    ]),
    '};',
  ];
  return [lines, Object.fromEntries(heads.map(({ name, output }) => [name, output]))];
}

/** Writes the statements of a chain of layers, without recursion, since models may be nested deeply. */
function chain(whole: Part, start: string, input: Shape, writer: Writer): { lines: string[]; output: Shape } {
  const lines: string[] = [];
  let shape = input;
  const rest = [{ part: whole, path: start }];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { part, path } = next;
    const { config } = part;
    if (!isMade(part) || config.own) refuse(path, config, 'is a function of your own');
    if (isComposite(part)) {
      if (config.name === 'bidirectional') {
        const { expression, output } = directions(part, path, shape, writer);
        lines.push(`x = ${expression}; // ${literal(path)}`);
        shape = output;
        continue;
      }
      const kind = config.name === 'frozen' ? (config.options.model as Config).name : config.name;
      if (kind !== 'sequential' && kind !== 'rematerialize')
        refuse(
          path,
          config,
          config.name === 'defineModel' ? 'calls a function of your own' : 'has no form in JavaScript yet',
        );
      const inside = Object.entries(part.children).reverse();
      for (const [name, child] of inside) rest.push({ part: child, path: path ? `${path}.${name}` : name });
      continue;
    }
    const output = writer.outputs.get(path) as Shape;
    for (const expression of expressions(part, path, { input: shape, output }, writer))
      if (expression !== 'x') lines.push(`x = ${expression}; // ${literal(path)}`);
    shape = output;
  }
  return { lines, output: shape };
}

/** Writes the expression that computes a layer in both directions. */
function directions({ config, children }: Composite, path: string, input: Shape, writer: Writer) {
  const each = Object.entries(children).map(([name, child]) => {
    const own = path ? `${path}.${name}` : name;
    const output = writer.outputs.get(own) as Shape;
    return { output, text: expressions(child as Layer, own, { input, output }, writer)[0] };
  });
  const [{ output }] = each;
  const { merge = 'concat' } = config.options;
  const units = output[output.length - 1];
  const texts = each.map(({ text }) => text).join(', ');
  return {
    expression: `${writer.use('both')}(${texts}, ${units}, ${literal(merge)})`,
    output: [...output.slice(0, -1), merge === 'concat' ? 2 * units : units],
  };
}

function expressions(
  { config }: Layer,
  path: string,
  shapes: { input: Shape; output: Shape },
  { variables, use }: Writer,
): string[] {
  const { name, options } = config;
  if (!Object.hasOwn(KINDS, name)) refuse(path, config, 'has no form in JavaScript yet');
  const layer: ExportedLayer = {
    options,
    ...shapes,
    parameter: (own) => variables.get(`${path}.${own}`) ?? 'null',
    use,
  };
  const { activation } = options;
  if (activation === undefined) return [KINDS[name](layer)];
  if (typeof activation !== 'string') return refuse(path, config, 'has an activation of your own');
  return [KINDS[name](layer), activated(activation, layer)];
}

const isComposite = (part: Part): part is Composite => 'children' in part;

function refuse(path: string, { name }: Config, what: string): never {
  const place = path ? `layer '${path}' (${name})` : `the model (${name})`;
  throw new UnsupportedError(
    `${WHERE}: ${place} ${what}, which cannot be exported; save the model with saveSafetensors, and predict with Regulus`,
  );
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
