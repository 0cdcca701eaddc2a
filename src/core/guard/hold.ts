import { CONFLICT_CODES } from '../identity/conflict.ts';

/** Why an event waits. Held events are looked at again in every run, for nothing records them as done. */
export const HOLD_CODES = {
  late: {
    reason: 'the event is older than `live_within`',
    cure: 'A journey started now would come too late. `millrace release EVENT` sends it; or choose `late: send` or `drop`.',
  },
  could_start_journey: {
    reason: 'the event is young enough to start a journey, and the backfill may send only older ones',
    cure: 'Run the same backfill again when the event is older than 73 hours.',
  },
  person_unknown: {
    reason: 'no people model has delivered this person, and an event alone would create an empty profile',
    cure: 'Let the people model return this person, or mend its fault; the event then goes out in the next run. People who come to Customer.io from elsewhere are asked for with `identity.people_elsewhere`.',
  },
  person_unchecked: {
    reason:
      'no people model has delivered this person, and Customer.io could not be asked whether it has them',
    cure: '`identity.people_elsewhere` needs an App API key in `customerio.app_key`; `millrace doctor` checks it. The next run looks again.',
  },
  person_faulty: {
    reason: "this person's row is a fault in this run, so that their attributes are not up to date",
    cure: 'Events go out only after the attributes; mend the fault of the people model, and the event goes out in the next run.',
  },
  person_erased: {
    reason: 'a model of kind erasure has deleted or suppressed this person, or does so in this run',
    cure: 'Nothing of them is sent. With `removed: release` in that model, a person whose row there is gone is sent anew.',
  },
  person_overdue: {
    reason: 'the person did not appear within `hold_for`',
    cure: 'It will not be sent as live any more. Let a people model return this person, and send it with a backfill.',
  },
  guest: {
    reason: 'the row has only an e-mail address, which belongs to nobody with an id',
    cure: 'It waits until somebody registers with it. With `guests: by_email` it is sent by address.',
  },
  person_in_conflict: {
    reason: 'whose it is can not be told: the identities contradict each other',
    cure: 'See `millrace identity report`; it goes out when the conflict is settled.',
  },
  merged_away: {
    reason: 'this person was merged into another one',
    cure: 'Nothing need be done: their events go to the other person. Remove the row from the query, or the shop.',
  },
  email_change_impossible: {
    reason: 'the e-mail address changed, and Customer.io would refuse the change in silence',
    cure: 'Give `customerio.app_key`, or switch on "allow updates to email using ID" in the workspace and declare `identity.allow_email_update: true`.',
  },
  identifier_unchecked: {
    reason: 'an identifier changed, and what Customer.io holds could not be read',
    cure: 'Mend the App API key or wait until it answers (`millrace doctor` checks it); the next run looks again.',
  },
  address_change_impossible: {
    reason: 'the person has a new address, and without an App API key it would become a second person',
    cure: 'Give `customerio.app_key`: the profile is then found and its address changed.',
  },
  person_refused: {
    reason: "this person's attributes were refused in this run, and events go out only after them",
    cure: 'See `millrace faults` for what Customer.io said about the person.',
  },
  person_unsettled: {
    reason: "this person's attributes were accepted in this run and are not seen at Customer.io yet",
    cure: '`settle_before_event` waits for them a while. The event goes out in the next run, as long as it is live.',
  },
  opt_in_unchecked: {
    reason: 'what Customer.io holds could not be read, and an opt-in is never written unseen',
    cure: 'Give an App API key as `customerio.app_key`; `millrace doctor` checks it. It is looked at again in every run.',
  },
  opt_in_row_fault: {
    reason: 'the row has a fault, and an opt-in is written only from a row that is right',
    cure: 'Mend the fault of the same person; opt-outs of such rows are sent all the same.',
  },
  opt_in_overtaken: {
    reason: 'between plan and sending Customer.io came to hold something that speaks against the opt-in',
    cure: 'Nothing to do: the next run looks again. `millrace consent drift` shows who differs.',
  },
  removals_unsure: {
    reason: 'rows name nobody, so that it can not be told whose rows are gone',
    cure: 'Mend these rows, or leave them out of the query: until then nothing is done about people who are gone.',
  },
  ...CONFLICT_CODES,
} as const;

export type HoldCode = keyof typeof HOLD_CODES;
