import type { Observer, Progress } from '../../ports/observer.ts';

/** The line is drawn at most this often. */
const REDRAW_MS = 100;

const ERASE_LINE = '\r\u001b[K';

/** One line on a terminal that shows what is going on: rows a second, and the time left where it is known. */
export function terminalObserver(write: (text: string) => void, now: () => number): Observer {
  const meter = new Meter(now);
  let drawnAt = 0;
  let isDrawn = false;
  const erase = (): void => {
    if (isDrawn) write(ERASE_LINE);
    isDrawn = false;
  };
  return {
    observe: (event) => {
      if (event.kind !== 'progress') {
        erase();
        if (event.kind === 'warning') write(`warning: ${event.text}\n`);
        return;
      }
      const text = meter.describe(event.progress);
      const isComplete = event.progress.done === event.progress.total;
      if (now() - drawnAt < REDRAW_MS && !isComplete) return;
      drawnAt = now();
      isDrawn = true;
      write(`${ERASE_LINE}${text}`);
    },
  };
}

/** Measures the speed of the work that is under way. */
class Meter {
  private readonly now: () => number;
  private work = '';
  private begunAt = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  describe({ activity, model, done, total }: Progress): string {
    const work = `${activity} ${model}`;
    if (work !== this.work) {
      this.work = work;
      this.begunAt = this.now();
    }
    const seconds = Math.max(0.001, (this.now() - this.begunAt) / 1000);
    const perSecond = Math.round(done / seconds);
    const parts = [
      `${activity === 'reading' ? 'Reading' : 'Sending'} ${model}: ${amount(done, total)}`,
      `${perSecond.toLocaleString('en')}/s`,
      ...(total === undefined || perSecond === 0 ? [] : [`${duration((total - done) / perSecond)} left`]),
    ];
    return parts.join(' · ');
  }
}

function amount(done: number, total: number | undefined): string {
  const rows = done.toLocaleString('en');
  return total === undefined ? `${rows} rows` : `${rows} of ${total.toLocaleString('en')}`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
