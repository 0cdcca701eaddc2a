import type { CustomerioSettings } from '../../core/contract/connection-settings.ts';
import { SEGMENT_IDS_MAX } from '../../core/customerio/limits.ts';
import type { Workspace } from '../../core/customerio/workspace.ts';
import { DestinationError } from '../../core/errors/millrace-error.ts';
import type { ItemBatch } from '../../core/operation/item-batch.ts';
import type { Delivery, Destination, MemberChange, Refusal } from '../../ports/destination.ts';
import { deliverPart, type PartDelivery } from './deliver-part.ts';
import { inParallel } from './in-parallel.ts';
import { PatientClient, REAL_TIMING, type Timing } from './patient-client.ts';
import { type BatchVerdict, readBatchAnswer } from './read-answer.ts';
import { isRetryable, RETRY_POLICY } from './retry-policy.ts';
import { readRegion, readSandboxMark } from './workspace-answer.ts';

const BATCH_PATH = '/api/v2/batch';
/** Version 2 has no call for events without a person. */
const ANONYMOUS_PATH = '/api/v1/events';

const REGION_PATH = '/api/v1/accounts/region';
const SANDBOX_PATH = '/_sandbox';

/** Longest answer read: a full batch with every item refused is far below it. */
const ANSWER_BYTES_MAX = 5_000_000;

/** Customer.io's Track API, version 2, batch by batch. */
export class TrackDestination implements Destination {
  private readonly settings: CustomerioSettings;
  private readonly client: PatientClient;

  constructor(settings: CustomerioSettings, timing: Timing = REAL_TIMING) {
    this.settings = settings;
    const credentials = Buffer.from(`${settings.siteId}:${settings.apiKey}`).toString('base64');
    const http = {
      url: settings.trackUrl,
      authorization: `Basic ${credentials}`,
      connectionsMax: settings.requestsInFlight,
      timeoutSeconds: settings.timeoutSeconds,
      answerBytesMax: ANSWER_BYTES_MAX,
    };
    this.client = new PatientClient({ ...http, requestsPerSecond: settings.requestsPerSecond }, timing);
  }

  async workspace(): Promise<Workspace> {
    const attemptsMax = RETRY_POLICY.firstContactAttemptsMax;
    const { answer } = await this.client.answered({ method: 'GET', path: REGION_PATH, attemptsMax });
    if (answer.status === 401 || answer.status === 403) throw this.unauthorised(answer.status);
    if (isRetryable(answer.status)) throw this.client.unreachable(`it answered ${answer.status}`);
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

  async deliverAnonymous(events: ItemBatch, signal?: AbortSignal): Promise<Delivery> {
    const indexes = Array.from({ length: events.length }, (_, index) => index);
    const sent = await inParallel(indexes, this.settings.requestsInFlight, (index) =>
      this.send(ANONYMOUS_PATH, Buffer.from(events.item(index)), 1, signal),
    );
    const refused = new Map<number, Refusal>();
    sent.forEach(({ verdict }, index) => {
      const refusal = verdict.kind === 'divide' ? verdict.refusal : verdict.refused.get(0);
      if (refusal !== undefined) refused.set(index, refusal);
    });
    return { refused, requests: sent.reduce((sum, { requests }) => sum + requests, 0) };
  }

  async changeMembers(change: MemberChange, people: ItemBatch, signal?: AbortSignal): Promise<Delivery> {
    const { segmentId, action, identifier } = change;
    const path = `/api/v1/segments/${encodeURIComponent(segmentId)}/${action}_customers?id_type=${identifier}`;
    const send = async (part: ItemBatch): Promise<PartDelivery> => {
      const { verdict, requests } = await this.send(path, part.idsBody(), part.length, signal);
      return { requests, refusal: verdict.kind === 'divide' ? verdict.refusal : undefined };
    };
    const refused = new Map<number, Refusal>();
    let requests = 0;
    for (let start = 0; start < people.length; start += SEGMENT_IDS_MAX) {
      const end = Math.min(people.length, start + SEGMENT_IDS_MAX);
      // One after the other: there is no hurry, and how many of these calls at once are welcome is not known.
      requests += await deliverPart(people, { start, end }, refused, send);
    }
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
    const part = isWhole ? items : items.slice(start, end);
    const sent = await this.send(BATCH_PATH, part.body(), part.length, signal);
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
    path: string,
    body: Buffer,
    itemCount: number,
    signal: AbortSignal | undefined,
  ): Promise<{
    readonly verdict: Extract<BatchVerdict, { kind: 'answered' | 'divide' }>;
    readonly requests: number;
  }> {
    const { answer, requests } = await this.client.answered({
      method: 'POST',
      path,
      body,
      attemptsMax: RETRY_POLICY.attemptsMax,
      signal,
    });
    const verdict = readBatchAnswer(answer, itemCount);
    switch (verdict.kind) {
      case 'answered':
      case 'divide':
        return { verdict, requests };
      case 'unauthorised':
        throw this.unauthorised(answer.status);
      case 'redirected':
        throw this.wrongRegion(answer.location);
      case 'retry':
        throw this.client.unreachable(`it still answered ${answer.status} after ${requests} attempts`);
      case 'unexpected':
        throw this.unexpected(answer.status);
    }
  }

  /** Only an address of the user's own choosing can be a sandbox; Customer.io is not asked. */
  private async isSandbox(): Promise<boolean> {
    if (/(^|\.)customer\.io$/.test(new URL(this.settings.trackUrl).hostname)) return false;
    const answer = await this.client.once({ method: 'GET', path: SANDBOX_PATH });
    return answer !== undefined && readSandboxMark(answer);
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
}
