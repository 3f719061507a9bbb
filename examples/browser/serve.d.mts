import type { Server } from 'node:http';

/** Serves the repository's folder; resolves once it listens. Port 0, the default, is any that is free. */
export function serve(port?: number): Promise<Server>;
