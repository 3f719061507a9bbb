import { type Encoding, type Scaling, type Step, UnsupportedError } from '../../index.js';
import { literal } from './literal.js';

/** Writes the steps of a pipeline as statements that change x, which is the row at first. */
export function stepLines(
  steps: readonly Step[],
  names: readonly string[] | undefined,
  size: number,
  isMade: (step: object) => boolean,
  use: (helper: string) => string,
): string[] {
  const lines: string[] = [];
  let isRow = true;
  /** Adds the statement that reads x as a list of numbers; `width` is its length, where known. */
  const numbers = (width: string): void => {
    if (!isRow) return;
    isRow = false;
    if (names) lines.push(`x = ${use('byName')}(x, i, ${literal(names)});`);
    lines.push(`x = ${use('numbers')}(x, i, ${width});`);
  };
  steps.forEach((step, at) => {
    const { config } = step as Encoding | Scaling;
    const name = config && isMade(step) ? config.name : '';
    const options = config?.options ?? {};
    if (name === 'encode' && isRow) {
      lines.push(`x = ${use('encode')}(x, i, ${encoding(step as Encoding)});`);
      isRow = false;
    } else if (name === 'standardize' || name === 'minMax') {
      const { shift, spread } = options as { shift: readonly number[]; spread: readonly number[] };
      numbers(String(shift.length));
      lines.push(`x = ${use('scaled')}(x, ${literal(shift)}, ${literal(spread)});`);
    } else if (name === 'polynomialFeatures') {
      numbers(names ? String(names.length) : 'x.length');
      const { degree, powers, bias } = options;
      lines.push(`x = ${use('powers')}(x, ${literal(degree)}, ${powers === 'total'}, ${literal(bias)});`);
    } else
      throw new UnsupportedError(
        `toJavaScript: step ${at} of the pipeline is ${name ? `'${name}' after another step` : 'of your own'}, which cannot be exported; export pipeline.model, and apply the step where it is used`,
      );
  });
  numbers(String(size));
  return lines;
}

/** Writes an encoding as the argument of the module's `encode` function. */
function encoding({ schema }: Encoding): string {
  const { missingValues, missing, unknown, fields } = schema;
  return literal({
    missingValues,
    refuses: { missing: missing === 'error', unknown: unknown === 'error' },
    fields: fields.map(({ name, type, constraints, position, encode }) => {
      const { shift = 0, spread = 1, fill = 0, categories, indicator } = encode;
      return {
        name,
        place: position,
        type,
        ...(constraints && { words: constraints.enum, oneHot: categories === 'oneHot' }),
        ...(!constraints && { shift, spread, fill }),
        indicator,
      };
    }),
  });
}
