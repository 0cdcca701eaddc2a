import { checkPathIdentifier } from '../checks/check-identifiers.ts';
import { type Checked, invalid, type Problem } from '../checks/problem.ts';
import type { Answer } from '../http/answer.ts';
import { answerOnly, type Intake } from '../http/intake.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import type { RouteParameters } from '../http/router.ts';
import { isJsonObject, type JsonObject } from '../json/json-value.ts';
import { BODY_BYTES_READ_MAX } from '../limits.ts';
import type { Operation, PersonKey } from '../operation.ts';
import type { Switches } from '../switches.ts';
import { trackSuccess, v1Refusal } from './track-answers.ts';
import type { TrackHandler } from './track-route.ts';

/** How a call of v1 answers. */
export interface V1Answers {
  readonly success: () => Answer;
  readonly refuse: (status: number, problems: readonly Problem[]) => Answer;
}

const USUAL: V1Answers = { success: trackSuccess, refuse: v1Refusal };

export type CheckKey = (key: Checked<PersonKey>, switches: Switches) => Checked<Operation>;

export type CheckBody = (
  body: JsonObject,
  switches: Switches,
  parameters: RouteParameters,
) => Checked<Operation>;

/** A call that says everything in its path. */
export function withoutBody(check: CheckKey): TrackHandler {
  return (core, _request, parameters) => {
    const { switches } = core.workspace;
    return intakeOf(check(keyOf(parameters, switches), switches));
  };
}

/** A call with a JSON object as its body. */
export function withBody(check: CheckBody, answers: V1Answers = USUAL): TrackHandler {
  return (core, request, parameters) => {
    const { switches } = core.workspace;
    const { refuse } = answers;
    if (request.bodyBytes > BODY_BYTES_READ_MAX) {
      const problem = invalid('', `request cannot be larger than ${BODY_BYTES_READ_MAX} bytes`);
      return answerOnly(() => refuse(switches.oversizeStatus, [problem]));
    }
    const body = readJsonBody(request);
    if (body.trouble !== undefined) return answerOnly(() => refuse(400, [invalid('', body.trouble)]));
    if (!isJsonObject(body.value))
      return answerOnly(() => refuse(400, [invalid('', 'body must be a JSON object')]));
    return intakeOf(check(body.value, switches, parameters), answers);
  };
}

/** The person that the path names. */
export function keyOf(parameters: RouteParameters, switches: Switches): Checked<PersonKey> {
  return checkPathIdentifier(parameters['identifier'] ?? '', switches);
}

export function intakeOf(checked: Checked<Operation>, { success, refuse }: V1Answers = USUAL): Intake {
  return {
    items: checked.value === undefined ? [] : [{ index: 0, operation: checked.value }],
    refusals: checked.problems.map((problem) => ({ index: 0, problem })),
    answer: (refusals) => {
      if (refusals.length === 0) return success();
      return refuse(
        400,
        refusals.map((refusal) => refusal.problem),
      );
    },
  };
}
