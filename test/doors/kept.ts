const holders: { dispose(): void }[] = [];

/** What holds memory, to be disposed of when the call that it is for is over. */
export function kept<T extends { dispose(): void }>(holder: T): T {
  holders.push(holder);
  return holder;
}
/** Disposes of them, the last first: steps hold what belongs to models. */
export function disposeAll(): void {
  while (holders.length) holders.pop()?.dispose();
}
