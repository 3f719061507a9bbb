import { OptionError, record, refuse } from '../index.js';
import type { Blobs, Job, Outcome, Study } from './job.js';
import { FEDERATED, federatedStudy } from './local.js';
import { BUILDS, buildStudy } from './trainings.js';
import { tried } from './trial.js';

/** What is posted to a thread that runs trials, after { module }, and what it answers. */
export type ToThread =
  | { readonly kind: 'run'; readonly study: string; readonly job: Job }
  | { readonly kind: 'abort' }
  | { readonly kind: 'blob'; readonly id: number; readonly bytes?: Uint8Array; readonly error?: string };
export type FromThread =
  /** The functions that the module exports, with their sources. */
  | { readonly kind: 'ready'; readonly studies: Readonly<Record<string, string>> }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | {
      readonly kind: 'blob';
      readonly id: number;
      readonly key: string;
      readonly bytes?: Uint8Array;
      readonly drops?: boolean;
    };

/** Refuses what is not an object of studies by name. */
export function checkStudies(where: string, studies: Readonly<Record<string, Study>>): void {
  record(where, 'studies', studies, 'an object of functions by name');
  for (const [name, study] of Object.entries(studies))
    if (typeof study !== 'function') refuse(where, `studies.${name}`, study, 'a function of parameters and a context');
  if (!Object.keys(studies).length) throw new OptionError(`${where}: studies is empty; give { name: study }`);
}

/** A study of a module, or one that workers make by themselves. */
export const studyIn = (module: Readonly<Record<string, unknown>>, name: string, blobs: Blobs): Study =>
  (name === FEDERATED
    ? federatedStudy(blobs)
    : name.startsWith(BUILDS)
      ? buildStudy(module[name.slice(BUILDS.length)], blobs)
      : module[name]) as Study;

/** The thread's end of the channel. */
export interface TrialPort {
  post(message: FromThread): void;
  listen(heard: (message: ToThread) => void): void;
}

/** Runs trials in a thread: calls the functions of a module as they are asked for, one at a time. Checkpoints are kept by the thread that asks. */
export function serveTrials(port: TrialPort, module: Readonly<Record<string, unknown>>): void {
  let stopper = new AbortController();
  const waiting = new Map<number, { resolve(bytes?: Uint8Array): void; reject(error: Error): void }>();
  let asked = 0;
  const ask = (message: { key: string; bytes?: Uint8Array; drops?: boolean }): Promise<Uint8Array | undefined> =>
    new Promise((resolve, reject) => {
      waiting.set(++asked, { resolve, reject });
      port.post({ kind: 'blob', id: asked, ...message });
    });
  const blobs: Blobs = {
    get: (key) => ask({ key }),
    put: async (key, bytes) => void (await ask({ key, bytes })),
    drop: async (key) => void (await ask({ key, drops: true })),
  };
  port.listen((message) => {
    switch (message.kind) {
      case 'run':
        stopper = new AbortController();
        tried(studyIn(module, message.study, blobs), message.job, blobs, stopper.signal).then((outcome) =>
          port.post({ kind: 'outcome', outcome }),
        );
        break;
      case 'abort':
        stopper.abort();
        break;
      default: {
        const { id, bytes, error } = message;
        if (error === undefined) waiting.get(id)?.resolve(bytes);
        else waiting.get(id)?.reject(new Error(error));
        waiting.delete(id);
      }
    }
  });
  const functions = Object.entries(module).filter(([, value]) => typeof value === 'function');
  port.post({ kind: 'ready', studies: Object.fromEntries(functions.map(([name, value]) => [name, String(value)])) });
}
