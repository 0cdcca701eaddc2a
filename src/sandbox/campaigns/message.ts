import type { Channel } from './campaign.ts';

/**
 * What became of a message: `sent` would have gone out; `drafted` waits for a person to send it; `failed` had no
 * address to go to; `withheld` was not made at all, because the person is unsubscribed.
 */
export type MessageOutcome = 'sent' | 'drafted' | 'failed' | 'withheld';

/** A message that a campaign would have sent. Nothing leaves the sandbox. */
export interface Message {
  /** Counts all messages of the workspace. */
  readonly serial: number;
  readonly campaignId: number;
  readonly actionId: number;
  /** Serial of the journey. */
  readonly journey: number;
  /** Serial of the person. */
  readonly person: number;
  readonly name: string;
  readonly channel: Channel;
  readonly subject: string;
  readonly recipient: string;
  readonly from: string | undefined;
  readonly replyTo: string | undefined;
  /** The settings that the event's properties took the place of (case 59). */
  readonly overridden: readonly ('from' | 'reply_to' | 'recipient')[];
  readonly triggerEventId: string | undefined;
  readonly createdAtMs: number;
  readonly outcome: MessageOutcome;
  readonly failure: string | undefined;
  readonly convertedAtMs: number | undefined;
  /** What was reported of it from outside, such as that it was opened: metric to unix seconds. */
  readonly reported: Readonly<Record<string, number>>;
}

/** The messages of the workspace in the order they were made. */
export class MessageBook {
  readonly #all: Message[] = [];
  readonly #byPerson = new Map<number, number[]>();
  #sentCount = 0;

  constructor(from: readonly Message[] = []) {
    for (const { serial: _serial, ...message } of from) this.add(message);
  }

  snapshot(): readonly Message[] {
    return [...this.#all];
  }

  get count(): number {
    return this.#all.length;
  }

  get sentCount(): number {
    return this.#sentCount;
  }

  /** Adds a message and gives it its serial. */
  add(message: Omit<Message, 'serial'>): Message {
    const added: Message = { serial: this.#all.length + 1, ...message };
    this.#all.push(added);
    if (added.outcome === 'sent') this.#sentCount += 1;
    const list = this.#byPerson.get(message.person);
    if (list === undefined) this.#byPerson.set(message.person, [added.serial]);
    else list.push(added.serial);
    return added;
  }

  get(serial: number): Message | undefined {
    return this.#all[serial - 1];
  }

  /** The newest message of a journey is what its conversion is attributed to. @returns that message. */
  convertLast(person: number, journey: number, atMs: number): Message | undefined {
    const message = this.#byPerson
      .get(person)
      ?.map((serial) => this.get(serial))
      .findLast((one) => one?.journey === journey && one.outcome === 'sent');
    if (message === undefined) return undefined;
    const { convertedAtMs: _before, ...rest } = message;
    return this.#replace({ ...rest, convertedAtMs: atMs });
  }

  /** Deliveries of a merged person go to the one who stays. */
  movePerson(from: number, to: number): void {
    const moved = this.#byPerson.get(from) ?? [];
    if (moved.length === 0) return;
    for (const serial of moved) {
      const message = this.get(serial);
      if (message !== undefined) this.#replace({ ...message, person: to });
    }
    this.#byPerson.delete(from);
    const all = [...(this.#byPerson.get(to) ?? []), ...moved];
    this.#byPerson.set(
      to,
      all.toSorted((one, other) => one - other),
    );
  }

  all(): readonly Message[] {
    return this.#all;
  }

  /** The newest first, those with a smaller serial than `before`; of one person or of all. */
  *newestFirst(before: number, person?: number): Generator<Message> {
    const serials = person === undefined ? undefined : (this.#byPerson.get(person) ?? []);
    for (let at = (serials?.length ?? this.#all.length) - 1; at >= 0; at -= 1) {
      const message = serials === undefined ? this.#all[at] : this.get(serials[at] ?? 0);
      if (message !== undefined && message.serial < before) yield message;
    }
  }

  /** The first report of a metric counts. */
  note(message: Message, metric: string, at: number): void {
    this.#replace({ ...message, reported: { [metric]: at, ...message.reported } });
  }

  #replace(message: Message): Message {
    this.#all[message.serial - 1] = message;
    return message;
  }
}
