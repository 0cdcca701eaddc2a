import { z } from 'zod';
import { type Answer, appAnswer, appError } from '../http/answer.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import type { RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { runImport } from '../imports/run-import.ts';
import { secondsOf } from '../sandbox-clock.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { DATA_TO_PROCESS, type ImportRecord, type ImportRequest } from '../state/import-list.ts';

const common = {
  name: z.string().min(1),
  data_file_url: z.string().min(1),
  description: z.string().default(''),
};

const dataToProcess = z.enum(DATA_TO_PROCESS).default('all');

/** Each type of import has its own parameters. */
const importSchema = z.discriminatedUnion('type', [
  z.object({
    ...common,
    type: z.literal('people'),
    identifier: z.enum(['id', 'email']),
    data_to_process: dataToProcess,
  }),
  z.object({
    ...common,
    type: z.literal('event'),
    identifier: z.enum(['id', 'email']),
    data_to_process: z.enum(['all', 'only_existing']).default('all'),
  }),
  z.object({
    ...common,
    type: z.literal('object'),
    object_type_id: z.coerce.string().regex(/^[1-9]\d*$/),
    data_to_process: dataToProcess,
  }),
  z.object({
    ...common,
    type: z.literal('relationship'),
    identifier: z.enum(['id', 'email', 'cio_id']),
    data_to_process: dataToProcess,
  }),
]);

/** POST /v1/imports: answers at once; the file is fetched and applied after that. */
export function startImport(core: SandboxCore, request: SandboxRequest): Answer {
  const body = readJsonBody(request);
  if (body.trouble !== undefined) return appError(400, body.trouble);
  const parsed = z.object({ import: importSchema }).safeParse(body.value);
  if (!parsed.success) return appError(400, z.prettifyError(parsed.error));
  const record = core.workspace.state().imports.add(requestOf(parsed.data.import), core.clock.nowMs());
  void runImport(core, record);
  return appAnswer(200, JSON.stringify({ import: importView(core, record) }));
}

function requestOf(given: z.infer<typeof importSchema>): ImportRequest {
  return {
    name: given.name,
    description: given.description,
    url: given.data_file_url,
    type: given.type,
    identifier: 'identifier' in given ? given.identifier : undefined,
    objectTypeId: 'object_type_id' in given ? given.object_type_id : undefined,
    dataToProcess: given.data_to_process,
  };
}

export function readImport(core: SandboxCore, _request: SandboxRequest, parameters: RouteParameters): Answer {
  const record = core.workspace.state().imports.get(Number(parameters['import_id']));
  if (record === undefined) return appError(404, 'import not found');
  return appAnswer(200, JSON.stringify({ import: importView(core, record) }));
}

function importView(core: SandboxCore, record: ImportRecord) {
  const { request } = record;
  return {
    id: record.id,
    name: request.name,
    description: request.description,
    created_at: secondsOf(record.createdAtMs),
    updated_at: secondsOf(record.updatedAtMs),
    rows_to_import: record.rowsToImport,
    rows_imported: record.rowsImported,
    state: record.state,
    type: request.type,
    ...(request.identifier === undefined ? {} : { identifier: request.identifier }),
    data_to_process: request.dataToProcess,
    ...(isAboutPeople(request) ? { people_to_process: request.dataToProcess } : {}),
    ...(request.objectTypeId === undefined ? {} : { object_type_id: request.objectTypeId }),
    ...(record.error === undefined ? {} : { error: record.error }),
    ...reportView(core, 'error', record.errorExportId),
    ...reportView(core, 'warning', record.warningExportId),
  };
}

/** An older name of data_to_process, still sent for these two. */
function isAboutPeople({ type }: ImportRequest): boolean {
  return type === 'people' || type === 'event';
}

/** Only present where there is something to report (case 118). */
function reportView(core: SandboxCore, what: 'error' | 'warning', exportId: number | undefined) {
  if (exportId === undefined) return {};
  return {
    [`${what}_export_id`]: exportId,
    [`${what}_download_url`]: `${core.url}/v1/exports/${exportId}/download`,
  };
}
