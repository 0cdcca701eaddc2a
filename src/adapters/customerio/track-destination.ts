import { setTimeout as sleep } from 'node:timers/promises';
import type { CustomerioSettings } from '../../core/contract/connection-settings.ts';
import type { Workspace } from '../../core/customerio/workspace.ts';
import { DestinationError, StateError } from '../../core/errors/millrace-error.ts';
import type { ItemBatch } from '../../core/operation/item-batch.ts';
import type { Delivery, Destination, Refusal } from '../../ports/destination.ts';
import { HttpClient } from './http-client.ts';
import { Pacer } from './pacer.ts';
import { type Answer, type BatchVerdict, readBatchAnswer } from './read-answer.ts';
import { delayMs, isRetryable, isWithinBudget, RETRY_POLICY, retryAfterMs } from './retry-policy.ts';
import { readRegion, readSandboxMark } from './workspace-answer.ts';

const BATCH_PATH = '/api/v2/batch';
const REGION_PATH = '/api/v1/accounts/region';
const SANDBOX_PATH = '/_sandbox';

/** Customer.io's Track API, version 2, batch by batch. */
export class TrackDestination implements Destination {
  private readonly settings: CustomerioSettings;
  private readonly client: HttpClient;
  private readonly pacer: Pacer;
  private readonly timing: Timing;

  constructor(settings: CustomerioSettings, timing: Timing = REAL_TIMING) {
    this.settings = settings;
    this.timing = timing;
    this.client = new HttpClient(settings);
    this.pacer = new Pacer(settings.requestsPerSecond);
  }

  async workspace(): Promise<Workspace> {
    const attemptsMax = RETRY_POLICY.firstContactAttemptsMax;
    const { answer } = await this.answered({ method: 'GET', path: REGION_PATH, attemptsMax });
    if (answer.status === 401 || answer.status === 403) throw this.unauthorised(answer.status);
    if (isRetryable(answer.status)) throw this.unreachable(`it answered ${answer.status}`);
    const region = readRegion(answer);
    if (region === undefined) throw this.unexpected(answer.status);
    const isSandbox = await this.isSandbox();
    if (!isSandbox && region.region !== this.settings.region) throw this.wrongRegion(region.region);
    return { ...region, isSandbox };
  }

  async deliver(items: ItemBatch, signal?: AbortSignal): Promise<Delivery> {
    const refused = new Map<number, Refusal>();
    const requests = await this.deliverRange(items, { start: 0, end: items.length }, refused, signal);
    return { refused, requests };
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /** Sends a part of the items; halves it when it is refused without saying which item is meant. */
  private async deliverRange(
    items: ItemBatch,
    range: { readonly start: number; readonly end: number },
    refused: Map<number, Refusal>,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const { start, end } = range;
    const isWhole = end - start === items.length;
    const sent = await this.send(isWhole ? items : items.slice(start, end), signal);
    if (sent.verdict.kind === 'answered') {
      for (const [index, refusal] of sent.verdict.refused) refused.set(start + index, refusal);
      return sent.requests;
    }
    if (end - start === 1) {
      refused.set(start, sent.verdict.refusal);
      return sent.requests;
    }
    const middle = start + ((end - start) >> 1);
    // One half after the other: a person's items must not overtake each other.
    const first = await this.deliverRange(items, { start, end: middle }, refused, signal);
    const second = await this.deliverRange(items, { start: middle, end }, refused, signal);
    return sent.requests + first + second;
  }

  private async send(
    items: ItemBatch,
    signal: AbortSignal | undefined,
  ): Promise<{
    readonly verdict: Extract<BatchVerdict, { kind: 'answered' | 'divide' }>;
    readonly requests: number;
  }> {
    const { answer, requests } = await this.answered({
      method: 'POST',
      path: BATCH_PATH,
      body: items.body(),
      attemptsMax: RETRY_POLICY.attemptsMax,
      signal,
    });
    const verdict = readBatchAnswer(answer, items.length);
    switch (verdict.kind) {
      case 'answered':
      case 'divide':
        return { verdict, requests };
      case 'unauthorised':
        throw this.unauthorised(answer.status);
      case 'redirected':
        throw this.wrongRegion(answer.location);
      case 'retry':
        throw this.unreachable(`it still answered ${answer.status} after ${requests} attempts`);
      case 'unexpected':
        throw this.unexpected(answer.status);
    }
  }

  /** One answer, after as many attempts as the policy allows; the last one is returned even when it is an error. */
  private async answered(call: Call): Promise<{ readonly answer: Answer; readonly requests: number }> {
    const begunAt = performance.now();
    for (let requests = 1; ; requests += 1) {
      await interruptible(this.pacer.turn(call.signal));
      const result = await this.attempt(call);
      const isAnswer = 'status' in result;
      if (isAnswer && !isRetryable(result.status)) return { answer: result, requests };
      const wait = this.waitBefore(requests, result);
      if (requests >= call.attemptsMax || !isWithinBudget(performance.now() - begunAt, wait)) {
        if (isAnswer) return { answer: result, requests };
        throw this.unreachable(result.words, result.error);
      }
      if (isAnswer && result.status === 429) this.pacer.pause(wait);
      await interruptible(this.timing.sleep(wait, call.signal));
    }
  }

  private async attempt({
    method,
    path,
    body,
  }: Pick<Call, 'method' | 'path' | 'body'>): Promise<Answer | NoAnswer> {
    try {
      return await this.client.request(method, path, body);
    } catch (error) {
      return { error, words: wordsOf(error) };
    }
  }

  private waitBefore(attempt: number, result: Answer | NoAnswer): number {
    const asked = 'status' in result ? retryAfterMs(result.retryAfter, Date.now()) : undefined;
    return delayMs(attempt, asked, this.timing.chance());
  }

  /** Only an address of the user's own choosing can be a sandbox; Customer.io is not asked. */
  private async isSandbox(): Promise<boolean> {
    if (/(^|\.)customer\.io$/.test(new URL(this.settings.trackUrl).hostname)) return false;
    const result = await this.attempt({ method: 'GET', path: SANDBOX_PATH });
    return 'status' in result && readSandboxMark(result);
  }

  private unauthorised(status: number): DestinationError {
    const message = `Customer.io refused the credentials (${status}) at ${this.settings.trackUrl}`;
    return new DestinationError('destination_unauthorised', message);
  }

  private wrongRegion(where: string | undefined): DestinationError {
    const message = `the workspace is not in region ${this.settings.region}${where === undefined ? '' : ` but in ${where}`}`;
    return new DestinationError('destination_wrong_region', message);
  }

  private unexpected(status: number): DestinationError {
    const message = `${this.settings.trackUrl} gave an answer (${status}) that Customer.io does not give`;
    return new DestinationError('destination_unexpected', message);
  }

  private unreachable(words: string, cause?: unknown): DestinationError {
    const message = `Customer.io at ${this.settings.trackUrl} could not be reached: ${words}`;
    return new DestinationError('destination_unreachable', message, { cause });
  }
}

/** One request, with how often it may be tried. */
interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Buffer;
  readonly attemptsMax: number;
  readonly signal?: AbortSignal | undefined;
}

/** Waiting and chance; a test need not wait for real. */
export interface Timing {
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
  chance(): number;
}

const REAL_TIMING: Timing = {
  sleep: (durationMs, signal) => sleep(durationMs, undefined, { ...(signal && { signal }) }),
  chance: Math.random,
};

interface NoAnswer {
  readonly error: unknown;
  readonly words: string;
}

function wordsOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  return (
    [code, message].filter((part) => typeof part === 'string' && part !== '').join(': ') || String(error)
  );
}

/** Waiting ends at once when the run is asked to stop. */
async function interruptible(waiting: Promise<void>): Promise<void> {
  try {
    await waiting;
  } catch (error) {
    throw new StateError('interrupted', 'the run was asked to stop', { cause: error });
  }
}
