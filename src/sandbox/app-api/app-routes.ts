import { type Answer, appAnswer, appError } from '../http/answer.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import type { Route, RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { isJsonArray, isJsonObject, type JsonValue } from '../json/json-value.ts';
import { BULK_IDS_MAX } from '../limits.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { type AppHandler, guarded } from './app-route.ts';
import { CAMPAIGN_ROUTES } from './campaign-routes.ts';
import { unknownIdType, withCustomer } from './customer-answer.ts';
import { describeAttributes, describeEvents } from './data-index-calls.ts';
import {
  DOWNLOAD_PREFIX,
  downloadExport,
  exportPeople,
  linkDownload,
  listExports,
  readExport,
} from './export-calls.ts';
import { exportDeliveries } from './export-deliveries.ts';
import { findCustomer, readIdType } from './find-customer.ts';
import { readImport, startImport } from './import-calls.ts';
import { listActivities } from './list-activities.ts';
import { listRelationships } from './list-relationships.ts';
import { MESSAGE_ROUTES } from './message-routes.ts';
import { customerView, identifiersView } from './person-view.ts';
import { searchPeople } from './search-people.ts';
import { SEGMENT_ROUTES } from './segment-routes.ts';

/** What Millrace reads from the App API. */
export const APP_ROUTES: readonly Route<AppHandler>[] = [
  {
    method: 'GET',
    pattern: '/v1/customers',
    summary: 'people with an e-mail address',
    handle: guarded(findByEmail),
  },
  {
    method: 'POST',
    pattern: '/v1/customers',
    summary: 'people whom a filter of attributes and segments fits',
    handle: guarded(searchPeople),
  },
  {
    method: 'POST',
    pattern: '/v1/customers/attributes',
    summary: 'profiles of up to a hundred people',
    handle: guarded(readManyAttributes),
  },
  {
    method: 'GET',
    pattern: '/v1/customers/:customer_id/attributes',
    summary: 'profile of a person',
    handle: guarded(readAttributes),
  },
  {
    method: 'GET',
    pattern: '/v1/customers/:customer_id/activities',
    summary: 'activities of a person',
    handle: guarded(readActivitiesOfPerson),
  },
  {
    method: 'GET',
    pattern: '/v1/customers/:customer_id/relationships',
    summary: 'objects that a person is related to',
    handle: guarded(readRelationships),
  },
  {
    method: 'GET',
    pattern: '/v1/activities',
    summary: 'activities of the last thirty days',
    handle: guarded(readActivities),
  },
  {
    method: 'GET',
    pattern: '/v1/workspaces',
    summary: 'workspaces with their counts',
    handle: guarded(readWorkspaces),
  },
  {
    method: 'POST',
    pattern: '/v1/data_index/attributes',
    summary: 'describe up to a hundred attributes',
    handle: guarded(describeAttributes),
  },
  {
    method: 'POST',
    pattern: '/v1/data_index/events',
    summary: 'describe up to a hundred events',
    handle: guarded(describeEvents),
  },
  {
    method: 'GET',
    pattern: '/v1/exports',
    summary: 'exports',
    handle: guarded(listExports),
  },
  {
    method: 'POST',
    pattern: '/v1/exports/customers',
    summary: 'export the people whom a filter fits',
    handle: guarded(exportPeople),
  },
  {
    method: 'POST',
    pattern: '/v1/exports/deliveries',
    summary: 'export the messages that filters fit',
    handle: guarded(exportDeliveries),
  },
  {
    method: 'GET',
    pattern: '/v1/exports/:export_id',
    summary: 'how far an export is',
    handle: guarded(readExport),
  },
  {
    method: 'GET',
    pattern: '/v1/exports/:export_id/download',
    summary: 'a link to the file, good for fifteen minutes',
    handle: guarded(linkDownload),
  },
  {
    method: 'POST',
    pattern: '/v1/imports',
    summary: 'import a CSV file of people, events, objects or relationships, from this machine only',
    handle: guarded(startImport),
  },
  {
    method: 'GET',
    pattern: '/v1/imports/:import_id',
    summary: 'how far an import is, with links to its errors and warnings',
    handle: guarded(readImport),
  },
  {
    method: 'GET',
    pattern: `${DOWNLOAD_PREFIX}/:export_id`,
    summary: 'the file of an export; the link is the key',
    handle: downloadExport,
  },
  ...SEGMENT_ROUTES,
  ...CAMPAIGN_ROUTES,
  ...MESSAGE_ROUTES,
];

/** Nobody found is an empty list; so is an address whose plus sign was not encoded (case 98). */
function findByEmail(core: SandboxCore, request: SandboxRequest): Answer {
  const email = request.query.get('email');
  if (email === null || email === '') return appError(400, 'email is required');
  const state = core.workspace.state();
  const results = state.people.allByEmail(email).map((person) => identifiersView(state, person));
  return appAnswer(200, JSON.stringify({ results }));
}

/** 404 for a stranger, also when the id_type is the wrong one (cases 99 to 102). */
function readAttributes(core: SandboxCore, request: SandboxRequest, parameters: RouteParameters): Answer {
  return withCustomer(core, request.query, parameters['customer_id'] ?? '', (person) => {
    const customer = customerView(core.workspace.state(), person);
    return appAnswer(200, JSON.stringify({ customer }));
  });
}

/** Up to a hundred people; unknown ids are left out of the answer, not reported. */
function readManyAttributes(core: SandboxCore, request: SandboxRequest): Answer {
  const idType = readIdType(request.query, core.workspace.switches);
  if (idType === undefined) return unknownIdType(request.query);
  const body = readJsonBody(request);
  if (body.trouble !== undefined) return appError(400, body.trouble);
  const ids = readIds(body.value);
  if (ids === undefined) return appError(400, `ids must be an array of 1 to ${BULK_IDS_MAX} strings`);
  const state = core.workspace.state();
  const customers = ids
    .map((id) => findCustomer(state, idType, id))
    .filter((person) => person !== undefined)
    .map((person) => ({ customer: customerView(state, person) }));
  return appAnswer(200, JSON.stringify({ customers }));
}

function readIds(body: JsonValue): readonly string[] | undefined {
  const ids = isJsonObject(body) ? body['ids'] : undefined;
  if (!isJsonArray(ids) || ids.length === 0 || ids.length > BULK_IDS_MAX) return undefined;
  const texts = ids.filter((id) => typeof id === 'string');
  return texts.length === ids.length ? texts : undefined;
}

function readActivitiesOfPerson(
  core: SandboxCore,
  request: SandboxRequest,
  parameters: RouteParameters,
): Answer {
  return withCustomer(core, request.query, parameters['customer_id'] ?? '', (person) =>
    listActivities(core, request.query, person.serial),
  );
}

function readRelationships(core: SandboxCore, request: SandboxRequest, parameters: RouteParameters): Answer {
  return withCustomer(core, request.query, parameters['customer_id'] ?? '', (person) =>
    listRelationships(core, request.query, person),
  );
}

function readActivities(core: SandboxCore, request: SandboxRequest): Answer {
  const customerId = request.query.get('customer_id');
  if (customerId === null || customerId === '') return listActivities(core, request.query, undefined);
  return withCustomer(core, request.query, customerId, (person) =>
    listActivities(core, request.query, person.serial),
  );
}

/** The real counts are up to two hours old; these are exact. */
function readWorkspaces(core: SandboxCore): Answer {
  const state = core.workspace.state();
  const workspace = {
    id: core.environmentId,
    name: 'Millrace sandbox',
    messages_sent: core.workspace.consequences().messages.sentCount,
    billable_messages_sent: 0,
    people: state.people.liveCount,
    object_types: state.objects.typeCount,
    objects: state.objects.count,
  };
  return appAnswer(200, JSON.stringify({ workspaces: [workspace] }));
}
