import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { LoggedRequest } from '../http/request-log.ts';
import { asDescribed } from './as-described.ts';

type Schema = Readonly<Record<string, unknown>>;

interface DescribedOperation {
  readonly operationId: string;
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses: Readonly<Record<string, Schema>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
}

/** One operation of the official description of the Track API. */
export interface OfficialOperation {
  readonly id: string;
  readonly method: string;
  /** With parameters as the sandbox's routes write them: /api/v1/customers/:identifier */
  readonly pattern: string;
  readonly bodySchema: Schema | undefined;
  readonly statuses: readonly string[];
}

/** The official description, as far as it can be checked against what was sent and answered. */
export interface OfficialDescription {
  readonly operations: readonly OfficialOperation[];
  readonly components: Document['components'];
  /** What about an exchange is not as described; nothing for calls that are no operations. */
  violationsOf(exchange: LoggedRequest): readonly string[];
}

const BASE = 'https://description.invalid/';

/** Statuses that operations of the description leave out, and that calls have all the same. */
const UNDESCRIBED_STATUSES: ReadonlySet<number> = new Set([
  // Redirects to the other region, throttling and too large a body stand in its prose alone.
  301, 302, 307, 308, 413, 429,
  // A form needs the key, and its description has no answer for a wrong one.
  401,
]);

/** Reads track-openapi.json. */
export function readDescription(path: string): OfficialDescription {
  const document = JSON.parse(readFileSync(path, 'utf8'), loosened) as Document;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  ajv.addSchema({ ...document, $id: BASE });
  const operations = operationsOf(document);
  return {
    operations,
    components: document.components,
    violationsOf: (exchange) => violationsOf(exchange, operations, document, ajv),
  };
}

/** Alternatives of the description overlap, so `oneOf` is read as `anyOf`. */
function loosened(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('oneOf' in value)) return value;
  const { oneOf, ...rest } = value;
  return { ...rest, anyOf: oneOf };
}

const METHODS = ['get', 'put', 'post', 'delete'];

function operationsOf(document: Document): readonly OfficialOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({
        id: operation.operationId,
        method: method.toUpperCase(),
        pattern: path.replaceAll(/\{(\w+)\}/g, ':$1'),
        bodySchema: operation.requestBody?.content?.['application/json']?.schema,
        statuses: Object.keys(operation.responses),
      })),
  );
}

function violationsOf(
  exchange: LoggedRequest,
  operations: readonly OfficialOperation[],
  document: Document,
  ajv: Ajv2020,
): readonly string[] {
  const operation = operations.find(
    ({ method, pattern }) => method === exchange.method && matches(pattern, exchange.path),
  );
  if (operation === undefined || exchange.status === 0) return [];
  const where = `${operation.id}, status ${exchange.status}`;
  return [
    ...requestViolations(operation, exchange, ajv),
    ...answerViolations(operation, exchange, document, ajv),
  ].map((violation) => `${where}: ${violation}`);
}

function matches(pattern: string, path: string): boolean {
  const parts = pattern.split('/');
  const segments = path.split('/');
  return (
    parts.length === segments.length &&
    parts.every((part, at) => (part.startsWith(':') ? segments[at] !== '' : part === segments[at]))
  );
}

/** A body that was taken has to be one that the description allows. */
function requestViolations(
  operation: OfficialOperation,
  exchange: LoggedRequest,
  ajv: Ajv2020,
): readonly string[] {
  const isTaken = exchange.status >= 200 && exchange.status < 300;
  if (!isTaken || operation.bodySchema === undefined) return [];
  const validate = compiled(
    ajv,
    pointerTo(operation, ['requestBody', 'content', 'application/json', 'schema']),
  );
  const refused = refusedIndexes(exchange);
  const body = asDescribed(operation.id, JSON.parse(exchange.body ?? 'null'), refused);
  return validate(body) ? [] : [`the body was taken: ${ajv.errorsText(validate.errors)}`];
}

/** The items of a batch that were not taken. */
function refusedIndexes({ answer = '{}' }: LoggedRequest): ReadonlySet<number> {
  const errors = (parsed(answer) as { errors?: readonly { batch_index?: number }[] } | undefined)?.errors;
  return new Set((errors ?? []).map((error) => error.batch_index ?? -1));
}

function answerViolations(
  operation: OfficialOperation,
  { status, answer = '' }: LoggedRequest,
  document: Document,
  ajv: Ajv2020,
): readonly string[] {
  if (UNDESCRIBED_STATUSES.has(status)) return [];
  // Some operations leave out the refusal that all have.
  const isUsualRefusal = status === 400 && !operation.statuses.includes('400');
  if (!isUsualRefusal && !operation.statuses.includes(String(status))) return ['the status is not described'];
  const path = isUsualRefusal
    ? ['components', 'responses', '400']
    : [...operationPath(operation), 'responses', String(status)];
  const response = resolved(document, path);
  if (response.schema !== undefined) {
    const validate = compiled(ajv, toPointer([...response.path, 'content', 'application/json', 'schema']));
    return validate(answerAsDescribed(operation.id, parsed(answer)))
      ? []
      : [`the answer is not as described: ${ajv.errorsText(validate.errors)}`];
  }
  const isEmptyObject = answer === '{}\n';
  return status !== 200 || isEmptyObject ? [] : [`a success is an empty object, not ${answer}`];
}

/** The sandbox is at home elsewhere than Customer.io. */
function answerAsDescribed(operationId: string, answer: unknown): unknown {
  if (operationId !== 'getRegion' || typeof answer !== 'object') return answer;
  return { ...answer, url: 'https://track.customer.io' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Follows a reference to a shared response. */
function resolved(document: Document, path: readonly string[]) {
  const found = at(document, path);
  const reference = found?.['$ref'];
  const target = typeof reference === 'string' ? reference.slice(2).split('/') : path;
  const content = at(document, [...target, 'content', 'application/json']);
  return { path: target, schema: content?.['schema'] };
}

function at(document: Document, path: readonly string[]): Schema | undefined {
  return path.reduce<unknown>((part, name) => (part as Schema | undefined)?.[name], document) as
    | Schema
    | undefined;
}

function operationPath({ pattern, method }: OfficialOperation): readonly string[] {
  return ['paths', pattern.replaceAll(/:(\w+)/g, '{$1}'), method.toLowerCase()];
}

function pointerTo(operation: OfficialOperation, rest: readonly string[]): string {
  return toPointer([...operationPath(operation), ...rest]);
}

function toPointer(path: readonly string[]): string {
  return path
    .map((name) => `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('');
}

function compiled(ajv: Ajv2020, pointer: string): ValidateFunction {
  const reference = `${BASE}#${pointer}`;
  return ajv.getSchema(reference) ?? ajv.compile({ $ref: reference });
}
