import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_PREFIX } from './admin-api/admin-call.ts';
import { answerAdmin } from './admin-api/admin-routes.ts';
import { APP_ROUTES } from './app-api/app-routes.ts';
import { type FaultPlan, shuffledItems } from './faults/fault-plan.ts';
import { type Answer, appError, trackAnswer } from './http/answer.ts';
import { answerOnly, type Intake, type Refusal } from './http/intake.ts';
import { REFUSALS_KEPT_MAX } from './http/request-log.ts';
import { matchRoute, type Route, type RouteMatch } from './http/router.ts';
import { readRequest, type SandboxRequest } from './http/sandbox-request.ts';
import { writeAnswer } from './http/write-answer.ts';
import type { Operation } from './operation.ts';
import { answerPage } from './pages/answer-page.tsx';
import { PIPELINES_ROUTES } from './pipelines-api/pipelines-routes.ts';
import type { SandboxCore } from './sandbox-core.ts';
import { TRACK_V1_DELIVERY_ROUTES } from './track-api/track-v1-delivery-routes.ts';
import { TRACK_V1_ROUTES } from './track-api/track-v1-routes.ts';
import { TRACK_V2_ROUTES } from './track-api/track-v2-routes.ts';

type TakeIn = (
  core: SandboxCore,
  request: SandboxRequest,
  parameters: Readonly<Record<string, string>>,
) => Intake;

const APP_INTAKES: readonly Route<TakeIn>[] = APP_ROUTES.map((route) => ({
  ...route,
  handle: (core, request, parameters) => answerOnly(() => route.handle(core, request, parameters)),
}));

const ROUTES: readonly Route<TakeIn>[] = [
  ...TRACK_V2_ROUTES,
  ...TRACK_V1_ROUTES,
  ...TRACK_V1_DELIVERY_ROUTES,
  ...APP_INTAKES,
  ...PIPELINES_ROUTES,
];

/** How far a request got. */
interface Outcome {
  /** Undefined when the connection is to be cut or left hanging. */
  readonly answer: Answer | undefined;
  readonly accepted: readonly Operation[];
  readonly refusals: readonly Refusal[];
  readonly refused: number;
  readonly dropped: number;
}

/** Everything there is to record about one request. */
interface Exchange {
  readonly request: SandboxRequest;
  readonly match: RouteMatch<TakeIn>;
  readonly intake: Intake;
  readonly plan: FaultPlan;
  readonly outcome: Outcome;
}

/**
 * One request from its first byte to its answer: read, check, ask the fault rules, apply, wait, answer,
 * record. Only the steps of the fault rules come between.
 */
export async function serveRequest(
  core: SandboxCore,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const startedAtMs = performance.now();
  const request = await readRequest(incoming);
  if (request === undefined) return;
  if (request.method !== 'GET') core.noteChange();
  if (request.path === ADMIN_PREFIX || request.path.startsWith(`${ADMIN_PREFIX}/`)) {
    await writeAnswer(outgoing, answerAdmin(core, request));
    return;
  }
  const page = answerPage(core, request);
  if (page !== undefined) {
    await writeAnswer(outgoing, request.method === 'HEAD' ? { ...page, body: '' } : page);
    return;
  }
  const match = matchRoute(ROUTES, request);
  const intake = intakeFor(core, request, match);
  const plan = core.faults.plan({ method: request.method, path: request.path, items: intake.items });
  const outcome = carryOut(core, intake, plan);
  if (plan.delayMs > 0) await sleepUnlessClosing(plan.delayMs, closing);
  const exchange = { request, match, intake, plan, outcome };
  count(core, exchange);
  log(core, exchange, performance.now() - startedAtMs);
  core.noteChange();
  await send(outgoing, plan, outcome.answer);
}

function intakeFor(core: SandboxCore, request: SandboxRequest, match: RouteMatch<TakeIn>): Intake {
  if (request.segments === undefined) {
    return answerOnly(() => refusePath(request, 400, 'the path has a broken percent-encoding'));
  }
  switch (match.kind) {
    case 'found':
      return match.route.handle(core, request, match.parameters);
    case 'wrong_method':
      return answerOnly(() => {
        const answer = refusePath(request, 405, `use ${match.allowed.join(' or ')}`);
        return { ...answer, headers: { ...answer.headers, allow: match.allowed.join(', ') } };
      });
    case 'unknown':
      return answerOnly(() => refusePath(request, 404, 'the sandbox knows no such path'));
  }
}

/** Each API has its own envelope for errors. */
function refusePath(request: SandboxRequest, status: number, message: string): Answer {
  if (request.path.startsWith('/v1/')) return appError(status, message);
  return trackAnswer(status, `${JSON.stringify({ meta: { error: message } }, null, 2)}\n`);
}

/** Applies what the plan lets through, and finds the answer. */
function carryOut(core: SandboxCore, intake: Intake, plan: FaultPlan): Outcome {
  const struck = intake.items.filter((item) => plan.refused.has(item.index));
  const refusals = [...intake.refusals, ...struck.flatMap(({ index }) => refusalOf(plan, index))];
  const isKept = (index: number) => !plan.refused.has(index) && !plan.dropped.has(index);
  const kept = shuffledItems(
    intake.items.filter((item) => isKept(item.index)),
    plan.shuffles,
  );
  const once = kept.map((item) => item.operation);
  const again = kept.filter((item) => plan.duplicated.has(item.index)).map((item) => item.operation);
  const accepted = plan.isApplied ? [...once, ...again] : [];
  core.workspace.accept(accepted);
  return {
    answer:
      plan.connection === 'answer' ? (plan.status ?? intake.answer(refusals, plan.partialStatus)) : undefined,
    accepted,
    refusals,
    refused: new Set(refusals.map((refusal) => refusal.index)).size,
    dropped: intake.items.length - struck.length - kept.length,
  };
}

function refusalOf(plan: FaultPlan, index: number): readonly Refusal[] {
  const problem = plan.refused.get(index);
  return problem === undefined ? [] : [{ index, problem }];
}

async function sleepUnlessClosing(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Cuts, hangs or answers. A hanging connection ends with the client's patience, or with the server. */
async function send(outgoing: ServerResponse, plan: FaultPlan, answer: Answer | undefined): Promise<void> {
  if (answer !== undefined) await writeAnswer(outgoing, answer);
  else if (plan.connection === 'cut') outgoing.destroy();
}

function count(core: SandboxCore, { match, plan, outcome }: Exchange): void {
  core.counters.add({
    route: match.kind === 'found' ? `${match.route.method} ${match.route.pattern}` : 'unknown',
    outcome: outcome.answer === undefined ? plan.connection : String(outcome.answer.status),
    acceptedKinds: outcome.accepted.map((operation) => operation.kind),
    refused: outcome.refused,
    silentlyDropped: outcome.dropped,
  });
}

function log(core: SandboxCore, exchange: Exchange, durationMs: number): void {
  if (core.requests.mode === 'off') return;
  const { request, intake, plan, outcome } = exchange;
  core.requests.add({
    time: new Date(core.clock.nowMs()).toISOString(),
    method: request.method,
    path: request.path,
    status: outcome.answer?.status ?? 0,
    items: intake.items.length + new Set(intake.refusals.map((refusal) => refusal.index)).size,
    refused: outcome.refused,
    bytes: request.bodyBytes,
    duration_ms: Math.round(durationMs * 10) / 10,
    faults: plan.rules,
    ...(outcome.refused > 0 ? { refusals: outcome.refusals.slice(0, REFUSALS_KEPT_MAX) } : {}),
    ...(core.requests.mode === 'bodies' ? bodiesOf(request, outcome.answer) : {}),
  });
}

/** Answers that are made while they are sent are not kept. */
function bodiesOf(request: SandboxRequest, answer: Answer | undefined) {
  const body = request.body.toString();
  if (typeof answer?.body === 'string') return { body, answer: answer.body };
  return Array.isArray(answer?.body) ? { body, answer: answer.body.join('') } : { body };
}
