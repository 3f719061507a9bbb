import { type CallableLayer, type Named, plain } from './callable.js';

/** Gives its input as it is: a placeholder for a layer that is left out.
 *  @example nn.identity() */
export const identity = (options: Named = {}): CallableLayer => plain('identity', options, (x) => x);
