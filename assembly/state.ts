/** What an instance (one for each thread) knows beside its instruction. Globals belong to the instance, memory is shared. */
export let step: i32 = 0;
export let thread: i32 = 0;
export let threads: i32 = 1;
/** This thread's own workspace of Size.scratch bytes. */
export let scratch: usize = 0;
/** The words that threads meet at; see barrier.ts and machine.ts. */
export let control: usize = 0;

export function setStep(n: i32): void {
  step = n;
}

export function setThreads(count: i32): void {
  threads = count;
}

export function join(index: i32, count: i32, workspace: usize, words: usize): void {
  thread = index;
  threads = count;
  scratch = workspace;
  control = words;
}
