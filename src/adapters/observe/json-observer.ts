import pino from 'pino';
import type { Observer } from '../../ports/observer.ts';

/** Progress is logged at most this often for each model. */
const PROGRESS_MS = 5000;

/** JSON lines on standard error. Holds counts and names of models, never what stands in rows. */
export function jsonObserver(now: () => number): Observer {
  const log = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );
  let loggedAt = 0;
  return {
    observe: (event) => {
      switch (event.kind) {
        case 'step':
          log.info(event.text);
          return;
        case 'warning':
          log.warn(event.text);
          return;
        case 'progress': {
          if (now() - loggedAt < PROGRESS_MS) return;
          loggedAt = now();
          log.info(event.progress, 'progress');
          return;
        }
        case 'end':
          return;
      }
    },
  };
}
