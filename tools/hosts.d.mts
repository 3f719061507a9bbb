export const BROWSERS: Readonly<Record<'chromium' | 'firefox' | 'webkit', readonly string[]>>;
export const SERVERS: Readonly<Record<'redis', string>>;
export const RUNTIMES: Readonly<
  Record<string, { readonly program: string; readonly flags: readonly string[]; readonly vitest?: readonly string[] }>
>;
export const environment: NodeJS.ProcessEnv;
export function hasBrowser(name: keyof typeof BROWSERS): boolean;
export function hasServer(name: keyof typeof SERVERS): boolean;
export function hasRuntime(name: string): boolean;
export function missing(): string[];
