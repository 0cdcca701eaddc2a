/**
 * Limits of the Track and App APIs. All sizes are bytes of UTF-8, as the documents say.
 * Source: the sections "Customer limits", "Track API Event limits" and "v2 API Limits" of the Track
 * API description, unless a line says otherwise. The sizes of batches and items are switches.
 */
export const IDENTIFIER_BYTES_MAX = 150;
export const ATTRIBUTE_NAME_BYTES_MAX = 150;
export const ATTRIBUTE_VALUE_BYTES_MAX = 1000;
/** Per identify call, and per person in all. */
export const ATTRIBUTES_MAX = 300;
/** Names and values of an object or a relationship together: "100 Kilobytes" in the smaller reading. */
export const OBJECT_ATTRIBUTE_BYTES_MAX = 100_000;
export const EVENT_NAME_BYTES_MAX = 100;
/** v1 only: through v2 the item limit rules first. */
export const EVENT_DATA_BYTES_MAX = 100_000;

/** "You are limited to 1000 customer IDs per request." */
export const SEGMENT_IDS_MAX = 1000;
/** POST /v1/customers/attributes takes one to a hundred ids. */
export const BULK_IDS_MAX = 100;
/** Changes of the data index in one call, and the length of a description. */
export const DATA_INDEX_CHANGES_MAX = 100;
export const DESCRIPTION_CHARACTERS_MAX = 255;
/** How long the link to a download holds. */
export const DOWNLOAD_LINK_SECONDS = 900;
/** Pages of the App API: how many by default and at most. */
export const ACTIVITIES_PER_PAGE = { byDefault: 10, max: 100 };
export const PEOPLE_PER_PAGE = { byDefault: 50, max: 1000 };
/** Not documented: the numbers of the neighbouring lists. */
export const RELATIONSHIPS_PER_PAGE = { byDefault: 50, max: 1000 };
/** The sandbox's own: a filter is tried on each of a million people. */
export const FILTER_CONDITIONS_MAX = 1000;
/** The App API guarantees activities for thirty days; the sandbox shows none that is older. */
export const ACTIVITY_DAYS_SHOWN = 30;
/** Anonymous events join a person within thirty days (case 61). */
export const ANONYMOUS_EVENT_DAYS = 30;

/** The sandbox's own: deeper nesting is refused as malformed, so that no recursion can overflow. */
export const JSON_DEPTH_MAX = 200;
/** The sandbox's own: more of a body than this is counted and thrown away. Twenty times a legal batch. */
export const BODY_BYTES_READ_MAX = 10_000_000;
/** The sandbox's own: a body longer than this is not even drained; the connection is cut. */
export const BODY_BYTES_DRAINED_MAX = 200_000_000;

const BYTES_PER_UTF16_UNIT_MAX = 3;

/** Whether the text takes more bytes of UTF-8 than allowed; counts exactly only where it matters. */
export function isLongerThan(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return true;
  return text.length * BYTES_PER_UTF16_UNIT_MAX > bytesMax && Buffer.byteLength(text) > bytesMax;
}
