/** A small fault: the text in a file that is replaced. */
interface Fault {
  readonly file: string;
  readonly from: string;
}
export const mutants: readonly Fault[];
export const equivalent: readonly Fault[];
export function patternOf(text: string): RegExp;
