import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { secondsOf } from '../sandbox-clock.ts';
import type { ReportingWebhook } from './reporting-webhook.ts';
import { signReport } from './sign-report.ts';

/**
 * Customer.io waits 4 seconds and tries again for seven days, ever more slowly, an hour after some answers; later
 * reports wait behind the one that fails. Here the same happens in a minute, so that a test sees the end of it.
 */
export const REPORT_RETRIES = {
  timeoutMs: 4000,
  attemptsMax: 8,
  firstDelayMs: 250,
  factor: 2,
  delayMsMax: 15_000,
} as const;

/** More reports than this in wait for one webhook are dropped and counted. */
const REPORTS_WAITING_MAX = 100_000;

/** How the reports to one webhook fare. */
export interface ReportStatus {
  readonly url: string;
  readonly waiting: number;
  readonly sent: number;
  /** Given up after the last attempt, or dropped because too many waited. */
  readonly lost: number;
  /** What went wrong last: a status or an error; undefined when nothing did. */
  readonly trouble: string | undefined;
}

/** Sends reports, to each webhook one after the other. Time here is real time: the clock of the sandbox may jump. */
export class ReportSender {
  readonly #lines = new Map<string, Line>();
  readonly #closing = new AbortController();

  send(webhook: ReportingWebhook, body: string): void {
    if (this.#closing.signal.aborted) return;
    const line = this.#lines.get(webhook.url) ?? new Line(webhook.url, this.#closing.signal);
    this.#lines.set(webhook.url, line);
    line.add(webhook, body);
  }

  statuses(): readonly ReportStatus[] {
    return [...this.#lines.values()].map((line) => line.status());
  }

  /** Drops what waits. */
  close(): void {
    this.#closing.abort();
  }
}

interface Report {
  readonly webhook: ReportingWebhook;
  readonly body: string;
}

/** The reports that wait for one URL. */
class Line {
  readonly #url: string;
  readonly #closing: AbortSignal;
  #waiting: Report[] = [];
  #isSending = false;
  /** Taken from the waiting list and not yet done with. */
  #taken = 0;
  #sent = 0;
  #lost = 0;
  #trouble: string | undefined;

  constructor(url: string, closing: AbortSignal) {
    this.#url = url;
    this.#closing = closing;
  }

  status(): ReportStatus {
    const waiting = this.#waiting.length + this.#taken;
    return { url: this.#url, waiting, sent: this.#sent, lost: this.#lost, trouble: this.#trouble };
  }

  add(webhook: ReportingWebhook, body: string): void {
    if (this.#waiting.length + this.#taken >= REPORTS_WAITING_MAX) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push({ webhook, body });
    if (this.#isSending) return;
    this.#isSending = true;
    void this.#sendAll();
  }

  /** Takes a whole list at a time, so that a long one is not moved up report by report. */
  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#closing.aborted) {
      const reports = this.#waiting;
      this.#waiting = [];
      this.#taken = reports.length;
      for (const report of reports) {
        // Serial on purpose: the documents say that later reports wait behind an earlier one.
        await this.#deliver(report);
        this.#taken -= 1;
      }
    }
    this.#isSending = false;
  }

  async #deliver(report: Report): Promise<void> {
    const { attemptsMax, firstDelayMs, factor, delayMsMax } = REPORT_RETRIES;
    for (let attempt = 1; attempt <= attemptsMax && !this.#closing.aborted; attempt += 1) {
      this.#trouble = await this.#attempt(report);
      if (this.#trouble === undefined) {
        this.#sent += 1;
        return;
      }
      const delayMs = Math.min(delayMsMax, firstDelayMs * factor ** (attempt - 1));
      if (attempt < attemptsMax)
        await sleep(delayMs, undefined, { signal: this.#closing }).catch(() => undefined);
    }
    this.#lost += 1;
  }

  /** @returns what went wrong, if anything did. */
  async #attempt({ webhook, body }: Report): Promise<string | undefined> {
    const timestamp = secondsOf(Date.now());
    try {
      const answer = await request(webhook.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Millrace sandbox reporting webhook',
          'x-cio-timestamp': String(timestamp),
          'x-cio-signature': signReport(webhook.signingKey, timestamp, body),
        },
        body,
        signal: AbortSignal.any([this.#closing, AbortSignal.timeout(REPORT_RETRIES.timeoutMs)]),
      });
      await answer.body.dump();
      const isWellTaken = answer.statusCode >= 200 && answer.statusCode < 300;
      return isWellTaken ? undefined : `status ${answer.statusCode}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
