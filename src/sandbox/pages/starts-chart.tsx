import type { Journey } from '../campaigns/journey.ts';
import { Card } from './parts.tsx';
import { counted, dayAndTime } from './time-words.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;
const WIDTH = 900;
const HEIGHT = 56;
const GAP = 3;

/** Journeys started on each of the past thirty days, today last. Nothing where there were none. */
export function StartsChart({
  journeys,
  nowMs,
}: {
  readonly journeys: readonly Journey[];
  readonly nowMs: number;
}) {
  const today = Math.floor(nowMs / DAY_MS);
  const counts = startsByDay(journeys, today);
  const most = Math.max(...counts);
  if (most === 0) return null;
  const width = WIDTH / DAYS;
  return (
    <Card title="Journeys started" aside={`in the past ${DAYS} days`} live="starts">
      <div class="body">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} class="chart" role="img" aria-label={summaryOf(counts)}>
          {counts.map((count, day) => {
            const height = count === 0 ? 1 : Math.max(3, (count / most) * HEIGHT);
            const words = `${dayAndTime((today - DAYS + 1 + day) * DAY_MS).split(',')[0]}: ${count}`;
            return (
              <rect
                key={words}
                class={count === 0 ? 'none' : ''}
                x={day * width + GAP / 2}
                y={HEIGHT - height}
                width={width - GAP}
                height={height}
                rx="2"
              >
                <title>{words}</title>
              </rect>
            );
          })}
        </svg>
      </div>
    </Card>
  );
}

function startsByDay(journeys: readonly Journey[], today: number): readonly number[] {
  const counts = new Array<number>(DAYS).fill(0);
  for (const { record } of journeys) {
    const day = Math.floor(record.startedAtMs / DAY_MS) - today + DAYS - 1;
    if (day >= 0 && day < DAYS) counts[day] = (counts[day] ?? 0) + 1;
  }
  return counts;
}

function summaryOf(counts: readonly number[]): string {
  const sum = counts.reduce((total, count) => total + count, 0);
  return `${counted(sum, 'journey')} in ${DAYS} days, at most ${Math.max(...counts)} a day`;
}
