import { jsonText, literalAsString } from '../json/json-text.ts';
import { isJsonObject, type JsonValue } from '../json/json-value.ts';
import { parseJson } from '../json/lossless-json.ts';
import type { EventActivity } from '../state/activity.ts';
import { Badge, Foreign } from './parts.tsx';

const PROPERTIES_SHOWN_MAX = 12;
const TEXT_SHOWN_MAX = 200;

/** The properties of an event in a line: name and value, as they were sent. */
export function EventProperties({ event }: { readonly event: EventActivity }) {
  return <Properties entries={entriesOf(event.attributes)} />;
}

type Entry = readonly [name: string, value: JsonValue];

/** The members of a JSON object, given as text. */
export function entriesOf(text: string): readonly Entry[] {
  const value = parseJson(text);
  return isJsonObject(value) ? Object.entries(value) : [];
}

export function Properties({ entries }: { readonly entries: readonly Entry[] }) {
  if (entries.length === 0) return null;
  return (
    <div class="props">
      {entries.slice(0, PROPERTIES_SHOWN_MAX).map(([name, value], index) => (
        <span key={name}>
          {index === 0 ? '' : ' · '}
          <Foreign text={name} />{' '}
          <b>
            <Foreign text={shortened(literalAsString(jsonText(value)))} />
          </b>
        </span>
      ))}
      {entries.length > PROPERTIES_SHOWN_MAX ? (
        <span class="faint"> and {entries.length - PROPERTIES_SHOWN_MAX} more</span>
      ) : null}
    </div>
  );
}

function shortened(text: string): string {
  return text.length <= TEXT_SHOWN_MAX ? text : `${text.slice(0, TEXT_SHOWN_MAX)}…`;
}

const HOUR_MS = 3_600_000;
/** Events older than this when they arrive start no journey. */
const LIVE_HOURS = 72;
/** Unix seconds beyond this, the year 5138, are milliseconds sent by mistake. */
const SECONDS_PLAUSIBLE_MAX = 100_000_000_000;

/** What an event's time means for campaigns, where it is out of the ordinary. */
export function EventAge({ event }: { readonly event: EventActivity }) {
  const atMs = event.timestamp * 1000;
  if (event.timestamp > SECONDS_PLAUSIBLE_MAX) return <Badge tone="bad">time in milliseconds</Badge>;
  if (atMs > event.receivedAtMs + HOUR_MS) return <Badge tone="warn">in the future</Badge>;
  if (atMs < event.receivedAtMs - LIVE_HOURS * HOUR_MS) {
    return <Badge tone="quiet">older than {LIVE_HOURS} h: starts no journey</Badge>;
  }
  return null;
}
