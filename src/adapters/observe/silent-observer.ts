import type { Observer } from '../../ports/observer.ts';

/** For tests and for `--quiet`. */
export const silentObserver: Observer = { observe: () => undefined };
