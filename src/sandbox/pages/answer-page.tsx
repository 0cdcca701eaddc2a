import type { Child } from 'hono/jsx';
import type { Answer } from '../http/answer.ts';
import { matchRoute, type RouteMatch } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { SandboxError } from '../sandbox-error.ts';
import { type Foreign, foreignness, isFromOwnPage } from './browser-check.ts';
import { DONE, type Done } from './form-actions.ts';
import { fileAnswer, htmlAnswer, seeOther } from './html-answer.ts';
import { Layout } from './layout.tsx';
import { hrefWith } from './links.ts';
import { LIVE_SCRIPT } from './live-script.ts';
import { notFoundPage } from './not-found-page.tsx';
import type { Page, PageRequest } from './page.ts';
import { PAGE_ROUTES, type PageHandler } from './page-routes.ts';
import { STYLESHEET } from './stylesheet.ts';

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f6f66"/><path d="M7 20c4-8 6-8 9 0s5 8 9 0" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>`;

const FILES: ReadonlyMap<string, Answer> = new Map([
  ['/_pages/style.css', fileAnswer('text/css; charset=utf-8', STYLESHEET)],
  ['/_pages/live.js', fileAnswer('text/javascript; charset=utf-8', LIVE_SCRIPT)],
  ['/_pages/icon.svg', fileAnswer('image/svg+xml', ICON)],
]);

/** Most requests: not looked up among the pages. */
const API_PATH = /^\/(?:api|v1)\//;

type PageMatch = RouteMatch<PageHandler>;

/**
 * The pages for people: no key, from this machine only, untouched by faults, limits and the request log.
 * Undefined for paths that are none of theirs.
 */
export function answerPage(core: SandboxCore, request: SandboxRequest): Answer | undefined {
  if (API_PATH.test(request.path)) return undefined;
  const file = FILES.get(request.path);
  const match = matchRoute(PAGE_ROUTES, {
    ...request,
    method: request.method === 'HEAD' ? 'GET' : request.method,
  });
  if (file === undefined && match.kind === 'unknown') return undefined;
  const foreign = foreignness(request, core.host);
  if (foreign !== undefined) return refusal(foreign);
  if (file !== undefined) return file;
  return answerMatch(core, request, match);
}

const REFUSALS: Readonly<Record<Foreign, string>> = {
  from_another_machine: 'The pages of the sandbox are for the machine that it runs on.',
  unknown_host:
    'Open the pages of the sandbox as localhost or 127.0.0.1, or under the host it was started with.',
  from_another_site: 'Another site sent this form. Nothing was done.',
};

/** Without the layout: it would show the workspace. */
function refusal(foreign: Foreign): Answer {
  return htmlAnswer(403, `<html lang="en"><title>Refused</title><p>${REFUSALS[foreign]}</p></html>`);
}

function answerMatch(core: SandboxCore, request: SandboxRequest, match: PageMatch): Answer {
  if (match.kind === 'unknown')
    return rendered(core, notFoundPage('overview', 'The sandbox has no such page.'));
  if (match.kind === 'wrong_method') {
    const page = notFoundPage('overview', `This page takes ${match.allowed.join(' or ')}.`);
    return rendered(core, { ...page, status: 405 });
  }
  const { handle } = match.route;
  const asked = { core, request, parameters: match.parameters };
  if (handle.kind === 'page') return rendered(core, handle.make(asked), doneNote(request));
  return answerForm(asked, handle);
}

type FormHandler = Extract<PageHandler, { kind: 'form' }>;

/** Done: on to the page, so that reloading does not do it again. Refused: the page, with what is wrong. */
function answerForm(asked: PageRequest, { act, page, path }: FormHandler): Answer {
  const { core, request, parameters } = asked;
  if (!isFromOwnPage(request)) return refusal('from_another_site');
  try {
    const done = act(core, new URLSearchParams(request.body.toString()), parameters);
    return seeOther(hrefWith(path ?? request.path, { done }));
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return withTrouble(core, page(asked), error.message);
  }
}

function withTrouble(core: SandboxCore, page: Page, message: string): Answer {
  return rendered(
    core,
    { ...page, status: 400 },
    <div class="note bad" role="alert">{`That did not work: ${message}`}</div>,
  );
}

function doneNote(request: SandboxRequest): Child {
  const done = request.query.get('done') ?? '';
  return Object.hasOwn(DONE, done) ? (
    <div class="note" role="status">
      {DONE[done as Done]}
    </div>
  ) : null;
}

function rendered(core: SandboxCore, page: Page, note: Child = null): Answer {
  const html: unknown = (<Layout core={core} page={page} note={note} />).toString();
  if (typeof html !== 'string') throw new TypeError('a page of the sandbox waits for something');
  return htmlAnswer(page.status ?? 200, html);
}
