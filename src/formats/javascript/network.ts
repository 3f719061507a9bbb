import {
  type Composite,
  type Config,
  isMade,
  type Layer,
  nn,
  type Part,
  type Shape,
  UnsupportedError,
} from '../../index.js';
import { activated, type ExportedLayer, KINDS } from './layers.js';
import { literal } from './literal.js';

type ByName<T> = Readonly<Record<string, T>>;
/** One example's shapes of what a part is called with: a tensor, a list for a layer that joins, or several by name. */
type Given = Shape | readonly Shape[] | ByName<Shape>;
/** One example's shape of an output, or of several by name. */
export type Made = Shape | ByName<Shape>;

export interface Writer {
  /** The variable that holds each parameter, by path. */
  readonly variables: ReadonlyMap<string, string>;
  use(helper: string): string;
}
/** Statements that change x, which is the input at first, and the shape of what x is then. */
export interface Written {
  readonly lines: string[];
  readonly output: Made;
}

export const isShape = (x: Given | Made): x is Shape => Array.isArray(x) && typeof x[0] !== 'object';
const joined = (path: string, name: string): string => (path ? `${path}.${name}` : name);
export const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** Writes the statements of a part. Chains are followed without recursion, since models may be nested deeply. */
export function written(whole: Part, start: string, input: Given, writer: Writer): Written {
  const lines: string[] = [];
  let shape = input;
  const rest = [{ part: whole, path: start }];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { part, path } = next;
    const { config } = part;
    if (!isMade(part) || config.own) refuse(path, config, 'is a function of your own');
    const { name, options } = config.name === 'frozen' ? (config.options.model as Config) : config;
    const add = (expression: string): void => void lines.push(`x = ${expression}; // ${literal(path)}`);
    if (!isComposite(part)) {
      const output = outputOf(part, shape) as Shape;
      for (const expression of expressions(part, path, shapes(shape, output), writer))
        if (expression !== 'x') add(expression);
      shape = output;
    } else if (name === 'sequential' || name === 'rematerialize')
      for (const [own, child] of Object.entries(part.children).reverse())
        rest.push({ part: child, path: joined(path, own) });
    else if (name === 'bidirectional') {
      add(directions(part, path, shape as Shape, writer));
      shape = outputOf(part, shape);
    } else if (name === 'graph' || name === 'multiTask') {
      const inner = name === 'graph' ? called(part, options, path, shape, writer) : headed(part, path, shape, writer);
      lines.push('x = ((x) => {', ...indented(inner.lines), `})(x); // ${literal(path)}`);
      shape = inner.output;
    } else
      refuse(path, config, name === 'defineModel' ? 'calls a function of your own' : 'has no form in JavaScript yet');
  }
  return { lines, output: shape as Made };
}

/** Writes a graph: a variable for each of its values, of which the plan in its configuration tells. */
function called(part: Composite, options: Config['options'], path: string, given: Given, writer: Writer): Written {
  const { inputs, describe: plan } = options as { inputs: Given; describe: GraphPlan };
  const { children, inputs: heads } = part;
  const lines: string[] = [];
  const values: Shape[] = [];
  const value = (shape: Shape, text: string): void => {
    lines.push(`const v${values.length} = ${text};`);
    values.push(shape);
  };
  if (!heads) value(given as Shape, 'x');
  else
    for (const name of Object.keys(inputs)) {
      const { at, size, shape } = heads.find((own) => own.name === name) as (typeof heads)[number];
      value(shape, `${writer.use('inputOf')}(x, ${literal(name)}, ${at}, ${at + size})`);
    }
  for (const [name, from] of plan.calls) {
    const inner = written(children[name], joined(path, name), placed(from, (i) => values[i]) as Given, writer);
    const text = ['((x) => {', ...indented(inner.lines), '  return x;', `})(${variable(from)})`].join('\n');
    if (isShape(inner.output)) value(inner.output, text);
    else {
      const all = `h${values.length}`;
      lines.push(`const ${all} = ${text};`);
      for (const [own, shape] of Object.entries(inner.output)) value(shape, `${all}[${literal(own)}]`);
    }
  }
  lines.push(`return ${variable(plan.outputs)};`);
  return { lines: lines.flatMap((line) => line.split('\n')), output: placed(plan.outputs, (i) => values[i]) as Made };
}
type Places = number | readonly number[] | ByName<number>;
/** What the configuration of a graph says of its calls. */
interface GraphPlan {
  readonly calls: readonly (readonly [part: string, inputs: Places])[];
  readonly outputs: Places;
}
function placed<T>(places: Places, of: (place: number) => T): T | T[] | ByName<T> {
  if (typeof places === 'number') return of(places);
  if (Array.isArray(places)) return places.map(of);
  return Object.fromEntries(Object.entries(places).map(([name, place]) => [name, of(place)]));
}
const variable = (places: Places): string => {
  const text = placed(places, (place) => `v${place}`);
  if (typeof text === 'string') return text;
  if (Array.isArray(text)) return `[${text.join(', ')}]`;
  return `{ ${Object.entries(text)
    .map(([name, own]) => `[${literal(name)}]: ${own}`)
    .join(', ')} }`;
};

/** Writes a trunk and its heads. */
function headed({ children }: Composite, path: string, given: Given, writer: Writer): Written {
  const { trunk, ...rest } = children;
  const shared = written(trunk, joined(path, 'trunk'), given, writer);
  const heads = Object.entries(rest).map(([name, part]) => {
    const own = written(part, joined(path, name), shared.output, writer);
    return { name: name.slice('heads.'.length), ...own };
  });
  const lines = [
    ...shared.lines,
    'return {',
    ...heads.flatMap(({ name, lines: own }) => [
      `  [${literal(name)}]: ((x) => {`,
      ...own.map((line) => `    ${line}`),
      '    return x;',
      '  })(x),',
    ]),
    '};',
  ];
  return { lines, output: Object.fromEntries(heads.map(({ name, output }) => [name, output as Shape])) };
}

/** Writes the expression that computes a layer in both directions. */
function directions({ config, children }: Composite, path: string, input: Shape, writer: Writer): string {
  const each = Object.entries(children).map(([name, child]) => {
    const output = outputOf(child, input) as Shape;
    return { output, text: expressions(child as Layer, joined(path, name), shapes(input, output), writer)[0] };
  });
  const [{ output }] = each;
  const { merge = 'concat' } = config.options;
  const texts = each.map(({ text }) => text).join(', ');
  return `${writer.use('both')}(${texts}, ${output[output.length - 1]}, ${literal(merge)})`;
}

/** The shape of what a part makes, which it tells when it is called with nodes. */
function outputOf(part: Part, given: Given): Made {
  const call = part as unknown as (x: nn.NodeInputs) => nn.GraphNode | ByName<nn.GraphNode>;
  const list = isShape(given) ? [given] : Object.values(given);
  const names = isShape(given) ? ['x'] : Object.keys(given);
  let made: Made | undefined;
  nn.graph(Object.fromEntries(list.map((shape, i) => [`i${i}`, shape])), (nodes) => {
    const all = list.map((_, i) => nodes[`i${i}`]);
    const byName = Object.fromEntries(names.map((name, i) => [name, all[i]]));
    const result = call(isShape(given) ? all[0] : Array.isArray(given) ? all : byName);
    made = Array.isArray(result.shape)
      ? (result.shape as Shape)
      : Object.fromEntries(Object.entries(result as ByName<nn.GraphNode>).map(([name, { shape }]) => [name, shape]));
    return all[0];
  });
  return made as Made;
}

type Shapes = Pick<ExportedLayer, 'input' | 'inputs' | 'output'>;
function shapes(given: Given, output: Shape): Shapes {
  const inputs = isShape(given) ? [given] : (given as readonly Shape[]);
  return { input: inputs[0], inputs, output };
}
function expressions({ config }: Layer, path: string, of: Shapes, { variables, use }: Writer): string[] {
  const { name, options } = config;
  if (!Object.hasOwn(KINDS, name)) refuse(path, config, 'has no form in JavaScript yet');
  const layer: ExportedLayer = {
    options,
    ...of,
    parameter: (own) => variables.get(joined(path, own)) ?? 'null',
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
    `toJavaScript: ${place} ${what}, which cannot be exported; save the model with saveSafetensors, and predict with Regulus`,
  );
}
