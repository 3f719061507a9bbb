// The study of the lab's workers: proves one claim. `regulus worker lab/worker.mjs --url redis://…` lends a machine to it.
import { pictures } from 'regulus/pictures';
import { prove } from './prove.mjs';

export const proved = async ({ name, seeds }) => ({ value: 0, result: await prove(name, { seeds, pictures }) });
