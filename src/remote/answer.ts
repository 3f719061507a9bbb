import { WorkerError } from '../errors.js';
import { shown } from '../options.js';
import type { Answer } from './messages.js';

type Fields = Readonly<Record<string, unknown>>;
const isRecord = (x: unknown): x is Fields => typeof x === 'object' && x !== null && !Array.isArray(x);
const isState = (x: unknown): boolean => isRecord(x) && Object.values(x).every((values) => ArrayBuffer.isView(values));
const isBuilt = (x: unknown): boolean => isRecord(x) && Array.isArray(x.shape) && isState(x.state);

const HEARD = ['epoch', 'step', 'progress', 'log.epoch', 'log.step', 'log.end'];
/** For each kind of answer, the check that it has the fields that are used here. */
const KINDS: Readonly<Record<Answer['kind'], (answer: Fields) => boolean>> = {
  ready: () => true,
  alive: ({ lock }) => typeof lock === 'string',
  heard: ({ events }) =>
    Array.isArray(events) &&
    events.every((event) => Array.isArray(event) && HEARD.includes(event[0]) && isRecord(event[1])),
  done: ({ run, built }) => isRecord(run) && Array.isArray(run.history) && isRecord(run.stopped) && isBuilt(built),
  failed: ({ failure, built }) =>
    isRecord(failure) && typeof failure.message === 'string' && (built === undefined || isBuilt(built)),
};

/** Checks a message from a worker. Workers may be the user's own, so a message of another form is a WorkerError. */
export function answerOf(message: unknown): Answer {
  if (isRecord(message)) {
    const { kind } = message;
    if (typeof kind === 'string' && Object.hasOwn(KINDS, kind) && KINDS[kind as Answer['kind']](message))
      return message as unknown as Answer;
  }
  throw new WorkerError(
    `trainInWorker: the worker posted ${shown(message)}, which is not an answer of the library; its module imports 'regulus/worker-thread' and posts nothing itself`,
  );
}
