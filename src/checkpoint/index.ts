/** Long trainings: checkpoints, and going on from them. */
export { checkpoint, type CheckpointOptions } from './checkpoint.js';
export { indexedDB } from './indexedDB.js';
export { resume } from './resume.js';
export type { CheckpointStore, StoredCheckpoint } from './store.js';
