import type { Tab } from '../tab.js';
import { BATCHES } from './batches/spec.js';
import { batchesView } from './batches/view.js';
import { CAPACITY } from './capacity/spec.js';
import { capacityView } from './capacity/view.js';
import { DESCENT } from './descent/spec.js';
import { descentView } from './descent/view.js';
import { digitsLoaded } from './digits/load.js';
import { DIGITS } from './digits/spec.js';
import { digitsView } from './digits/view.js';
import { INITIALIZATION } from './initialization/spec.js';
import { initializationView } from './initialization/view.js';
import { PENALTIES } from './penalties/spec.js';
import { penaltiesView } from './penalties/view.js';
import { PLANE } from './plane/spec.js';
import { planeView } from './plane/view.js';

/** The tabs as the page knows them, in their order: a line for each. */
export const TABS: readonly Tab[] = [
  { ...PLANE, view: planeView },
  { ...DESCENT, view: descentView },
  { ...PENALTIES, view: penaltiesView },
  { ...CAPACITY, view: capacityView },
  { ...INITIALIZATION, view: initializationView },
  { ...BATCHES, view: batchesView },
  { ...DIGITS, view: digitsView, load: digitsLoaded },
];
