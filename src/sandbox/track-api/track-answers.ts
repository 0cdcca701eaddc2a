import type { Problem } from '../checks/problem.ts';
import { type Answer, trackAnswer } from '../http/answer.ts';
import type { Refusal } from '../http/intake.ts';

/** What every success is answered with, as recorded: an empty object and a newline. */
export function trackSuccess(): Answer {
  return trackAnswer(200, '{}\n');
}

/** v1 lists all messages at once, indented, as captured by rudder-server (case 26). */
export function v1Refusal(status: number, problems: readonly Problem[]): Answer {
  const errors = problems.map((problem) => problem.message);
  return trackAnswer(status, `${JSON.stringify({ meta: { errors } }, null, 2)}\n`);
}

/** The merge of v1 has a single message under another name (case 65). */
export function v1MergeRefusal(status: number, problems: readonly Problem[]): Answer {
  const error = problems.map((problem) => problem.message).join('; ');
  return trackAnswer(status, `${JSON.stringify({ meta: { error } }, null, 2)}\n`);
}

/** v2: an entity, or a batch that is refused whole (cases 72, 84). */
export function v2Refusal(status: number, problems: readonly Problem[]): Answer {
  return trackAnswer(status, `${JSON.stringify({ errors: problems.map(problemView) })}\n`);
}

/** v2: a batch of which some items are refused (case 81). The other status is 200, seen by Segment's engineers. */
export function v2PartialRefusal(status: 200 | 207, refusals: readonly Refusal[]): Answer {
  const errors = refusals.map(({ index, problem }) => ({ batch_index: index, ...problemView(problem) }));
  return trackAnswer(status, `${JSON.stringify({ errors })}\n`);
}

/** An error of the item as a whole has no field (case 83). */
function problemView({ reason, field, message }: Problem) {
  return field === '' ? { reason, message } : { reason, field, message };
}
