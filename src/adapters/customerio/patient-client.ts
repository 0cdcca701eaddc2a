import { setTimeout as sleep } from 'node:timers/promises';
import { DestinationError, StateError } from '../../core/errors/millrace-error.ts';
import { HttpClient, type HttpSettings } from './http-client.ts';
import { Pacer } from './pacer.ts';
import type { Answer } from './read-answer.ts';
import { delayMs, isRetryable, isWithinBudget, retryAfterMs } from './retry-policy.ts';

/** One request, with how often it may be tried. */
export interface Call {
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

export const REAL_TIMING: Timing = {
  sleep: (durationMs, signal) => sleep(durationMs, undefined, { ...(signal && { signal }) }),
  chance: Math.random,
};

interface NoAnswer {
  readonly error: unknown;
  readonly words: string;
}

/** Requests that keep to a pace and are tried again by the retry policy: the way to both APIs. */
export class PatientClient {
  private readonly url: string;
  private readonly client: HttpClient;
  private readonly pacer: Pacer;
  private readonly timing: Timing;

  constructor(settings: HttpSettings & { readonly requestsPerSecond: number }, timing: Timing) {
    this.url = settings.url;
    this.client = new HttpClient(settings);
    this.pacer = new Pacer(settings.requestsPerSecond);
    this.timing = timing;
  }

  /**
   * One answer, after as many attempts as the policy allows; the last one is returned even when it is an error.
   * @throws DestinationError `destination_unreachable` when there was none.
   */
  async answered(call: Call): Promise<{ readonly answer: Answer; readonly requests: number }> {
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

  /** One attempt, outside of pace and policy; undefined when there is no answer. */
  async once(call: Pick<Call, 'method' | 'path' | 'body'>): Promise<Answer | undefined> {
    const result = await this.attempt(call);
    return 'status' in result ? result : undefined;
  }

  unreachable(words: string, cause?: unknown): DestinationError {
    const message = `Customer.io at ${this.url} could not be reached: ${words}`;
    return new DestinationError('destination_unreachable', message, { cause });
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private async attempt({
    method,
    path,
    body,
  }: Pick<Call, 'method' | 'path' | 'body'>): Promise<Answer | NoAnswer> {
    try {
      return await this.client.request(method, path, body);
    } catch (error) {
      // What the network does to a request has a code; anything else is a mistake of ours, and no reason to try again.
      if (!hasCode(error)) throw error;
      return { error, words: wordsOf(error) };
    }
  }

  private waitBefore(attempt: number, result: Answer | NoAnswer): number {
    const asked = 'status' in result ? retryAfterMs(result.retryAfter, Date.now()) : undefined;
    return delayMs(attempt, asked, this.timing.chance());
  }
}

function hasCode(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
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
