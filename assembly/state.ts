/** The state of an instance, of which each thread has one. Globals belong to the instance; memory is shared. */
export let step: i32 = 0;
export let thread: i32 = 0;
export let threads: i32 = 1;
/** This thread's own workspace of Size.scratch bytes. */
export let scratch: usize = 0;
/** The words through which threads meet; see barrier.ts and machine.ts. */
export let control: usize = 0;
/** The table of the threads; see team.ts. */
export let team: usize = 0;
/** The step of the innermost loop. */
export let turn: i32 = 0;
/** The end of the parts that a kernel makes, where it makes several in one call. */
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

export function setTurn(n: i32): void {
  turn = n;
}
