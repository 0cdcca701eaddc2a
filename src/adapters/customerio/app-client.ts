import type { z } from 'zod';
import type { AppApiSettings } from '../../core/contract/connection-settings.ts';
import { DestinationError } from '../../core/errors/millrace-error.ts';
import { PatientClient, type Timing } from './patient-client.ts';
import type { Answer } from './read-answer.ts';
import { isRetryable, RETRY_POLICY } from './retry-policy.ts';

/** Waiting for an answer takes longer than the pace between questions; more than this is never needed. */
export const APP_REQUESTS_IN_FLIGHT = 4;

/** The longest answer there is, a page of 30,000 members of a segment, has about five megabytes. */
const ANSWER_BYTES_MAX = 50_000_000;

/** One question to the App API. */
export interface Question<T> {
  /** Completes "Customer.io refused to …"; never names a person. */
  readonly what: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** With a body it is a POST. */
  readonly body?: unknown;
  readonly answer: z.ZodType<T>;
  readonly signal?: AbortSignal | undefined;
}

/** Asks the App API: paced, tried again by the retry policy, answers checked against their shape. */
export class AppClient {
  private readonly settings: AppApiSettings;
  private readonly client: PatientClient;

  constructor(settings: AppApiSettings, timing: Timing) {
    this.settings = settings;
    this.client = new PatientClient(
      {
        url: settings.url,
        authorization: `Bearer ${settings.key}`,
        connectionsMax: APP_REQUESTS_IN_FLIGHT,
        timeoutSeconds: settings.timeoutSeconds,
        answerBytesMax: ANSWER_BYTES_MAX,
        requestsPerSecond: settings.requestsPerSecond,
      },
      timing,
    );
  }

  /** @returns undefined when Customer.io answers 404. @throws DestinationError */
  async find<T>(question: Question<T>): Promise<T | undefined> {
    const answer = await this.answerTo(question);
    return answer.status === 404 && isJson(answer) ? undefined : this.read(question, answer);
  }

  /** @throws DestinationError */
  async ask<T>(question: Question<T>): Promise<T> {
    return this.read(question, await this.answerTo(question));
  }

  /** For what is answered by nothing but that it was done. @throws DestinationError */
  async tell(question: Omit<Question<unknown>, 'answer'>): Promise<void> {
    const { status } = await this.answerTo(question);
    if (status !== 200 && status !== 204) throw this.refusal(question, status);
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private async answerTo({ path, query, body, signal }: Omit<Question<unknown>, 'answer'>): Promise<Answer> {
    const { answer } = await this.client.answered({
      method: body === undefined ? 'GET' : 'POST',
      path: path + queryText(query),
      ...(body !== undefined && { body: Buffer.from(JSON.stringify(body), 'utf8') }),
      attemptsMax: RETRY_POLICY.attemptsMax,
      signal,
    });
    return answer;
  }

  private read<T>(question: Question<T>, answer: Answer): T {
    if (answer.status !== 200) throw this.refusal(question, answer.status);
    const parsed = question.answer.safeParse(parse(answer.body));
    if (parsed.success) return parsed.data;
    throw this.unexpected(answer.status);
  }

  private refusal({ what }: Pick<Question<unknown>, 'what'>, status: number): DestinationError {
    if (status === 401 || status === 403) {
      const message = `Customer.io refused the App API key (${status}) at ${this.settings.url}`;
      return new DestinationError('app_key_refused', message);
    }
    if (status === 429) {
      return this.client.unreachable('it answered 429, too many requests, until the retries were used up');
    }
    if (isRetryable(status)) {
      return this.client.unreachable(`it answered ${status} until the retries were used up`);
    }
    if (status >= 300 && status < 400) {
      const message = `the App API of region ${this.settings.region} sends elsewhere (${status})`;
      return new DestinationError('destination_wrong_region', message);
    }
    if (status === 400 || status === 422) {
      return new DestinationError('app_api_refused', `Customer.io refused to ${what} (${status})`);
    }
    return this.unexpected(status);
  }

  private unexpected(status: number): DestinationError {
    const message = `${this.settings.url} gave an answer (${status}) that Customer.io's App API does not give`;
    return new DestinationError('destination_unexpected', message, {
      hint: 'Check `customerio.app_url`: a proxy or another service may be answering.',
    });
  }
}

/** Everything is percent-encoded: a bare plus sign in an address would silently find nobody. */
function queryText(query: Question<unknown>['query']): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** A page that is not found elsewhere must not read as "there is no such thing at Customer.io". */
function isJson(answer: Answer): boolean {
  return parse(answer.body) !== undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
