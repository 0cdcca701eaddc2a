import type { Message } from '../campaigns/message.ts';
import { type Period, periodIndex } from '../campaigns/metric-periods.ts';
import { secondsOf } from '../sandbox-clock.ts';
import { metricsOf } from './message-view.ts';

/** Every series of the documents. The sandbox's people open and click nothing unless it is reported. */
const SERIES = [
  'attempted',
  'bounced',
  'clicked',
  'converted',
  'created',
  'deferred',
  'delivered',
  'drafted',
  'failed',
  'opened',
  'sent',
  'spammed',
  'suppressed',
  'undeliverable',
  'topic_unsubscribed',
  'unsubscribed',
] as const;

/** Messages created in each period from start to end (unix seconds, both included), by what became of them. */
export function deliverySeries(messages: Iterable<Message>, period: Period, start: number, end: number) {
  const length = periodIndex(period, start, end) + 1;
  const series = Object.fromEntries(SERIES.map((name) => [name, new Array<number>(length).fill(0)]));
  for (const message of messages) {
    const createdAt = secondsOf(message.createdAtMs);
    if (createdAt < start || createdAt > end) continue;
    const at = periodIndex(period, start, createdAt);
    for (const metric of Object.keys(metricsOf(message))) {
      const list = series[metric];
      if (list !== undefined) list[at] = (list[at] ?? 0) + 1;
    }
  }
  return series;
}
