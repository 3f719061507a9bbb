import { control, threads } from './state';

/** Where all threads meet. Words of `control`: generation at 0, arrived at 64, sleepers at 128, spins at 192.
 *  A waiting thread first spins: to sleep and be woken takes 22-90 µs, longer than most instructions. */
export function barrier(): void {
  const generation = atomic.load<i32>(control);
  if (atomic.add<i32>(control, 1, 64) == threads - 1) {
    atomic.store<i32>(control, 0, 64);
    atomic.add<i32>(control, 1);
    if (atomic.load<i32>(control, 128)) atomic.notify(control, -1);
    return;
  }
  for (let spin = load<i32>(control, 192); spin > 0; spin--) if (atomic.load<i32>(control) != generation) return;
  atomic.add<i32>(control, 1, 128);
  while (atomic.load<i32>(control) == generation) atomic.wait<i32>(control, generation, -1);
  atomic.sub<i32>(control, 1, 128);
}
