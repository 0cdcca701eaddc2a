/**
 * Choices where Customer.io's behaviour is not documented and no switch was worth its while.
 * Each is made so that careless clients are caught. The documentation lists them under "assumed".
 */
export const FIXED_ASSUMPTIONS: readonly string[] = [
  'An identify that names a suppressed id or e-mail anywhere in it is ignored whole (case 40 says so of the identifier in use).',
  'Writing a person’s e-mail address in other capitals changes nothing: the first spelling stays.',
  'An e-mail address among the attributes that is no address is a failed_attribute_change.',
  'cio_id and _created_in_customerio_at among the attributes are failed_attribute_changes: both are immutable.',
  'Attributes beyond a person’s 300th are failed_attribute_changes; those that fit are applied.',
  'Event ids are compared without regard to case, as ULIDs are; the id of an event that was dropped counts as received, that of a suppressed person does not.',
  'A dropped event of an unknown person leaves a failed_event activity.',
  'A batch whose items are all invalid is answered with 207, like one with a single invalid item.',
  'The 401 body of the Track API, and the texts of v2 errors beyond the reasons "required" and "invalid".',
  'The filter of a search of people compares values without regard to case, as segments do.',
  'Imports: the columns of an event import are the identifier, name and timestamp, those of relationships the identifier, object_type_id and object_id; all others are attributes or properties, as text. An empty cell is left out. A row that repeats the identifiers of an earlier one is applied and gets a warning; a row that data_to_process leaves out is counted nowhere.',
  'An import fetches its file from this machine only, whatever the address says.',
  'Pipelines API: a userId in the form of an e-mail address is one, as in the paths of Track v1; an identify without userId and e-mail address, and an event of a group alone, ask for nothing; alias merges the previous id into the new one; createdAt becomes created_at; a page without a name is known by its address; strict mode refuses a batch whole when one call in it is wrong; messageId is no key of deduplication; the time of an identify orders nothing.',
  'A limit, cursor, activity type or id_type that the App API does not know is answered with 400.',
  'Activities of deleted people are shown with deleted=true and nothing else is then; their profile_delete is shown without it.',
  'An event shows in the activities under its own timestamp, so one older than thirty days does not show.',
  'A v1 path without a valid e-mail address is refused with 400 in an email_only workspace.',
  'Devices of people who do not exist are dropped.',
  'A merge moves all events, not the newest thirty days only; the page on merging says that older ones follow within the hour.',
  'Where phone is an identifier: its rules are those of id and e-mail, a number that is not in E.164 form among the attributes is a failed_attribute_change, and merges and the people of an object are not named by it.',
  'Two people are merged only where no identifier is set on both.',
];

/**
 * Settings under which a promise of a sender cannot be kept by anything it sends: only reading back tells.
 * test/e2e/sandbox-switches.e2e.test.ts shows each.
 */
export const OUT_OF_REACH: readonly string[] = [
  '`trackOverLimit: silent_drop`: what is sent above the limit is lost behind a 200. Millrace stays below its own `requests_per_second`; it must not be set above the limit of the workspace.',
  '`emptyAttribute: is_stored`: an attribute that is cleared is not gone, but empty.',
  '`identifierConflict: nothing_applies` in a workspace that does not allow e-mail addresses to be changed under an id: a row whose address changed does not arrive at all, with 200 for an answer. The activity log (failed_attribute_change) tells.',
];
