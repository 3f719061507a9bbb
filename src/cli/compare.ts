import { diagnose, fit, type Run } from '../index.js';
import type { Prepared } from './data.js';
import { networkOf } from './network.js';
import type { Given } from './options.js';
import { recipeOf } from './recipe.js';
import { errorsOf } from './report.js';
import { plain, techniques } from './techniques.js';

/** Compares the errors of this training with those of the same network trained for as many epochs without regularization. Empty where
 *  nothing regularizes, the comparison is turned off, or the training was stopped by hand. */
export async function comparison(given: Given, data: Prepared, run: Run, signal: AbortSignal): Promise<string[]> {
  const used = techniques(given);
  if (given.compare === 'no' || !used.length || run.stopped.reason === 'aborted' || !run.kept) return [];
  const bare = { ...plain(given), epochs: run.stopped.epoch };
  const model = networkOf(bare, data).build(data.train.shape, { seed: given.seed });
  const other = await fit(model, data.train, { ...recipeOf(bare, data), signal });
  model.dispose();
  if (other.stopped.reason === 'aborted') return [];
  const [mine, its] = [diagnose(run), diagnose(other)];
  const show = errorsOf(data);
  const error = data.target ? 'loss' : 'error';
  const line = (what: string, { trainError, validationError, gap }: typeof mine): string =>
    `  ${what.padEnd(28)} training ${error} ${show(trainError)}   validation ${error} ${show(validationError)}   gap ${show(gap)}`;
  return [`what ${used.join(' ')} did:`, line('the network without', its), line('with', mine)];
}
