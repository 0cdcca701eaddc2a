import type { Problem } from '../checks/problem.ts';

export type RequestLogMode = 'off' | 'on' | 'bodies';

/** One request, as it went. */
export interface LoggedRequest {
  /** Counts from 1; an emptied log does not begin anew. */
  readonly number: number;
  /** ISO time of the sandbox's clock. */
  readonly time: string;
  readonly method: string;
  readonly path: string;
  /** 0 when the connection was cut or left hanging. */
  readonly status: number;
  readonly items: number;
  readonly refused: number;
  readonly bytes: number;
  readonly duration_ms: number;
  readonly faults: readonly string[];
  /** Why items were refused, the first few; absent when none were. */
  readonly refusals?: readonly { readonly index: number; readonly problem: Problem }[];
  readonly body?: string;
  readonly answer?: string;
}

/** A batch may hold thousands of bad items. */
export const REFUSALS_KEPT_MAX = 20;
const REQUESTS_KEPT_MAX = 100_000;
/** Bodies of the newest requests; a hundred and thirty full batches. */
const BODY_CHARACTERS_KEPT_MAX = 64_000_000;
const SLACK = 1.25;

export type RequestLogSnapshot = ReturnType<RequestLog['snapshot']>;

/** The newest requests, for tests and for people who wonder what was sent. */
export class RequestLog {
  #mode: RequestLogMode;
  #entries: LoggedRequest[];
  #firstWithBody: number;
  #bodyCharacters: number;
  #added: number;

  constructor(mode: RequestLogMode, from?: RequestLogSnapshot) {
    this.#mode = from?.mode ?? mode;
    this.#entries = [...(from?.entries ?? [])];
    this.#firstWithBody = from?.firstWithBody ?? 0;
    this.#bodyCharacters = from?.bodyCharacters ?? 0;
    this.#added = from?.added ?? 0;
  }

  snapshot() {
    return {
      mode: this.#mode,
      entries: [...this.#entries],
      firstWithBody: this.#firstWithBody,
      bodyCharacters: this.#bodyCharacters,
      added: this.#added,
    } as const;
  }

  get mode(): RequestLogMode {
    return this.#mode;
  }

  setMode(mode: RequestLogMode): void {
    this.#mode = mode;
  }

  add(request: Omit<LoggedRequest, 'number'>): void {
    if (this.#mode === 'off') return;
    this.#added += 1;
    const entry = { number: this.#added, ...request };
    this.#entries.push(entry);
    this.#bodyCharacters += bodyCharactersOf(entry);
    this.#dropOldBodies();
    if (this.#entries.length > REQUESTS_KEPT_MAX * SLACK) this.#dropOldEntries();
  }

  /** In the order they came. */
  entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  /** Numbers have no gaps, so the place follows from the number. */
  byNumber(number: number): LoggedRequest | undefined {
    const first = this.#entries[0]?.number ?? 0;
    return this.#entries[number - first];
  }

  clear(): void {
    this.#entries = [];
    this.#firstWithBody = 0;
    this.#bodyCharacters = 0;
  }

  #dropOldBodies(): void {
    while (this.#bodyCharacters > BODY_CHARACTERS_KEPT_MAX && this.#firstWithBody < this.#entries.length) {
      const entry = this.#entries[this.#firstWithBody];
      if (entry !== undefined) {
        this.#bodyCharacters -= bodyCharactersOf(entry);
        this.#entries[this.#firstWithBody] = withoutBodies(entry);
      }
      this.#firstWithBody += 1;
    }
  }

  #dropOldEntries(): void {
    const dropped = this.#entries.splice(0, this.#entries.length - REQUESTS_KEPT_MAX);
    this.#bodyCharacters -= dropped.reduce((sum, entry) => sum + bodyCharactersOf(entry), 0);
    this.#firstWithBody = Math.max(0, this.#firstWithBody - dropped.length);
  }
}

function bodyCharactersOf(entry: LoggedRequest): number {
  return (entry.body?.length ?? 0) + (entry.answer?.length ?? 0);
}

function withoutBodies({ body: _body, answer: _answer, ...entry }: LoggedRequest): LoggedRequest {
  return entry;
}
