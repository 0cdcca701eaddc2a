/** Why an event waits. Held events are looked at again in every run, for nothing records them as done. */
export const HOLD_CODES = {
  late: {
    reason: 'the event is older than `live_within`',
    cure: 'A journey started now would come too late. Send it with a backfill, or choose `late: send` or `drop`.',
  },
  person_unknown: {
    reason: 'no people model has delivered this person, and an event alone would create an empty profile',
    cure: 'Let the people model return this person, or mend its fault; the event then goes out in the next run.',
  },
  person_faulty: {
    reason: "this person's row is a fault in this run, so that their attributes are not up to date",
    cure: 'Events go out only after the attributes; mend the fault of the people model, and the event goes out in the next run.',
  },
  person_refused: {
    reason: "this person's attributes were refused in this run, and events go out only after them",
    cure: 'See `millrace faults` for what Customer.io said about the person.',
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
} as const;

export type HoldCode = keyof typeof HOLD_CODES;
