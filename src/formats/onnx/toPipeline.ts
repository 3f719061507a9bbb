import { type Encoding, isMade, type Pipeline, type Scaling, type Step, UnsupportedError } from '../../index.js';
import { Value } from './toValue.js';

/** What a file says of a pipeline besides its model. */
export interface Prepared {
  /** Scalings that the graph begins with: those that no other step follows. */
  readonly scalings: readonly Scaling[];
  /** Texts by name, for readers of the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The scaling of a target, or of features. */
interface Line {
  readonly shift: ArrayLike<number>;
  readonly spread: ArrayLike<number>;
}
const isScaling = (step: Step): step is Step & Scaling =>
  ['standardize', 'minMax'].includes((step as Scaling).config.name);

/** Divides the steps of a fitted pipeline into those that the graph computes and those that its user must. */
export function preparedBy(where: string, { steps, source }: Pipeline): Prepared {
  const fitted = steps as readonly Step[];
  fitted.forEach((step, i) => {
    if (!isMade(step))
      throw new UnsupportedError(
        `${where}: step ${i} of the pipeline is of your own, which cannot be exported; export pipeline.model, and apply the step where it is used`,
      );
  });
  const before = fitted.findLastIndex((step) => !isScaling(step)) + 1;
  const own = fitted.slice(0, before);
  const names = own.length ? (own.length === 1 ? (own[0] as Partial<Encoding>).names : undefined) : source.features;
  const { classNames } = source;
  return {
    scalings: fitted.slice(before).filter(isScaling),
    metadata: {
      ...(classNames && { classes: JSON.stringify(classNames) }),
      ...(names && { features: JSON.stringify(names) }),
      ...(own.length && { preparation: JSON.stringify(own.map((step) => (step as Scaling).config)) }),
    },
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
