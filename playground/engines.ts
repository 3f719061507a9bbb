import type { TabEngine } from './tab.js';
import { batchesEngine } from './tabs/batches/engine.js';
import { BATCHES } from './tabs/batches/spec.js';
import { capacityEngine } from './tabs/capacity/engine.js';
import { CAPACITY } from './tabs/capacity/spec.js';
import { digitsEngine } from './tabs/digits/engine.js';
import { DIGITS } from './tabs/digits/spec.js';
import { descentEngine } from './tabs/descent/engine.js';
import { DESCENT } from './tabs/descent/spec.js';
import { initializationEngine } from './tabs/initialization/engine.js';
import { INITIALIZATION } from './tabs/initialization/spec.js';
import { penaltiesEngine } from './tabs/penalties/engine.js';
import { PENALTIES } from './tabs/penalties/spec.js';
import { planeEngine } from './tabs/plane/engine.js';
import { PLANE } from './tabs/plane/spec.js';

/** The tabs as the worker knows them: a line for each. */
export const ENGINES: Readonly<Record<string, TabEngine>> = {
  plane: { ...PLANE, engine: planeEngine },
  descent: { ...DESCENT, engine: descentEngine },
  penalties: { ...PENALTIES, engine: penaltiesEngine },
  capacity: { ...CAPACITY, engine: capacityEngine },
  initialization: { ...INITIALIZATION, engine: initializationEngine },
  batches: { ...BATCHES, engine: batchesEngine },
  digits: { ...DIGITS, engine: digitsEngine },
};
