import type { Parameters } from '../nn/parameters.js';

/** Measures how large an update is beside the parameters, ‖Δθ‖/‖θ‖. About 10⁻³ is usual; a far smaller ratio learns slowly, a far
 *  larger one is noise. */
export class UpdateRatio {
  #before?: Float32Array;
  /** The ratio of the last update that was measured. */
  ratio = 0;
  constructor(readonly parameters: Parameters) {}

  /** Begins a measurement, right before an update; `end` completes it, right after. */
  begin(): void {
    const theta = this.parameters.vector();
    this.#before ??= new Float32Array(theta.length);
    this.#before.set(theta);
  }
  end(): void {
    const [theta, before] = [this.parameters.vector(), this.#before as Float32Array];
    let squares = 0;
    for (let i = 0; i < theta.length; i++) squares += (theta[i] - before[i]) * (theta[i] - before[i]);
    const length = lengthOf(before);
    this.ratio = length > 0 ? Math.sqrt(squares) / length : 0;
  }

  /** The 2-norm of the trained parameters at present. */
  norm(): number {
    return lengthOf(this.parameters.vector());
  }
}

function lengthOf(vector: Float32Array): number {
  let squares = 0;
  for (const x of vector) squares += x * x;
  return Math.sqrt(squares);
}
