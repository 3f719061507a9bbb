import type { Plugin } from 'rollup';

export function minified(): Plugin;
