import { ENGINES } from '../../playground/engines.js';
import { Session } from '../../playground/session.js';
import { TABS } from '../../playground/tabs/index.js';

/** What the page loads for the engine of a tab. */
export const loadedFor = (tab: string): Promise<unknown> | undefined => TABS.find(({ name }) => name === tab)?.load?.();
/** A run of a tab, as its worker makes it. */
export const sessionOf = async (tab: string): Promise<Session> =>
  new Session(ENGINES[tab].engine(await loadedFor(tab)));
