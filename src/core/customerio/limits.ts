/** Customer.io's limits, in bytes of UTF-8. Source: Track API description and "invalid API requests" page. */
export const ATTRIBUTES_PER_PERSON_MAX = 300;
export const ATTRIBUTE_NAME_BYTES_MAX = 150;
export const ATTRIBUTE_VALUE_BYTES_MAX = 1000;
export const IDENTIFIER_BYTES_MAX = 150;
/** People named in one request about a segment. */
export const SEGMENT_IDS_MAX = 1000;
export const EVENT_NAME_BYTES_MAX = 100;

/** "32kb" and "500kb" are read as the smaller of the two meanings of kb. */
export const ITEM_BYTES_MAX = 32_000;
export const REQUEST_BYTES_MAX = 500_000;
