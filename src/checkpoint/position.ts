import { FormatError } from '../errors.js';

type Check = (x: unknown) => boolean;
const isNumber: Check = (x) => typeof x === 'number';
const isCount: Check = (x) => Number.isSafeInteger(x) && (x as number) >= 0;
const isText: Check = (x) => typeof x === 'string';
const isObject: Check = (x) => typeof x === 'object' && x !== null && !Array.isArray(x);
const optional =
  (check: Check): Check =>
  (x) =>
    x === undefined || check(x);
const list =
  (check: Check): Check =>
  (x) =>
    Array.isArray(x) && x.every(check);
/** Checks an object's values by their keys; other keys are allowed. */
const object =
  (checks: Readonly<Record<string, Check>>): Check =>
  (x) =>
    isObject(x) && Object.entries(checks).every(([key, check]) => check((x as Record<string, unknown>)[key]));

/** The checks of a position's values, by their keys. They are made when they are needed: bundlers keep what an import would compute. */
function positionChecks(): Readonly<Record<string, Check>> {
  const scores = object({ loss: isNumber });
  const record = object({
    epoch: isCount,
    step: isCount,
    loss: isNumber,
    training: scores,
    validation: optional(scores),
    rows: object({ training: isCount, validation: optional(isCount) }),
    learningRate: isNumber,
    gradNorm: isNumber,
    paramNorm: isNumber,
    updateRatio: isNumber,
    seconds: isNumber,
    examplesPerSecond: isNumber,
    rollbacks: optional(list(object({ step: isCount, layer: optional(isText), learningRate: isNumber }))),
  });
  const best = object({ epoch: isCount, step: isCount, value: isNumber });
  const stopped = object({
    reason: (x) => ['epochs', 'patience', 'aborted', 'reached'].includes(x as string),
    epoch: isCount,
  });
  const totals = object({ loss: isNumber, rows: isCount, norm: isNumber, updates: isCount, seconds: isNumber });
  return {
    step: isCount,
    epoch: (x) => isCount(x) && (x as number) > 0,
    unfinished: optional(object({ at: isCount, totals, rollbacks: Array.isArray, elapsed: isNumber })),
    history: list(record),
    stopped,
    updateRatio: isNumber,
    watch: object({
      stopping: object({ waited: isCount, best: optional(isNumber) }),
      best: optional(best),
      kept: optional(record),
    }),
    plateaus: list(object({ state: isObject, scale: isNumber })),
    rollback: optional(
      object({ factor: isNumber, times: isCount, place: object({ step: isCount, at: isCount, totals }) }),
    ),
    first: optional(object({ history: list(record), best: optional(best), stopped, kept: optional(record) })),
  };
}

/** Throws a FormatError for a value that is not the position of a training: the checksum tells damage, not a program that writes other things. */
export function checkPosition(position: unknown): void {
  for (const [key, check] of Object.entries(positionChecks()))
    if (!isObject(position) || !check((position as Record<string, unknown>)[key]))
      throw new FormatError(`resume: the checkpoint's '${key}' is damaged, or was written by another program`);
}

/** Throws a FormatError for a value that does not describe a training. */
export function checkIdentity(identity: unknown): void {
  const dataset = object({ rows: isCount, shape: list(isCount), sha256: isText });
  const isIdentity = object({ arithmetic: isText, options: isObject, data: dataset, validation: optional(dataset) });
  if (!isIdentity(identity))
    throw new FormatError('resume: the checkpoint does not describe its training; it was written by another program');
}
