import type { ConsentTarget } from '../consent/consent-target.ts';
import type { FaultLimit } from '../guard/fault-threshold.ts';
import type { RadiusLimits } from '../guard/radius-limits.ts';
import type { RemovalLimit } from '../guard/removal-limit.ts';
import type { AcceptableCode } from '../identity/conflict.ts';
import type { KeyKind } from '../identity/key-hash.ts';
import type { ReadPhone } from '../identity/phone.ts';
import type { Journey } from '../journeys/journey.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { Acceptance } from './acceptance.ts';
import type { CaptureRule } from './capture-rule.ts';
import type { GonePolicy } from './removed.ts';
import type { YamlFile } from './yaml-file.ts';

/** The one identifier that every operation is sent with. */
export type CanonicalIdentifier = 'id' | 'email';

export type FieldType =
  | 'string'
  | 'integer'
  | 'decimal'
  | 'boolean'
  | 'timestamp'
  | 'date'
  | 'string_list'
  | 'json'
  | 'email'
  | 'phone';

export type WhenNull = 'keep' | 'clear' | 'reject';
export type TimeFormat = 'datetime' | 'unix_seconds' | 'unix_milliseconds' | 'unix_microseconds';
export type AmbiguousTime = 'reject' | 'earlier' | 'later';
export type LatePolicy = 'hold' | 'send' | 'drop';
/** What a backfill of an event may do: send old events, bring people's attributes up to date, nothing. */
export type BackfillPolicy = 'historical' | 'attributes_only' | 'forbidden';
/** What becomes of a row whose person nobody knows. */
export type UnresolvedPolicy = 'hold' | 'refuse' | 'anonymous';
/** What becomes of a row that has an e-mail address of nobody with an id. */
export type GuestPolicy = 'by_email' | 'hold' | 'refuse';

/** A column that holds a key of a person: an identifier, or whatever the identities say belongs to one. */
export interface KeyColumn {
  readonly kind: KeyKind;
  readonly column: string;
}

/** How a column writes a time. */
export interface TimeRule {
  readonly timeZone: string;
  /** True when the field itself names the zone, so that a TIMESTAMP column (always UTC) is a contradiction. */
  readonly isZoneOwn: boolean;
  readonly format: TimeFormat;
  readonly ambiguous: AmbiguousTime;
  /** Earliest time allowed, unix seconds. */
  readonly notBefore: number;
  /** False: a time later than now, clock skew allowed for, is a fault. */
  readonly mayBeFuture: boolean;
  /** First time (unix seconds) that is no longer allowed; earlier once the time of a run is known, see bind-fields. */
  readonly notAfter: number;
}

/** One attribute or property: a column, its type and what may stand in it. */
export interface Field {
  readonly name: string;
  readonly column: string;
  readonly type: FieldType;
  readonly whenNull: WhenNull | undefined;
  readonly oneOf: readonly string[] | undefined;
  readonly separator: string | undefined;
  readonly time: TimeRule;
  readonly means: string | undefined;
  readonly unit: string | undefined;
  /** Lists longer than this are cut. */
  readonly itemsMax?: number | undefined;
  /** Version of its definition; undefined: the model's. */
  readonly version?: number | undefined;
  /** How phone numbers are read (type phone); set when the model is about to be read. Without it: E.164 only. */
  readonly readPhone?: ReadPhone | undefined;
}

/** A column that holds somebody's consent. It goes its own way, never with the attributes. */
export interface ConsentField {
  readonly target: ConsentTarget;
  /** Its attribute in Customer.io; dotted for a topic. */
  readonly attribute: string;
  /** Column and strictness of the answer, under the name that the contract gives it. */
  readonly answer: Field;
  /** Opt-ins are written, too, when their time is newer than what Customer.io holds. */
  readonly allowsOptIn: boolean;
  /** Column of when the answer was given. */
  readonly answeredAt: Field | undefined;
}

interface ModelBase {
  /** Name of the file without its ending. */
  readonly name: string;
  readonly file: string;
  readonly sqlFile: string;
  readonly sql: string;
  readonly means: string | undefined;
  readonly tags: readonly string[];
  /** Not finished: it goes to sandboxes only, and its definitions may change. */
  readonly isDraft: boolean;
  /** Version of its definitions; grows when somebody says that their meaning changes. */
  readonly version: number;
  readonly ignoreColumns: readonly string[];
  readonly timeZone: string;
  /** Rules of the linter that need not hold somewhere in this file. */
  readonly acceptances: readonly Acceptance[];
  /** When the service runs it; undefined: as the project says. */
  readonly schedule: Schedule | undefined;
  /** How changed rows are found. */
  readonly capture: CaptureRule;
  /** How many faults stop a run. */
  readonly faultLimit: FaultLimit;
  /** How much one run may change. */
  readonly radiusLimits: RadiusLimits;
  /** SHA-256 (hex) over the query and everything that decides what is sent. */
  readonly definitionHash: string;
}

export interface PeopleModel extends ModelBase {
  readonly kind: 'people';
  /** Column of the canonical identifier; undefined when people are named by other keys only. */
  readonly keyColumn: string | undefined;
  /** Columns of other keys, in the order of the file. */
  readonly keys: readonly KeyColumn[];
  readonly unresolved: UnresolvedPolicy;
  readonly guests: GuestPolicy | undefined;
  /** Everything that is sent: further identifiers first, then the attributes in the order of the file. */
  readonly attributes: readonly Field[];
  /** What becomes of people whose row is gone. */
  readonly removed: GonePolicy;
  /** The attributes with a consent role. */
  readonly consents: readonly ConsentField[];
}

export interface EventModel extends ModelBase {
  readonly kind: 'event';
  readonly event: string;
  /** Columns of the natural key, in the order that makes the id. */
  readonly eventIdColumns: readonly string[];
  readonly occurredAt: Field;
  /** Columns that name the person: the canonical identifier first, then in the order of the file. */
  readonly person: readonly KeyColumn[];
  readonly unresolved: UnresolvedPolicy;
  readonly guests: GuestPolicy | undefined;
  /** How long after it happened an event may still be sent when it waited for its person. */
  readonly holdForSeconds: number;
  readonly late: LatePolicy;
  readonly liveWithinSeconds: number;
  /** An event leaves only when the attributes of its person, sent in the same run, are seen at Customer.io. */
  readonly settlesBefore: boolean;
  readonly backfill: BackfillPolicy;
  /** At most one event for each key in each window of this length. */
  readonly throttleSeconds: number | undefined;
  readonly properties: readonly Field[];
}

/** One row a cart; makes an event of a cart that was left alone. */
export interface AbandonmentModel extends ModelBase {
  readonly kind: 'abandonment';
  readonly event: string;
  /** Columns of the cart's key. */
  readonly cartColumns: readonly string[];
  /** When the cart was last changed; undefined for sources that do not know. */
  readonly lastActivityAt: Field | undefined;
  /** For those: columns whose change is the activity. */
  readonly observedColumns: readonly string[];
  /** When the cart was bought. */
  readonly convertedAt: Field | undefined;
  /** When its person last ordered anything. */
  readonly supersededAt: Field | undefined;
  /** The same, by a query of its own. */
  readonly orders: OrdersQuery | undefined;
  readonly emptiness: Emptiness | undefined;
  readonly afterSeconds: number;
  readonly notAfterSeconds: number;
  /** Columns that name the person: the canonical identifier first, then in the order of the file. */
  readonly person: readonly KeyColumn[];
  readonly unresolved: UnresolvedPolicy;
  readonly guests: GuestPolicy | undefined;
  readonly late: LatePolicy;
  readonly liveWithinSeconds: number;
  /** An event leaves only when the attributes of its person, sent in the same run, are seen at Customer.io. */
  readonly settlesBefore: boolean;
  readonly properties: readonly Field[];
}

/** Orders of people, which end the sessions of their carts. */
export interface OrdersQuery {
  readonly sql: string;
  readonly person: readonly KeyColumn[];
  readonly orderedAt: Field;
}

/** How a row says that its cart is empty: by a flag, or by a number of items that is 0. */
export interface Emptiness {
  readonly column: string;
  readonly how: 'flag' | 'count';
}

/** Models that make events. */
export type EventMakingModel = EventModel | AbandonmentModel;

export function makesEvents(model: Model): model is EventMakingModel {
  return model.kind === 'event' || model.kind === 'abandonment';
}

/** Which keys belong to one person; a row for each person, or several. */
export interface IdentitiesModel extends ModelBase {
  readonly kind: 'identities';
  /** Column of the canonical identifier. */
  readonly keyColumn: string;
  readonly keys: readonly KeyColumn[];
}

/** Kinds whose rows each stand for one thing at Customer.io that is there or not, told apart by a key; as they are sent. */
export const KEYED_KINDS = ['erasure', 'objects', 'relationships', 'devices', 'segment'] as const;
export type KeyedKind = (typeof KEYED_KINDS)[number];

/** What the rows of a kind are called. */
export const KEYED_NOUNS: Readonly<Record<KeyedKind, { readonly one: string; readonly many: string }>> = {
  erasure: { one: 'person', many: 'people' },
  objects: { one: 'object', many: 'objects' },
  relationships: { one: 'relationship', many: 'relationships' },
  devices: { one: 'device', many: 'devices' },
  segment: { one: 'member', many: 'members' },
};

/** What becomes of something delivered whose row is gone. */
export type RemovedPolicy = 'nothing' | 'remove';

export interface KeyedModel extends ModelBase {
  readonly kind: KeyedKind;
  /** What at Customer.io the rows are about: the type of object, the segment; what an erasure does. Empty for devices. */
  readonly target: string;
  /** Column of the id beside the person: the object's, or the device's token. Undefined for members. */
  readonly idColumn: string | undefined;
  /** Columns that name the person: the canonical identifier first. None for objects. */
  readonly person: readonly KeyColumn[];
  readonly unresolved: UnresolvedPolicy;
  readonly attributes: readonly Field[];
  readonly removed: RemovedPolicy;
  /** How many removals stop a run. */
  readonly removalLimit: RemovalLimit;
  /** More erasures than this stop a run. Undefined for what can be undone. */
  readonly maxPerRun: number | undefined;
}

/** How the things that a keyed model sends are called together: `objects 1`. */
export function collectionOf({ kind, target }: KeyedModel): string {
  return target === '' ? kind : `${kind} ${target}`;
}

export function isKeyed(model: Model): model is KeyedModel {
  return (KEYED_KINDS as readonly string[]).includes(model.kind);
}

export type Model = PeopleModel | EventModel | AbandonmentModel | IdentitiesModel | KeyedModel;

/** Connection settings as written: texts may still hold `${VARIABLE}`. */
export interface MysqlTemplate {
  readonly url: string | undefined;
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly tls: 'verify' | 'off';
  readonly tlsCaFile: string | undefined;
  readonly tlsServerName: string | undefined;
  readonly statementTimeoutSeconds: number;
}

export interface CustomerioTemplate {
  readonly region: 'us' | 'eu';
  readonly siteId: string;
  readonly apiKey: string;
  readonly trackUrl: string | undefined;
  readonly appKey: string | undefined;
  readonly appUrl: string | undefined;
  readonly appRequestsPerSecond: number;
  readonly requestsPerSecond: number;
  readonly requestsInFlight: number;
  readonly timeoutSeconds: number;
}

/** How people are told apart, as millrace.yml declares it. */
export interface IdentityRules {
  /** ISO 3166 code: whose numbers phone numbers without a country are. */
  readonly defaultCountry: string | undefined;
  /** The workspace's setting "allow updates to email using ID", which can not be read. */
  readonly allowEmailUpdate: boolean | undefined;
  /** Kinds of keys that several people may have. */
  readonly mayShare: readonly KeyKind[];
  /** Conflicts that are sent all the same. */
  readonly accept: readonly AcceptableCode[];
  /** People come to Customer.io from elsewhere too, so that not being in a model does not mean not being there. */
  readonly peopleElsewhere: boolean;
}

export interface Project {
  readonly namespace: string;
  readonly timeZone: string;
  readonly canonical: CanonicalIdentifier;
  readonly identity: IdentityRules;
  readonly mysql: MysqlTemplate;
  readonly customerio: CustomerioTemplate;
  readonly clockSkewSeconds: number;
  /** Property that marks events sent by a backfill; undefined: none does. */
  readonly backfillMarker: string | undefined;
  readonly planMaxAgeSeconds: number;
  /** Share of people (0 to 1) above which new opt-outs are remarkable. */
  readonly usualOptOutShareMax: number | undefined;
  /** When the service runs models that name no schedule. */
  readonly schedule: Schedule | undefined;
  /** Where the service answers for its health, as `host:port`; undefined: nowhere. */
  readonly serviceAddress: string | undefined;
  /** Folder of the local state, relative to millrace.yml. */
  readonly stateDirectory: string;
}

export interface Contract {
  readonly project: Project;
  readonly models: readonly Model[];
  /** What journeys.yml says of the campaigns that depend on them. */
  readonly journeys: readonly Journey[];
  /** SHA-256 (hex) over everything that decides what is sent. */
  readonly hash: string;
  /** The models' YAML files by path, to say where a problem stands. */
  readonly yamlFiles: ReadonlyMap<string, YamlFile>;
}

/** Columns of all keys by which a model names people, besides the canonical identifier of people and identities. */
export function keyColumnsOf(model: Model): readonly KeyColumn[] {
  switch (model.kind) {
    case 'people':
    case 'identities':
      return model.keys;
    case 'event':
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return model.person;
    case 'abandonment':
      return [...model.person, ...(model.orders?.person ?? [])];
  }
}

export function peopleModels(contract: Contract): readonly PeopleModel[] {
  return contract.models.filter((model) => model.kind === 'people');
}

export function eventModels(contract: Contract): readonly EventModel[] {
  return contract.models.filter((model) => model.kind === 'event');
}
