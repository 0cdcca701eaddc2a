import type { Observer } from '../../ports/observer.ts';

/** Steps and warnings as lines for people; progress is left out, for it is nothing in a log. */
export function lineObserver(write: (text: string) => void): Observer {
  return {
    observe: (event) => {
      if (event.kind === 'step') write(`${event.text}\n`);
      if (event.kind === 'warning') write(`warning: ${event.text}\n`);
    },
  };
}
