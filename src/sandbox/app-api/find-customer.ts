import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import type { Switches } from '../switches.ts';

export type CustomerIdType = 'id' | 'email' | 'phone' | 'cio_id';

const CIO_PREFIX = 'cio_';

/** The `id_type` of a query: undefined where the workspace has none such, which is a 400 (case 100). */
export function readIdType(query: URLSearchParams, switches: Switches): CustomerIdType | undefined {
  const idType = query.get('id_type') ?? 'id';
  if (idType === 'phone') return switches.phoneIdentifier ? 'phone' : undefined;
  if (idType === 'email') return switches.identifiers === 'id_only' ? undefined : 'email';
  return idType === 'id' || idType === 'cio_id' ? idType : undefined;
}

/** A person as the App API refers to one; cio_ids carry the prefix here (case 102). */
export function findCustomer(
  state: WorkspaceState,
  idType: CustomerIdType,
  value: string,
): Person | undefined {
  switch (idType) {
    case 'id':
      return state.people.byId(value);
    case 'email':
      return state.people.byEmail(value);
    case 'phone':
      return state.people.byPhone(value);
    case 'cio_id':
      return value.startsWith(CIO_PREFIX) ? state.people.byCioId(value.slice(CIO_PREFIX.length)) : undefined;
  }
}
