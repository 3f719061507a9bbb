/** How a method stands at a step. */
export const OUTCOMES = ['moving', 'arrived', 'local', 'stuck', 'thrown', 'diverged', 'escaped'] as const;
export type Outcome = (typeof OUTCOMES)[number];
