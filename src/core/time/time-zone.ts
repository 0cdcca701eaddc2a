/** Seconds since 1970 as a wall clock would count them: the local date and time read as if it were UTC. */
export type LocalSeconds = number;

/** The instants (unix seconds) that a local time can mean: none in a gap, two where clocks went back. */
export type Instants = readonly [] | readonly [number] | readonly [earlier: number, later: number];

/** Knows the offsets of one IANA zone. Answers are remembered by day, for the platform's own look-up is slow. */
export interface TimeZone {
  readonly name: string;
  instantsOf(local: LocalSeconds): Instants;
  /** The one instant, far from any change of clocks; NaN near one. Quicker than `instantsOf`. */
  steadyInstant(local: LocalSeconds): number;
  /** The wall clock's reading at an instant. */
  localOf(unixSeconds: number): LocalSeconds;
}

const DAY_SECONDS = 86_400;
const UTC_NAMES = new Set(['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT']);
const zones = new Map<string, TimeZone>();

/** @throws RangeError when the platform does not know the zone. */
export function timeZone(name: string): TimeZone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = UTC_NAMES.has(name) ? utc(name) : intlZone(name);
  zones.set(name, zone);
  return zone;
}

function utc(name: string): TimeZone {
  return {
    name,
    instantsOf: (local) => [local],
    steadyInstant: (local) => local,
    localOf: (unixSeconds) => unixSeconds,
  };
}

function intlZone(name: string): TimeZone {
  const offsetAt = offsetReader(name);
  const steadyOffsets = new Map<number, number | undefined>();

  const steadyOffset = (day: number): number | undefined => {
    if (steadyOffsets.has(day)) return steadyOffsets.get(day);
    const offsets = new Set([-1, 0, 1, 2].map((days) => offsetAt((day + days) * DAY_SECONDS)));
    const [offset] = offsets;
    const steady = offsets.size === 1 ? offset : undefined;
    steadyOffsets.set(day, steady);
    return steady;
  };

  return {
    name,
    instantsOf: (local) => {
      const offset = steadyOffset(Math.floor(local / DAY_SECONDS));
      return offset === undefined ? instantsNearChange(local, offsetAt) : [local - offset];
    },
    steadyInstant: (local) => local - (steadyOffset(Math.floor(local / DAY_SECONDS)) ?? Number.NaN),
    localOf: (unixSeconds) => {
      const offset = steadyOffset(Math.floor(unixSeconds / DAY_SECONDS));
      return unixSeconds + (offset ?? offsetAt(unixSeconds));
    },
  };
}

/** Every offset in use around this time is tried; those that lead back to the same wall clock are meant. */
function instantsNearChange(local: LocalSeconds, offsetAt: (unixSeconds: number) => number): Instants {
  const candidates = new Set([-1, 0, 1].map((days) => offsetAt(local + days * DAY_SECONDS)));
  const instants = [...candidates]
    .map((offset) => local - offset)
    .filter((instant) => instant + offsetAt(instant) === local)
    .sort((a, b) => a - b);
  const [earlier, later] = instants;
  if (earlier === undefined) return [];
  return later === undefined ? [earlier] : [earlier, later];
}

/** Offset of local time from UTC in seconds, positive east of Greenwich. */
function offsetReader(name: string): (unixSeconds: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  return (unixSeconds) => {
    const text = format.format(unixSeconds * 1000);
    const match = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
    if (match === null) throw new RangeError(`no offset in ${text}`);
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = match;
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return sign === '-' ? -size : size;
  };
}
