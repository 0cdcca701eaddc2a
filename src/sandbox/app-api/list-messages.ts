import { channelType } from '../campaigns/delivery-activity.ts';
import type { Message } from '../campaigns/message.ts';
import { type Answer, appAnswer, appError } from '../http/answer.ts';
import { secondsOf } from '../sandbox-clock.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { messageView, metricsOf } from './message-view.ts';
import { cursorOf, type PageSize, readCursor, readLimit } from './page-query.ts';
import { numberIn } from './query-number.ts';

const MESSAGES_PER_PAGE: PageSize = { byDefault: 50, max: 1000 };
const DAY_SECONDS = 86_400;
/** "The most recent 6 months". */
const DAYS_SHOWN_MAX = 183;

/** Of which person or campaign; undefined: of all. */
export interface MessageScope {
  readonly person?: number;
  readonly campaignId?: number;
}

/** Deliveries, the newest first, with a cursor. Messages withheld from unsubscribed people are none. */
export function listMessages(core: SandboxCore, query: URLSearchParams, scope: MessageScope): Answer {
  const limit = readLimit(query.get('limit'), MESSAGES_PER_PAGE);
  const before = readCursor('message', query.get('start')) ?? Number.MAX_SAFE_INTEGER;
  const accepts = readMessageFilter(core, query, scope);
  if (limit === undefined) return appError(400, `limit must be a number from 1 to ${MESSAGES_PER_PAGE.max}`);
  if (Number.isNaN(before)) return appError(400, 'start must be the next value of an earlier answer');
  if (typeof accepts === 'string') return appError(400, accepts);
  const page: Message[] = [];
  let next = '';
  for (const message of core.workspace.consequences().messages.newestFirst(before, scope.person)) {
    if (!accepts(message)) continue;
    if (page.length === limit) {
      next = cursorOf('message', page.at(-1)?.serial ?? 0);
      break;
    }
    page.push(message);
  }
  const state = core.workspace.state();
  const messages = page.map((message) => messageView(state, message));
  return appAnswer(200, JSON.stringify({ messages, next }));
}

export type MessageTest = (message: Message) => boolean;

/** Which messages a query asks for, or what is wrong with it. */
export function readMessageFilter(
  core: SandboxCore,
  query: URLSearchParams,
  scope: MessageScope,
): MessageTest | string {
  const numbers = {
    start: numberIn(query, 'start_ts'),
    end: numberIn(query, 'end_ts') ?? secondsOf(core.clock.nowMs()),
    campaign: scope.campaignId ?? numberIn(query, 'campaign_id'),
    action: numberIn(query, 'action_id'),
    newsletter: numberIn(query, 'newsletter_id'),
  };
  const wrong = Object.entries(numbers).find(([, number]) => Number.isNaN(number));
  if (wrong !== undefined) return `${wrong[0]} must be a number`;
  const earliest = numbers.end - DAYS_SHOWN_MAX * DAY_SECONDS;
  const start = Math.max(numbers.start ?? earliest, earliest);
  const { type, metric, drafts } = Object.fromEntries(query);
  return (message) => {
    const metrics = metricsOf(message);
    const createdAt = secondsOf(message.createdAtMs);
    return (
      message.outcome !== 'withheld' &&
      numbers.newsletter === undefined &&
      (numbers.campaign ?? message.campaignId) === message.campaignId &&
      (numbers.action ?? message.actionId) === message.actionId &&
      createdAt >= start &&
      createdAt <= numbers.end &&
      (message.outcome === 'drafted') === (drafts === 'true') &&
      (type === undefined || type === channelType(message.channel)) &&
      (metric === undefined || metric in metrics)
    );
  };
}
