/** What an instance (one for each thread) knows beside its instruction. Globals belong to the instance, memory is shared. */
export let step: i32 = 0;
export let thread: i32 = 0;
export let threads: i32 = 1;
/** This thread's own workspace of Size.scratch bytes. */
export let scratch: usize = 0;
/** The words that threads meet at; see barrier.ts and machine.ts. */
export let control: usize = 0;
/** The table of the threads; see team.ts. */
export let team: usize = 0;
/** Behind the last part that a kernel is to make, where it makes several at once. */
export let until: i32 = 0;

export function setStep(n: i32): void {
  step = n;
}

export function setThreads(count: i32): void {
  threads = count;
}

export function setUntil(part: i32): void {
  until = part;
}

export function join(index: i32, count: i32, workspace: usize, words: usize, table: usize): void {
  thread = index;
  threads = count;
  scratch = workspace;
  control = words;
  team = table;
}
