/** The file that workers run: see src/wasm/pool.ts. */
import { link } from './wasm/link.js';
import { READY, serve } from './wasm/serve.js';

serve(link, READY);
