import type { Refusal } from '../../ports/destination.ts';
import { isRetryable } from './retry-policy.ts';

/** An HTTP answer as it came. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly location: string | undefined;
  readonly retryAfter: string | undefined;
}

/** What the answer to a batch means. */
export type BatchVerdict =
  | { readonly kind: 'answered'; readonly refused: ReadonlyMap<number, Refusal> }
  /** Refused as a whole, or in a way that names no item: smaller batches tell which item is meant. */
  | { readonly kind: 'divide'; readonly refusal: Refusal }
  | { readonly kind: 'retry' }
  | { readonly kind: 'unauthorised' }
  | { readonly kind: 'redirected' }
  | { readonly kind: 'unexpected' };

/**
 * Reads the answer to a batch of `itemCount` items. Customer.io answers 207, or 200 with `errors`,
 * when some items were refused; anything that is neither that nor its plain `{}` is not trusted.
 */
export function readBatchAnswer(answer: Answer, itemCount: number): BatchVerdict {
  const { status } = answer;
  if (status >= 200 && status < 300) return readSuccess(answer, itemCount);
  if (status === 401 || status === 403) return { kind: 'unauthorised' };
  if (status === 400 || status === 413 || status === 422)
    return { kind: 'divide', refusal: firstRefusal(answer) };
  if (status >= 300 && status < 400) return { kind: 'redirected' };
  return isRetryable(status) ? { kind: 'retry' } : { kind: 'unexpected' };
}

function readSuccess(answer: Answer, itemCount: number): BatchVerdict {
  if (answer.body.trim() === '') return { kind: 'answered', refused: new Map() };
  const body = parseObject(answer.body);
  if (body === undefined) return { kind: 'unexpected' };
  const refused = new Map<number, Refusal>();
  for (const entry of errorEntries(body)) {
    const index = entry['batch_index'];
    const isKnown = typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < itemCount;
    if (!isKnown) return { kind: 'divide', refusal: toRefusal(answer.status, entry) };
    refused.set(index, toRefusal(answer.status, entry));
  }
  return { kind: 'answered', refused };
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Error texts come as `{errors: [{…}]}` (v2), `{meta: {errors: […]}}` or `{meta: {error: "…"}}` (v1). */
function errorEntries(body: JsonObject): readonly JsonObject[] {
  const meta = isObject(body['meta']) ? body['meta'] : {};
  const entries = [body['errors'], meta['errors'], body['error'], meta['error']].flat();
  return entries
    .filter((entry) => entry !== undefined && entry !== null)
    .map((entry) => (isObject(entry) ? entry : { reason: entry }));
}

function firstRefusal(answer: Answer): Refusal {
  const body = parseObject(answer.body);
  const [entry] = body === undefined ? [] : errorEntries(body);
  return toRefusal(answer.status, entry ?? {});
}

function toRefusal(status: number, entry: JsonObject): Refusal {
  return {
    status,
    reason: textOf(entry['reason']) ?? 'refused',
    field: textOf(entry['field']),
    message: textOf(entry['message']),
  };
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
