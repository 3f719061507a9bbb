/** `regulus/sweep`: searches on one machine and on many. */
export { federated, type FederatedOptions, type FederatedResult, type Round } from './federated.js';
export { type Ban, gateway, type GatewayOptions } from './gateway/gateway.js';
export { type JoinedJob, type JoinOptions, joinSweep } from './gateway/join.js';
export type { Answer, Engine, Study, StudyContext } from './job.js';
export type { SearchResult, Trial } from './result.js';
export { search, type SearchOptions, type SearchProgress } from './search.js';
export { choice, type Dimension, type Drawn, integer, logUniform, type Space, uniform } from './space.js';
/** @internal For the command line. */
export { type Plan, planOf } from './plan.js';
/** @internal For the threads' own file. */
export { serveTrials } from './serve.js';
export { threads, type ThreadsOptions } from './threads.js';
export { redis, type RedisOptions } from './redis.js';
export { s3, type S3Options } from './s3.js';
export type { Store } from './store.js';
export { type SweepWorker, type SweepWorkerOptions, worker } from './worker.js';
