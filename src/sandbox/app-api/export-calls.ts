import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Answer, appAnswer, appError, csvFile } from '../http/answer.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import type { RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { isJsonObject } from '../json/json-value.ts';
import { DOWNLOAD_LINK_SECONDS } from '../limits.ts';
import { secondsOf } from '../sandbox-clock.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { ExportContent, ExportRecord } from '../state/export-list.ts';
import { exportLines } from './export-lines.ts';
import { readPeopleFilter } from './people-filter.ts';
import { segmentLookup } from './segment-lookup.ts';

/** Where the links of downloads lead. */
export const DOWNLOAD_PREFIX = '/downloads/exports';

/** An account without exports answers null, as recorded. */
export function listExports(core: SandboxCore): Answer {
  const { all } = core.workspace.state().exports;
  const exports = all.length === 0 ? null : all.map((record) => exportView(core, record));
  return appAnswer(200, JSON.stringify({ exports }));
}

export function readExport(core: SandboxCore, _request: SandboxRequest, parameters: RouteParameters): Answer {
  const record = exportOf(core, parameters);
  if (record === undefined) return appError(404, 'export not found');
  return appAnswer(200, JSON.stringify({ export: exportView(core, record) }));
}

function exportOf(core: SandboxCore, parameters: RouteParameters): ExportRecord | undefined {
  return core.workspace.state().exports.get(Number(parameters['export_id']));
}

/** Pending exports report 0 entries. */
function exportView(core: SandboxCore, record: ExportRecord) {
  const isReady = isExportReady(core, record);
  const createdAt = secondsOf(record.createdAtMs);
  const updatedAt = isReady ? secondsOf(record.readyAtMs) : createdAt;
  return {
    id: record.id,
    deduplicate_id: `${record.id}:${updatedAt}`,
    type: record.type,
    failed: false,
    description: record.description,
    downloads: record.downloads,
    created_at: createdAt,
    updated_at: updatedAt,
    total: isReady ? countOf(record.content) : 0,
    user_id: 0,
    user_email: '',
    status: isReady ? 'done' : 'pending',
  };
}

function isExportReady(core: SandboxCore, record: ExportRecord): boolean {
  return core.clock.nowMs() >= record.readyAtMs;
}

function countOf(content: ExportContent): number {
  return content.kind === 'people' ? content.people.length : content.rows.length;
}

/** POST /v1/exports/customers: everyone whom the filter fits, as they are now. */
export function exportPeople(core: SandboxCore, request: SandboxRequest): Answer {
  const body = readJsonBody(request);
  if (body.trouble !== undefined) return appError(400, body.trouble);
  const state = core.workspace.state();
  const filters = isJsonObject(body.value) ? body.value['filters'] : undefined;
  const { value: isWanted, problems } = readPeopleFilter(filters, state, segmentLookup(core), 'filters');
  if (isWanted === undefined) return appError(400, problems.map(({ message }) => message).join('; '));
  const people = [...state.people.live()].filter(isWanted);
  return addExport(core, 'customers', 'Customers', { kind: 'people', people });
}

export function addExport(
  core: SandboxCore,
  type: ExportRecord['type'],
  description: string,
  content: ExportContent,
): Answer {
  const createdAtMs = core.clock.nowMs();
  const readyAtMs = createdAtMs + core.workspace.switches.exportReadyAfterMs;
  const { exports } = core.workspace.state();
  const record = exports.add({ type, description, createdAtMs, readyAtMs, content });
  return appAnswer(200, JSON.stringify({ export: exportView(core, record) }));
}

/** A link that needs no key and holds for a quarter of an hour of the sandbox's clock. */
export function linkDownload(
  core: SandboxCore,
  _request: SandboxRequest,
  parameters: RouteParameters,
): Answer {
  const record = exportOf(core, parameters);
  if (record === undefined || !isExportReady(core, record)) return appError(404, 'export not found');
  const expires = secondsOf(core.clock.nowMs()) + DOWNLOAD_LINK_SECONDS;
  const url = `${core.url}${DOWNLOAD_PREFIX}/${record.id}?expires=${expires}&signature=${signature(core, record.id, expires)}`;
  return appAnswer(200, JSON.stringify({ url }));
}

/** What a link leads to. */
export function downloadExport(
  core: SandboxCore,
  request: SandboxRequest,
  parameters: RouteParameters,
): Answer {
  const record = exportOf(core, parameters);
  const expires = Number(request.query.get('expires'));
  const isSigned =
    record !== undefined &&
    isSame(signature(core, record.id, expires), request.query.get('signature') ?? '') &&
    secondsOf(core.clock.nowMs()) < expires;
  if (!isSigned) return appError(403, 'the link is wrong or has expired');
  core.workspace.state().exports.countDownload(record.id);
  return csvFile(exportLines(core.workspace.state(), record.content));
}

function signature(core: SandboxCore, exportId: number, expires: number): string {
  const text = `${core.environmentId}:${exportId}:${expires}`;
  return createHmac('sha256', core.setup.credentials.appKey).update(text).digest('hex');
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
