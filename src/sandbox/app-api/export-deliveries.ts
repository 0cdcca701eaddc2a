import type { Message } from '../campaigns/message.ts';
import { type Answer, appError } from '../http/answer.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { isJsonObject, type JsonObject } from '../json/json-value.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { addExport } from './export-calls.ts';
import { readMessageFilter } from './list-messages.ts';
import { messageView } from './message-view.ts';

const COLUMNS = [
  'delivery_id',
  'campaign_id',
  'action_id',
  'type',
  'customer_id',
  'email',
  'recipient',
  'subject',
] as const;

const METRIC_COLUMNS = [
  'created',
  'attempted',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'converted',
  'failed',
];

/** POST /v1/exports/deliveries: the messages that a list of them with the same filters would show. */
export function exportDeliveries(core: SandboxCore, request: SandboxRequest): Answer {
  const body = readJsonBody(request);
  if (body.trouble !== undefined) return appError(400, body.trouble);
  if (!isJsonObject(body.value)) return appError(400, 'the body must be a JSON object of filters');
  const isWanted = readMessageFilter(core, queryOf(body.value), {});
  if (typeof isWanted === 'string') return appError(400, isWanted);
  const messages = core.workspace.consequences().messages.all().filter(isWanted);
  const state = core.workspace.state();
  return addExport(core, 'deliveries', 'Deliveries', {
    kind: 'rows',
    columns: [...COLUMNS, ...METRIC_COLUMNS],
    rows: messages.map((message) => rowOf(state, message)),
  });
}

/** The filters of an export, under the names that the list of messages has for them. */
function queryOf(filters: JsonObject): URLSearchParams {
  const { start, end, ...rest } = filters;
  const named = { ...rest, ...(start ? { start_ts: start } : {}), ...(end ? { end_ts: end } : {}) };
  const entries = Object.entries(named).map(([name, value]): [string, string] => [name, String(value)]);
  return new URLSearchParams(entries);
}

function rowOf(state: WorkspaceState, message: Message): readonly string[] {
  const view = messageView(state, message);
  const metrics = METRIC_COLUMNS.map((metric) => String(view.metrics[metric] ?? ''));
  const { id, campaign_id, action_id, type, customer_id, customer_identifiers, recipient, subject } = view;
  const { email } = customer_identifiers;
  return [
    id,
    String(campaign_id),
    String(action_id),
    type,
    customer_id ?? '',
    email ?? '',
    recipient,
    subject,
    ...metrics,
  ];
}
