import { checkItem } from '../checks/check-item.ts';
import { invalid, type Problem, required } from '../checks/problem.ts';
import { answerOnly, type Intake, type IntakeItem, type Refusal } from '../http/intake.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import type { Route } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { jsonText } from '../json/json-text.ts';
import { isJsonArray, isJsonObject, type JsonArray, type JsonValue } from '../json/json-value.ts';
import type { TextRange } from '../json/scan-body.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { Switches } from '../switches.ts';
import { trackSuccess, v2PartialRefusal, v2Refusal } from './track-answers.ts';
import { guarded, type TrackHandler } from './track-route.ts';

/** The two calls of Track v2. */
export const TRACK_V2_ROUTES: readonly Route<TrackHandler>[] = [
  {
    method: 'POST',
    pattern: '/api/v2/batch',
    summary: 'many changes of people, objects and deliveries; each item has its own answer',
    handle: guarded(takeBatch),
  },
  {
    method: 'POST',
    pattern: '/api/v2/entity',
    summary: 'one change of a person, an object or a delivery',
    handle: guarded(takeEntity),
  },
];

/** POST /api/v2/entity: one item (cases 70 to 78). */
function takeEntity(core: SandboxCore, request: SandboxRequest): Intake {
  const { switches } = core.workspace;
  if (request.bodyBytes > switches.itemBytesMax) {
    return refusedWhole(switches.oversizeStatus, tooLarge('request', switches.itemBytesMax));
  }
  const body = readJsonBody(request);
  if (body.trouble !== undefined) return refusedWhole(400, invalid('', body.trouble));
  const checked = checkItem(body.value, switches);
  return {
    items: checked.value === undefined ? [] : [{ index: 0, operation: checked.value }],
    refusals: checked.problems.map((problem) => ({ index: 0, problem })),
    answer: (refusals) =>
      refusals.length === 0
        ? trackSuccess()
        : v2Refusal(
            400,
            refusals.map((refusal) => refusal.problem),
          ),
  };
}

/** POST /api/v2/batch: many items; valid ones are accepted beside refused ones (cases 80 to 89). */
function takeBatch(core: SandboxCore, request: SandboxRequest): Intake {
  const { switches } = core.workspace;
  if (request.bodyBytes > switches.batchBytesMax) {
    return refusedWhole(switches.oversizeStatus, tooLarge('batch', switches.batchBytesMax));
  }
  const body = readJsonBody(request);
  if (body.trouble !== undefined) return refusedWhole(400, invalid('', body.trouble));
  const batch = isJsonObject(body.value) ? body.value['batch'] : undefined;
  const problem = batchProblem(batch);
  if (problem !== undefined || !isJsonArray(batch)) return refusedWhole(400, problem ?? required('batch'));
  const mayBeOversize = request.bodyBytes > switches.itemBytesMax;
  const oversize = mayBeOversize ? oversizeItems(batch, body.text, body.scan.batchItems, switches) : NONE;
  if (oversize.size > 0 && switches.oversizeItem === 'refuse_batch') {
    return refusedWhole(switches.oversizeStatus, tooLarge('item', switches.itemBytesMax));
  }
  return checkBatch(batch, oversize, switches);
}

const NONE: ReadonlySet<number> = new Set();

function batchProblem(batch: JsonValue | undefined): Problem | undefined {
  if (batch === undefined) return required('batch', 'the body must be an object with a batch array');
  if (!isJsonArray(batch)) return invalid('batch', 'batch must be an array');
  return batch.length === 0 ? required('batch', 'batch must hold at least one item') : undefined;
}

function checkBatch(batch: JsonArray, oversize: ReadonlySet<number>, switches: Switches): Intake {
  const items: IntakeItem[] = [];
  const refusals: Refusal[] = [];
  for (const [index, item] of batch.entries()) {
    if (oversize.has(index)) {
      refusals.push({ index, problem: tooLarge('item', switches.itemBytesMax) });
      continue;
    }
    const { value, problems } = checkItem(item, switches);
    if (value !== undefined) items.push({ index, operation: value });
    for (const problem of problems) refusals.push({ index, problem });
  }
  return { items, refusals, answer: answerBatch };
}

function answerBatch(refusals: readonly Refusal[], partialStatus: 200 | 207) {
  return refusals.length === 0 ? trackSuccess() : v2PartialRefusal(partialStatus, refusals);
}

/** Items over the limit, in the bytes they were sent as (case 85's other half). */
function oversizeItems(
  batch: JsonArray,
  text: string,
  ranges: readonly TextRange[],
  switches: Switches,
): ReadonlySet<number> {
  const oversize = new Set<number>();
  for (const [index, item] of batch.entries()) {
    const range = ranges.length === batch.length ? ranges[index] : undefined;
    const itemText = range === undefined ? jsonText(item) : longText(text, range, switches.itemBytesMax);
    if (Buffer.byteLength(itemText) > switches.itemBytesMax) oversize.add(index);
  }
  return oversize;
}

const BYTES_PER_UTF16_UNIT_MAX = 3;

/** The item as sent, without the space around it; nothing where it is far too short to matter. */
function longText(text: string, range: TextRange, bytesMax: number): string {
  const isShort = (range.end - range.start) * BYTES_PER_UTF16_UNIT_MAX <= bytesMax;
  return isShort ? '' : text.slice(range.start, range.end).trim();
}

function tooLarge(what: string, bytesMax: number): Problem {
  return invalid('', `${what} cannot be larger than ${bytesMax} bytes`);
}

function refusedWhole(status: number, problem: Problem): Intake {
  return answerOnly(() => v2Refusal(status, [problem]));
}
