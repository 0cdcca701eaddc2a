import type { SandboxRequest } from '../http/sandbox-request.ts';

/** Why a request that a browser may have been led to is refused. */
export type Foreign = 'from_another_machine' | 'unknown_host' | 'from_another_site';

const IP_ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/i;

/**
 * Pages and admin calls are for people at this machine. A website that such a person visits must neither
 * read them nor send their forms: not under a name that it lets point here, not from its own pages.
 */
export function foreignness(request: SandboxRequest, listeningHost: string): Foreign | undefined {
  if (!request.isFromLoopback) return 'from_another_machine';
  if (!isKnownHost(request.headers.host, listeningHost)) return 'unknown_host';
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead && comesFromElsewhere(request)) return 'from_another_site';
  return undefined;
}

/** A form has to show where it comes from; programs that say nothing have no business with forms. */
export function isFromOwnPage({ headers }: SandboxRequest): boolean {
  const { origin, host } = headers;
  if (origin !== undefined) return isOwnOrigin(origin, host);
  return headers['sec-fetch-site'] === 'same-origin';
}

function comesFromElsewhere({ headers }: SandboxRequest): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  const isOtherSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  return isOtherSite || (origin !== undefined && !isOwnOrigin(origin, host));
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

/** An address cannot be made to point elsewhere; of names only those that are always this machine, or were chosen. */
function isKnownHost(host: string | undefined, listeningHost: string): boolean {
  if (host === undefined) return true;
  const name = host.toLowerCase().replace(/:\d*$/, '');
  const isLocalName = name === 'localhost' || name.endsWith('.localhost');
  return isLocalName || IP_ADDRESS.test(name) || name === listeningHost.toLowerCase();
}
