import {
  type Encoding,
  isMade,
  OptionError,
  type Pipeline,
  type Scaling,
  type Step,
  UnsupportedError,
} from '../../index.js';
import { Value } from './toValue.js';

/** The scaling of features, or of a target. */
interface Line {
  readonly shift: ArrayLike<number>;
  readonly spread: ArrayLike<number>;
}
/** What a file has of a pipeline besides its model. */
export interface Prepared {
  /** Scalings that the graph begins with: those that no other step follows. */
  readonly scalings: readonly Line[];
  /** The units in which it ends. */
  readonly units?: Line;
  /** Texts by name, for readers of the file. */
  readonly metadata: Readonly<Record<string, string>>;
}
const isScaling = (step: Step): step is Step & Scaling =>
  ['standardize', 'minMax'].includes((step as Scaling).config.name);

/** Divides the steps of a pipeline into those that the graph computes and those that its user must. */
export function preparedBy(where: string, pipeline?: Pipeline): Prepared {
  if (!pipeline) return { scalings: [], metadata: {} };
  if (!pipeline.fitted)
    throw new OptionError(
      `${where}: the pipeline is not fitted yet; train it with fit, or fit its steps with pipeline.fit(train)`,
    );
  const { source, units } = pipeline;
  const steps = pipeline.steps as readonly Step[];
  const own = steps.findIndex((step) => !isMade(step));
  if (own >= 0)
    throw new UnsupportedError(
      `${where}: step ${own} of the pipeline is of your own, which cannot be exported; export pipeline.model, and apply the step where it is used`,
    );
  const count = steps.findLastIndex((step) => !isScaling(step)) + 1;
  const before = steps.slice(0, count) as readonly (Step & Partial<Encoding>)[];
  const names = count === 1 ? before[0].names : count ? undefined : source.features;
  const told = {
    classes: source.classNames,
    features: names,
    preparation: count ? before.map(({ config }) => config) : undefined,
  };
  const texts = Object.entries(told).filter(([, value]) => value);
  return {
    scalings: steps.slice(count).filter(isScaling),
    units,
    metadata: Object.fromEntries(texts.map(([key, value]) => [key, JSON.stringify(value)])),
  };
}

const constants = ({ graph, shape }: Value, { shift, spread }: Line): string[] =>
  [shift, spread].map((list) => graph.constant(list, list.length > 1 ? shape : [1]));
/** (x − shift) / spread, for each number of an example. */
export function scaled(x: Value, line: Line): Value {
  const { graph, shape } = x;
  const [shift, spread] = constants(x, line);
  return new Value(graph, shape, { last: graph.op('Div', graph.op('Sub', x.last, shift), spread) });
}
/** y·spread + shift, in the units of the target. */
export function unscaled(y: Value, line: Line): Value {
  const { graph, shape } = y;
  const [shift, spread] = constants(y, line);
  return new Value(graph, shape, { last: graph.op('Add', graph.op('Mul', y.last, spread), shift) });
}
