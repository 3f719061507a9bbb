import type { Engine, FederatedOptions } from '../../dist/sweep.js';

export function averaged(engine?: Engine, options?: Partial<FederatedOptions>): Promise<unknown>;
