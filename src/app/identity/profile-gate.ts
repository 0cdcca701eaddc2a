import type { CanonicalIdentifier } from '../../core/contract/contract.ts';
import type { IdentifierType } from '../../core/customerio/profile.ts';
import { ProfilesByPerson } from '../../core/customerio/profiles-by-person.ts';
import { DestinationError, MillraceError } from '../../core/errors/millrace-error.ts';
import { judgeByEmail, judgeById, type ProfileVerdict } from '../../core/identity/judge-profile.ts';
import { ProfileDirectory } from '../../core/identity/profile-directory.ts';
import type { OutgoingBatch } from '../../core/operation/outgoing-batch.ts';
import type { Observer } from '../../ports/observer.ts';
import type { ProfileReader } from '../../ports/profile-reader.ts';

export interface ProfileGateOptions {
  readonly profiles: ProfileReader;
  readonly canonical: CanonicalIdentifier;
  readonly allowsEmailUpdate: boolean;
  /** New canonical e-mail → the one before. */
  readonly moves: ReadonlyMap<string, string>;
  /** About how many people with new identifiers will be judged. */
  readonly expected: number;
  readonly keySeed: number;
  readonly observer: Observer;
  readonly signal: AbortSignal | undefined;
}

/** Someone whose identifiers were looked at. */
export interface JudgedPerson {
  readonly index: number;
  /** By the canonical identifier. */
  readonly person: string;
  readonly verdict: ProfileVerdict;
  /** The address that Customer.io must show afterwards, when it changes. */
  readonly newEmail: string | undefined;
}

/** An item with identifiers that may clash. */
interface Claim {
  readonly index: number;
  readonly id: string | undefined;
  readonly email: string;
  /** True when the state knows nothing of the person. */
  readonly isNew: boolean;
}

/** From so many people on it may be quicker to list everybody than to ask for each. */
const LISTED_FROM = 1000;

/** People told of by one request that asks for some of them: what listing must not cost more than. */
const ASKED_PER_REQUEST = 100;

const EMAIL_MARK = Buffer.from('"email":');
const NOBODY = new ProfilesByPerson([], 'id');

/** Asks Customer.io whose identifiers these are before people are sent, in bulk. */
export class ProfileGate {
  private readonly options: ProfileGateOptions;
  /** Kinds of identifiers that the workspace does not have; they can not clash. */
  private readonly unknownKinds = new Set<IdentifierType>();
  private hasFailed = false;
  private listing: Promise<ProfileDirectory | undefined> | undefined;

  constructor(options: ProfileGateOptions) {
    this.options = options;
  }

  /**
   * The people of a batch whose identifiers are new or change; the others need not be asked for. When Customer.io
   * can not be asked, that ends no run, and it is not asked again.
   */
  async judge(batch: OutgoingBatch): Promise<readonly JudgedPerson[]> {
    const claims = this.claimsIn(batch);
    if (claims.length === 0) return [];
    if (this.hasFailed) return this.unchecked(claims);
    try {
      return await this.checked(claims);
    } catch (error) {
      if (!(error instanceof DestinationError)) throw error;
      this.hasFailed = true;
      const text = `New identifiers go unchecked, and changed ones wait: ${error.message}. ${error.hint}`;
      this.options.observer.observe({ kind: 'warning', text });
      return this.unchecked(claims);
    }
  }

  private async checked(claims: readonly Claim[]): Promise<readonly JudgedPerson[]> {
    const { canonical, moves } = this.options;
    this.listing ??= this.list();
    const directory = await this.listing;
    const isFree = ({ id, email }: Claim): boolean =>
      directory !== undefined && !moves.has(email) && directory.isFree(id, email);
    const free = claims.filter(isFree);
    const doubtful = claims.filter((claim) => !isFree(claim));
    const judged = await (canonical === 'id' ? this.judgeById(doubtful) : this.judgeByEmail(doubtful));
    return [...judged, ...free.map((claim) => this.sendable(claim))];
  }

  private sendable({ index, id = '', email, isNew }: Claim): JudgedPerson {
    const isById = this.options.canonical === 'id';
    const newEmail = isById && !isNew ? email : undefined;
    return { index, person: isById ? id : email, verdict: { kind: 'send' }, newEmail };
  }

  /** Everybody at Customer.io, when they are few against those who are to be sent; most often: nobody yet. */
  private async list(): Promise<ProfileDirectory | undefined> {
    const { expected, observer } = this.options;
    if (expected < LISTED_FROM) return undefined;
    observer.observe({ kind: 'step', text: 'Looking at who is at Customer.io' });
    try {
      return await this.listAtMost(expected / ASKED_PER_REQUEST);
    } catch (error) {
      // A workspace that does not take this question can still be asked for each person.
      if (!isRefusal(error)) throw error;
      return undefined;
    }
  }

  private async listAtMost(pagesMax: number): Promise<ProfileDirectory | undefined> {
    const { keySeed, profiles, signal } = this.options;
    const directory = new ProfileDirectory(keySeed);
    let pages = 0;
    for await (const people of profiles.everybody(signal)) {
      if (pages > pagesMax) return undefined;
      directory.add(people);
      pages += 1;
    }
    return directory;
  }

  /** New people are sent as they are without an App API key; a change could be lost, or become a second person. */
  private unchecked(claims: readonly Claim[]): readonly JudgedPerson[] {
    const { moves } = this.options;
    return claims.map(({ index, id = '', email, isNew }) => {
      const isChange = moves.has(email) || !isNew;
      const person = this.options.canonical === 'id' ? id : email;
      return { index, person, verdict: { kind: isChange ? 'unchecked' : 'send' }, newEmail: undefined };
    });
  }

  private async judgeById(claims: readonly Claim[]): Promise<readonly JudgedPerson[]> {
    const { allowsEmailUpdate } = this.options;
    const owners = await this.find(
      claims.map(({ email }) => email),
      'email',
    );
    // Where the workspace lets addresses change under an id, new people need not be asked for twice.
    const isOpen = ({ email, isNew }: Claim): boolean => {
      const owner = owners.get(email);
      return owner === undefined ? !isNew || !allowsEmailUpdate : owner.identifiers.id === undefined;
    };
    const own = await this.find(
      claims.filter(isOpen).map(({ id }) => id ?? ''),
      'id',
    );
    return claims.map(({ index, id = '', email, isNew }) => {
      const profiles = { owner: owners.get(email), own: own.get(id) };
      const verdict = judgeById({ id, email, ...profiles });
      const isChange = !isNew || verdict.kind === 'by_cio_id';
      return { index, person: id, verdict, newEmail: isChange ? email : undefined };
    });
  }

  private async judgeByEmail(claims: readonly Claim[]): Promise<readonly JudgedPerson[]> {
    const { moves } = this.options;
    const owners = await this.find(
      claims.map(({ email }) => email),
      'email',
    );
    const byId = await this.find(
      claims.flatMap(({ id }) => id ?? []),
      'id',
    );
    const byFormer = await this.find(
      claims.flatMap(({ email }) => moves.get(email) ?? []),
      'email',
    );
    return claims.map(({ index, id, email }) => {
      const former = (id === undefined ? undefined : byId.get(id)) ?? byFormer.get(moves.get(email) ?? '');
      const verdict = judgeByEmail({ email, id, owner: owners.get(email), former });
      const isChange = verdict.kind === 'by_cio_id';
      return { index, person: email, verdict, newEmail: isChange ? email : undefined };
    });
  }

  private claimsIn(batch: OutgoingBatch): readonly Claim[] {
    const { canonical } = this.options;
    const claims: Claim[] = [];
    for (let index = 0; index < batch.items.length; index += 1) {
      const item = Buffer.from(batch.items.item(index));
      if (!item.includes(EMAIL_MARK)) continue;
      const { identifiers, attributes } = JSON.parse(item.toString('utf8')) as ItemParts;
      const { id, email } = { ...attributes, ...identifiers };
      const isNew = batch.isNew[index] === 1;
      // A guest goes by the address alone, and whoever is known under the address gets no new identifier.
      const isClaim =
        canonical === 'id' ? identifiers['id'] !== undefined : this.isClaimed(String(email), attributes);
      if (isClaim && typeof email === 'string') {
        claims.push({ index, id: typeof id === 'string' ? id : undefined, email, isNew });
      }
    }
    return claims;
  }

  private isClaimed(email: string, attributes: ItemParts['attributes']): boolean {
    return attributes['id'] !== undefined || this.options.moves.has(email);
  }

  /** A workspace that does not tell people apart by this kind of identifier knows nobody by it. */
  private async find(keys: readonly string[], by: 'id' | 'email'): Promise<ProfilesByPerson> {
    const asked = keys.filter((key) => key !== '');
    if (asked.length === 0 || this.unknownKinds.has(by)) return NOBODY;
    try {
      return new ProfilesByPerson(await this.options.profiles.profiles(asked, by, this.options.signal), by);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.unknownKinds.add(by);
      return NOBODY;
    }
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof MillraceError && error.code === 'app_api_refused';
}

interface ItemParts {
  readonly identifiers: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}
