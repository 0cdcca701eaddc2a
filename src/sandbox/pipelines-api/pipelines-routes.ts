import { invalid, type Problem, required } from '../checks/problem.ts';
import { trackAnswer } from '../http/answer.ts';
import { answerOnly, type Intake, type IntakeItem, type Refusal } from '../http/intake.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import type { Route } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { jsonText } from '../json/json-text.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { Switches } from '../switches.ts';
import { trackSuccess, v1Refusal } from '../track-api/track-answers.ts';
import { CALL_CHECKS, CALL_KINDS, type CallKind, type CheckedCall } from './call-checks.ts';
import { isForThisWorkspace } from './integrations.ts';

type PipelinesHandler = (core: SandboxCore, request: SandboxRequest) => Intake;

const SUMMARIES: Readonly<Record<CallKind, string>> = {
  identify: 'add or update a person, by userId or by e-mail address',
  track: 'event; some names are instructions, like `User Deleted`',
  page: 'page view',
  screen: 'screen view',
  group: 'add or update an object, and relate the person to it',
  alias: 'merge two ids',
};

/** The calls of the Pipelines API, which feed the same workspace (cases 123 to 128). */
export const PIPELINES_ROUTES: readonly Route<PipelinesHandler>[] = [
  ...CALL_KINDS.map((kind) => ({
    method: 'POST',
    pattern: `/v1/${kind}`,
    summary: SUMMARIES[kind],
    handle: answering((core, request) => takeCall(kind, core, request)),
  })),
  {
    method: 'POST',
    pattern: '/v1/batch',
    summary: 'many calls, each with its `type`',
    handle: answering(takeBatch),
  },
];

/** What a body holds: operations to apply, and what is wrong with the rest. */
interface Taken {
  readonly items: readonly IntakeItem[];
  readonly refusals: readonly Refusal[];
}

/**
 * Strict mode tells what is wrong and applies nothing then. Without it every answer is a success, and what
 * is wrong is dropped (cases 124 to 127).
 */
function answering(take: (core: SandboxCore, request: SandboxRequest) => Taken): PipelinesHandler {
  return (core, request) => {
    const isStrict = request.strictMode === '1';
    if (!hasPipelinesKey(core, request)) return answerOnly(isStrict ? unauthorized : trackSuccess);
    const { items, refusals } = take(core, request);
    if (!isStrict) return { items, refusals, answer: trackSuccess };
    if (refusals.length === 0) return { items, refusals, answer: trackSuccess };
    const problems = refusals.map((refusal) => refusal.problem);
    return { items: [], refusals, answer: () => v1Refusal(400, problems) };
  };
}

/** Basic authentication with the key as the name and an empty password. */
function hasPipelinesKey(core: SandboxCore, { authorization }: SandboxRequest): boolean {
  const encoded = /^basic +([a-z0-9+/=_-]+)$/i.exec(authorization ?? '')?.[1] ?? '';
  return Buffer.from(encoded, 'base64').toString() === `${core.setup.credentials.pipelinesKey}:`;
}

function unauthorized() {
  return trackAnswer(401, `${JSON.stringify({ meta: { error: 'Unauthorized request' } }, null, 2)}\n`);
}

function takeCall(kind: CallKind, core: SandboxCore, request: SandboxRequest): Taken {
  const { switches } = core.workspace;
  if (request.bodyBytes > switches.itemBytesMax) return wrong(tooLarge('request', switches.itemBytesMax));
  const body = readJsonBody(request);
  if (body.trouble !== undefined) return wrong(invalid('', body.trouble));
  if (!isJsonObject(body.value)) return wrong(invalid('', 'body must be a JSON object'));
  return takenOf([checkCall(kind, body.value, switches)]);
}

/** Context and integrations of a batch hold for all its calls. */
function takeBatch(core: SandboxCore, request: SandboxRequest): Taken {
  const { switches } = core.workspace;
  if (request.bodyBytes > switches.batchBytesMax) return wrong(tooLarge('batch', switches.batchBytesMax));
  const body = readJsonBody(request);
  if (body.trouble !== undefined) return wrong(invalid('', body.trouble));
  const { batch, context, integrations } = isJsonObject(body.value) ? body.value : NOTHING;
  if (!isJsonArray(batch) || batch.length === 0)
    return wrong(required('batch', 'batch must be an array of calls'));
  const common = {
    ...(context === undefined ? {} : { context }),
    ...(integrations === undefined ? {} : { integrations }),
  };
  return takenOf(batch.map((call) => checkBatchCall(call, common, switches)));
}

const NOTHING: JsonObject = {};

function checkBatchCall(call: JsonValue, common: JsonObject, switches: Switches): CheckedCall {
  const refusal = (problem: Problem): CheckedCall => ({ value: undefined, problems: [problem] });
  if (!isJsonObject(call)) return refusal(invalid('', 'call must be a JSON object'));
  const kind = CALL_KINDS.find((known) => known === call['type']);
  if (kind === undefined) return refusal(invalid('type', `type must be one of ${CALL_KINDS.join(', ')}`));
  const isTooLarge = Buffer.byteLength(jsonText(call)) > switches.itemBytesMax;
  return isTooLarge
    ? refusal(tooLarge('call', switches.itemBytesMax))
    : checkCall(kind, { ...call, ...common }, switches);
}

function checkCall(kind: CallKind, call: JsonObject, switches: Switches): CheckedCall {
  const checked = CALL_CHECKS[kind](call, switches);
  const isMeant = checked.value === undefined || isForThisWorkspace(call['integrations']);
  return isMeant ? checked : { value: 'nothing', problems: [] };
}

function takenOf(calls: readonly CheckedCall[]): Taken {
  return {
    items: calls.flatMap(({ value }, index) =>
      value === undefined || value === 'nothing' ? [] : [{ index, operation: value }],
    ),
    refusals: calls.flatMap(({ problems }, index) => problems.map((problem) => ({ index, problem }))),
  };
}

function wrong(problem: Problem): Taken {
  return { items: [], refusals: [{ index: 0, problem }] };
}

function tooLarge(what: string, bytesMax: number): Problem {
  return invalid('', `${what} cannot be larger than ${bytesMax} bytes`);
}
