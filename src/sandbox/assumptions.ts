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
  'Segments: values that are numbers on both sides compare as numbers, all others as text; text is neither above nor below a number; null and "" count as absent. A timestamp is a whole number of unix seconds of at most eleven digits, zero included.',
  'Segments: "within the past N days" holds while the time is less than N days old and not in the future; at N days sharp "more than N days ago" holds instead.',
  'A segment or campaign that is added to a workspace with people starts no journeys of those who match already, unless its current_people says enter.',
  'An event’s age counts when it is applied; at 72 hours sharp it still triggers.',
  'In a campaign that segments trigger, the filter counts as part of the trigger: people enter when both hold, whichever comes last. Without a word in its definition a campaign is left at the goal, and when filter or trigger no longer hold.',
  'A journey that waits for a timestamp in the future counts as started when that time has come (case 122).',
  'A goal counts by an event whose own time is not before the journey began, and converts within the goal’s span after the last message that was sent.',
  'Journeys and messages are counted by hours, days, weeks from Monday on, and months of UTC, and only those within start and end. A journey is activated when it reaches a message.',
  'What is sent is delivered at once. A message without an address fails; of one to an unsubscribed person no delivery is made.',
  'A merge ends the journeys of the person merged away; who stays counts as having started what either had started.',
  'The names of segments are unique in any case of letters. A segment that a campaign or another segment needs cannot be deleted (400).',
  'Object and relationship triggers are listed and start no journeys.',
  'Reports to a webhook that fails are tried eight times within a minute, not for seven days; redirects are failures.',
];

/**
 * Settings under which a promise of a sender cannot be kept by anything it sends: only reading back tells.
 * test/e2e/sandbox-switches.e2e.test.ts shows each.
 */
export const OUT_OF_REACH: readonly string[] = [
  '`trackOverLimit: silent_drop`: what is sent above the limit is lost behind a 200. Millrace stays below its own `requests_per_second`; it must not be set above the limit of the workspace.',
  '`emptyAttribute: is_stored`: an attribute that is cleared is not gone, but empty.',
];
