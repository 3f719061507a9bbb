const holders: { dispose(): void }[] = [];

/** Registers a holder of memory, to be disposed of when its call is over. */
export function kept<T extends { dispose(): void }>(holder: T): T {
  holders.push(holder);
  return holder;
}
/** Disposes of the registered holders, the last first, because steps hold memory of models. */
export function disposeAll(): void {
  while (holders.length) holders.pop()?.dispose();
}
