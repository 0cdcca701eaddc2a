import { type Answer, appError } from '../http/answer.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { Person } from '../state/person.ts';
import { findCustomer, readIdType } from './find-customer.ts';

/** 404 for a stranger, also when the id_type is the wrong one; 400 for an id_type that the workspace has not (cases 100 to 102). */
export function withCustomer(
  core: SandboxCore,
  query: URLSearchParams,
  value: string,
  answer: (person: Person) => Answer,
): Answer {
  const idType = readIdType(query, core.workspace.switches);
  if (idType === undefined) return unknownIdType(query);
  const person = findCustomer(core.workspace.state(), idType, value);
  return person === undefined ? appError(404, 'customer not found') : answer(person);
}

export function unknownIdType(query: URLSearchParams): Answer {
  return appError(400, `id_type ${query.get('id_type')} is not enabled in this workspace`);
}
