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
} as const;

export type HoldCode = keyof typeof HOLD_CODES;
