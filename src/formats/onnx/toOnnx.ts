import {
  type AnyModel,
  built,
  type ByHead,
  checkKeys,
  checkModel,
  flag,
  isRaw,
  isTensor,
  OptionError,
  oneOf,
  type Pipeline,
  refuse,
  ShapeError,
  type Tensor,
  UnsupportedError,
} from '../../index.js';
import { Writer } from './toNodes.js';
import { preparedBy, scaled, unscaled } from './toPipeline.js';
import { channelsFirst, type Table, Value } from './toValue.js';
import { Graph } from './writeGraph.js';
import { type Field, joined, message } from './writeMessage.js';

/** Options of `toOnnx`. */
export interface ToOnnxOptions {
  /** The version of ONNX's operators: 17, or 13 for older programs, which has no LayerNormalization. Default 17. */
  opset?: 13 | 17;
  /** Whether outputs are probabilities, as `classify` gives them: the softmax of the logits, or the logistic function of a
   *  single one. Default false: outputs are those of `predict`. */
  probabilities?: boolean;
  /** The layout of images that the file takes: 'NHWC' as in Regulus (default), or 'NCHW', channels first. */
  input?: 'NHWC' | 'NCHW';
}

const WHERE = 'toOnnx';
/** Protocol buffers end at 2 GiB, of which the nodes take a little. */
const MOST = 2_000_000_000;
/** Problems that an error names one by one. */
const FEW = 5;

/** Writes a model as an ONNX file, which other programs run: onnxruntime, TensorRT and others. Inputs and outputs have the names
 *  that the model has for them, else `input` and `output`, and any number of rows, N. Parameters have their paths as names. Of a
 *  pipeline, the file holds the model, with scalings in front where they are the last steps, and as metadata the names of
 *  classes and features, and the steps before as JSON. What an embedding alone takes is int32, everything else float32. Sequences
 *  have the length that the model was built for; the file knows nothing of rows that are shorter.
 *
 *  Throws an UnsupportedError that names all layers and steps that ONNX has no counterpart for, such as functions of your own.
 *  @example
 *  const model = nn.sequential([nn.dense(8, { activation: 'relu' }), nn.dense(2)]).build([4])
 *  const bytes = toOnnx(model) // for onnxruntime: InferenceSession.create(bytes) */
export function toOnnx(model: AnyModel | Pipeline, options: ToOnnxOptions = {}): Uint8Array {
  checkKeys(WHERE, options, ['opset', 'probabilities', 'input']);
  const { opset = 17 } = options;
  if (![17, 13].includes(opset)) refuse(WHERE, 'opset', opset, '17 or 13');
  const probabilities = flag(WHERE, 'probabilities', options.probabilities ?? false);
  const layout = oneOf(WHERE, 'input', options.input ?? 'NHWC', ['NHWC', 'NCHW']);
  const raw = isRaw(model) ? model : undefined;
  const inner = raw ? raw.model : (model as AnyModel);
  checkModel(WHERE, inner);
  const { scalings, metadata, units } = preparedBy(WHERE, raw);
  if (probabilities && raw?.source.kind === 'values')
    throw new OptionError(`${WHERE}: probabilities are of classes, and the pipeline's target is values; leave it out`);
  const { parameters, part, shape, blueprint } = built(inner);

  const graph = new Graph(opset);
  const writer = new Writer(graph, tablesOf(parameters, blueprint));
  const inputs = (part.inputs ?? [{ name: 'input', shape }]).map(({ name, shape: own }) => {
    const first = layout === 'NCHW' && own.length === 3;
    const port = graph.fresh(name);
    const value = new Value(graph, own, { [first ? 'first' : 'last']: port });
    return { name, value, port: { name: port, shape: first ? channelsFirst(own) : own } };
  });
  const given = part.inputs
    ? Object.fromEntries(inputs.map(({ name, value }) => [name, writer.tensorOf(value)]))
    : writer.tensorOf(scalings.reduce(scaled, inputs[0].value));
  const made = writer.write(inner, '', given) as Tensor | ByHead<Tensor>;
  if (writer.refused.size) throw refusal(writer.refused);
  const outputs = Object.entries(isTensor(made) ? { output: made } : made).map(([name, t]) => {
    graph.path = name;
    const y = writer.valueOf(t);
    const own = probabilities ? probable(name, y) : units && isTensor(made) ? unscaled(y, units) : y;
    return { name: graph.fresh(name), value: own.last, shape: own.shape };
  });

  const ports = inputs.map(({ port }) => port);
  const version = message([
    [1, ''],
    [2, opset],
  ]);
  const texts = Object.entries(metadata).map(([key, value]) =>
    message([
      [1, key],
      [2, value],
    ]),
  );
  return joined(
    message([
      [1, opset === 17 ? 8 : 7],
      [2, 'regulus'],
      [6, 'A model that was trained with Regulus.'],
      [7, graph.written('model', ports, outputs)],
      [8, version],
      ...texts.map((text): Field => [14, text]),
    ]),
  );
}

/** The parameters by path, whose numbers are copied where they are asked for. */
function tablesOf(
  parameters: ReturnType<typeof built>['parameters'],
  { layers }: ReturnType<typeof built>['blueprint'],
): ReadonlyMap<string, Table> {
  const size = parameters.segments.reduce((sum, { size: own }) => sum + 4 * own, 0);
  if (size > MOST)
    throw new UnsupportedError(
      `${WHERE}: the parameters take ${size} bytes, and a file in this format holds ${MOST}; save the model with saveSafetensors`,
    );
  const tables = new Map(
    parameters.segments.map((segment): [string, Table] => {
      const { name, shape } = segment;
      return [
        name,
        {
          path: name,
          shape,
          get values() {
            return parameters.get(segment);
          },
        },
      ];
    }),
  );
  // What a layer uses of another one.
  for (const { path, tied } of layers)
    if (tied !== undefined) tables.set(`${path}.tied`, tables.get(`${tied}.weight`) as Table);
  return tables;
}

function probable(name: string, y: Value): Value {
  const { graph, shape } = y;
  if (shape.length !== 1)
    throw new ShapeError(
      `${WHERE}: probabilities are of classes, and ${name} is [n, ${shape.join(', ')}]; leave it out`,
    );
  const last = shape[0] === 1 ? graph.op('Sigmoid', y.last) : graph.node('Softmax', [y.last], { axis: -1 });
  return new Value(graph, shape, { last });
}

function refusal(refused: ReadonlyMap<string, string>): UnsupportedError {
  const all = [...refused].map(([path, what]) => `${path ? `'${path}'` : 'the model'} (${what})`);
  const more = all.length > FEW ? ` and ${all.length - FEW} more` : '';
  return new UnsupportedError(
    `${WHERE}: ${all.length === 1 ? 'one part has' : `${all.length} parts have`} no counterpart in ONNX: ${all.slice(0, FEW).join(', ')}${more}; export the model up to there with model.upTo(path), or save it with saveSafetensors`,
  );
}
