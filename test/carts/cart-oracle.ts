import { type CartRow, type ReadReport, RULE } from './cart-world.ts';

const AFTER = RULE.afterSeconds;
const CLOCK_SKEW_SECONDS = 300;

/** A burst as the oracle knows it: from its first to its last activity seen. */
interface Span {
  from: number;
  until: number;
}

/** Everything the oracle has seen of one cart, in reads that were not lost in a crash. */
interface Dossier {
  /** Whose it is; once an event may have left, whose that was. */
  person: string | undefined;
  /** The burst of the last activity seen. */
  span: Span;
  /** The event of that burst may have left under this key. */
  claim: string | undefined;
  /** It was accepted. */
  isSpoken: boolean;
  /** Bursts whose event was accepted (or may have left before they were over), and whose it was. */
  spoken: (Span & { readonly person: string | undefined })[];
  content: string;
  /** Undefined: its age was never known. */
  observed: { at: number; earliest: number } | undefined;
}

/** A cart that may speak. */
interface Candidate {
  readonly row: CartRow;
  /** As far as it was seen; ends with the last activity. */
  readonly span: Span;
}

/** What a read has to bring: for each session that is due, who may speak with which keys. */
export interface ExpectedEvent {
  readonly speaker: string;
  readonly ids: ReadonlySet<string>;
  readonly members: readonly string[];
}

/**
 * Judges reads by SPEC.md, the slow way: for every cart it looks at every other one. It shares no code with
 * the state machine.
 */
export class CartOracle {
  private readonly isObserved: boolean;
  private readonly dossiers = new Map<string, Dossier>();
  private lastReadAt: number | undefined;

  constructor(isObserved: boolean) {
    this.isObserved = isObserved;
  }

  /** What the read must lead to, given what was seen before. */
  expect(report: ReadReport): readonly ExpectedEvent[] {
    const candidates = this.candidates(report);
    return components(candidates, (a, b) => isSameVisit(a, b)).flatMap((group): ExpectedEvent[] => {
      if (group[0]?.row.person === undefined || this.hasSpoken(group, report)) return [];
      const speaker = group.reduce((first, next) => (isAhead(next, first) ? next : first));
      if (report.now < speaker.span.until + AFTER) return [];
      const claims = this.claimsOf(group);
      const fresh = JSON.stringify([
        speaker.row.cart,
        this.isObserved ? speaker.row.items : `${speaker.span.until}`,
      ]);
      const ids = claims.length > 0 ? new Set(claims) : new Set([fresh]);
      return [{ speaker: speaker.row.cart, ids, members: group.map(({ row }) => row.cart) }];
    });
  }

  /** Takes in what the read has left behind: nothing, when the program died before it wrote anything down. */
  absorb(report: ReadReport, events: readonly (ExpectedEvent & { readonly id: string })[]): void {
    if (report.crash.kind === 'before_claims') return;
    const candidates = this.candidates(report);
    const spoken = components(candidates, isSameVisit).filter((group) => this.hasSpoken(group, report));
    const isSpoken = new Set(spoken.flatMap((group) => group.map(({ row }) => row.cart)));
    for (const row of this.sound(report)) this.look(row, report, isSpoken);
    if (this.isObserved) for (const dossier of this.dossiers.values()) putBack(dossier, report.now);
    this.lastReadAt = report.now;
    const recorded = report.crash.kind === 'none' ? events.length : report.crash.events;
    events.forEach(({ members, id }, index) => {
      for (const cart of members) {
        const dossier = this.dossiers.get(cart);
        if (dossier === undefined) continue;
        dossier.claim = id;
        if (index < recorded) speak(dossier);
      }
    });
  }

  private sound({ rows, now }: ReadReport): readonly CartRow[] {
    return rows.filter(({ at }) => this.isObserved || at <= now + CLOCK_SKEW_SECONDS);
  }

  /** When the cart was last changed, at the latest and at the earliest; undefined when nobody knows. */
  private activity(row: CartRow, now: number) {
    if (!this.isObserved) return { at: row.at, earliest: row.at };
    const dossier = this.dossiers.get(row.cart);
    if (dossier?.content === row.items) {
      const { observed } = dossier;
      return observed && { at: Math.min(observed.at, now), earliest: Math.min(observed.earliest, now) };
    }
    const isWatched = this.lastReadAt !== undefined && now - this.lastReadAt <= RULE.notAfterSeconds;
    return isWatched ? { at: now, earliest: Math.min(this.lastReadAt ?? now, now) } : undefined;
  }

  private candidates(report: ReadReport): readonly Candidate[] {
    return this.sound(report).flatMap((row): Candidate[] => {
      const activity = this.activity(row, report.now);
      if (activity === undefined || row.items === '') return [];
      const { at, earliest } = activity;
      if (this.isSpoken(row, at, report.now)) return [];
      const orders = report.rows
        .filter(
          (other) => other.cart === row.cart || (row.person !== undefined && other.person === row.person),
        )
        .filter((other) => this.sound(report).includes(other))
        .map(({ orderedAt }) => orderedAt);
      const elsewhere = row.person === undefined ? undefined : report.orders.get(row.person);
      const isOrdered = [...orders, elsewhere].some((time) => time !== undefined && earliest < time + AFTER);
      if (isOrdered || report.now - earliest > RULE.notAfterSeconds) return [];
      const before = this.sameSession(row, at)?.span.from ?? at;
      return [{ row, span: { from: Math.min(before, at), until: at } }];
    });
  }

  /** Spans of the cart's spoken bursts; a clock that was put back makes nothing lie in the future. */
  private spokenOf(cart: string, now: number): Dossier['spoken'] {
    const spoken = this.dossiers.get(cart)?.spoken ?? [];
    return this.isObserved ? spoken.map((span) => ({ ...span, ...clamp(span, now) })) : spoken;
  }

  /** The activity belongs to a burst of this cart that had its event, or whose event may have left for somebody else. */
  private isSpoken(row: CartRow, at: number, now: number): boolean {
    const session = this.sameSession(row, at);
    const isOthers =
      session?.claim !== undefined && row.person !== undefined && row.person !== session.person;
    return isOthers || this.spokenOf(row.cart, now).some(({ until }) => at < until + AFTER);
  }

  /** Looks at bursts as this read itself extends them. */
  private hasSpoken(group: readonly Candidate[], report: ReadReport): boolean {
    const person = group[0]?.row.person;
    if (person === undefined) return false;
    const preview = new CartOracle(this.isObserved);
    for (const [cart, dossier] of this.dossiers) preview.dossiers.set(cart, dossier);
    preview.lastReadAt = this.lastReadAt;
    for (const row of this.sound(report)) {
      const at = this.activity(row, report.now)?.at ?? Number.POSITIVE_INFINITY;
      if (this.isSpoken(row, at, report.now)) preview.look(row, report, new Set());
    }
    return [...preview.dossiers.values()].some((dossier) =>
      dossier.spoken.some(
        (span) => span.person === person && group.some((candidate) => isNear(span, candidate.span)),
      ),
    );
  }

  /** The session that goes on with this activity. */
  private sameSession(row: CartRow, at: number): Dossier | undefined {
    const known = this.dossiers.get(row.cart);
    return known?.observed !== undefined && at < known.span.until + AFTER ? known : undefined;
  }

  private claimsOf(group: readonly Candidate[]): readonly string[] {
    const own = group.flatMap(({ row, span }) => this.sameSession(row, span.until)?.claim ?? []);
    if (own.length > 0) return own;
    const person = group[0]?.row.person;
    if (person === undefined) return [];
    return [...this.dossiers.values()].flatMap((dossier) => {
      const isLinked = group.some(({ span }) => isNear(dossier.span, span));
      return dossier.person === person && isLinked ? (dossier.claim ?? []) : [];
    });
  }

  /** Remembers a row: goes on with its burst, or begins another one. */
  private look(row: CartRow, report: ReadReport, isSpoken: ReadonlySet<string>): void {
    const known = this.dossiers.get(row.cart);
    const activity = this.activity(row, report.now);
    const spoken = [...this.spokenOf(row.cart, report.now)];
    const isExtension = activity !== undefined && this.isSpoken(row, activity.at, report.now);
    const at = activity?.at ?? report.now;
    const isOld = known === undefined || known.observed === undefined || activity === undefined;
    const before =
      known === undefined ? undefined : this.isObserved ? clamp(known.span, report.now) : known.span;
    const isSame = !isOld && before !== undefined && at < before.until + AFTER;
    const hasClaim = isSame && (known?.claim !== undefined || known?.isSpoken === true);
    const span = isSame
      ? { from: Math.min(before.from, at), until: hasClaim ? Math.max(before.until, at) : at }
      : { from: at, until: at };
    // Whether the event of a session that is over has left, nobody knows; it counts as if it had.
    const isClaimOpen = !isSame && known?.claim !== undefined && !known.isSpoken;
    if (isClaimOpen && before !== undefined) spoken.push({ ...before, person: known.person });
    const dossier: Dossier = {
      person: hasClaim ? known?.person : (row.person ?? known?.person),
      span,
      claim: isSame ? known?.claim : undefined,
      isSpoken: isSame && known?.isSpoken === true,
      spoken,
      content: row.items,
      observed: activity,
    };
    this.dossiers.set(row.cart, dossier);
    if (isExtension || isSpoken.has(row.cart)) speak(dossier);
  }
}

/** The burst of the last activity has had its event. */
function speak(dossier: Dossier): void {
  const { span, person } = dossier;
  const others = dossier.spoken.filter((each) => each.until < span.from || each.person !== person);
  dossier.spoken = [...others, { ...span, person }];
  dossier.isSpoken = true;
}

/** After a clock was put back, nothing that was observed lies in the future. */
function putBack(dossier: Dossier, now: number): void {
  dossier.span = clamp(dossier.span, now);
  dossier.spoken = dossier.spoken.map((span) => ({ ...span, ...clamp(span, now) }));
  if (dossier.observed === undefined) return;
  const { at, earliest } = dossier.observed;
  dossier.observed = { at: Math.min(at, now), earliest: Math.min(earliest, now) };
}

function clamp({ from, until }: Span, now: number): Span {
  return { from: Math.min(from, now), until: Math.min(until, now) };
}

function isSameVisit(a: Candidate, b: Candidate): boolean {
  return a.row.person !== undefined && a.row.person === b.row.person && isNear(a.span, b.span);
}

function isNear(a: Span, b: Span): boolean {
  return a.from < b.until + AFTER && b.from < a.until + AFTER;
}

function isAhead(a: Candidate, b: Candidate): boolean {
  const ahead = a.span.until - b.span.until;
  return ahead > 0 || (ahead === 0 && a.row.cart < b.row.cart);
}

/** Groups of things that hang together, directly or by way of others. */
function components<T>(all: readonly T[], isLinked: (a: T, b: T) => boolean): readonly (readonly T[])[] {
  const groups: T[][] = [];
  for (const one of all) {
    const linked = groups.filter((group) => group.some((other) => isLinked(one, other)));
    const merged = [one, ...linked.flat()];
    for (const group of linked) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups;
}
