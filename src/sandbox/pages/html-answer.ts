import type { Answer } from '../http/answer.ts';

/** Nothing from elsewhere, no script but the page's own, no frame around it. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  // Not no-referrer: then browsers would hide the origin of the page's own forms.
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

export function htmlAnswer(status: number, html: string): Answer {
  return {
    status,
    headers: { ...SECURITY_HEADERS, 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html>\n${html}\n`,
  };
}

/** A file that the pages load. */
export function fileAnswer(contentType: string, body: string): Answer {
  return { status: 200, headers: { ...SECURITY_HEADERS, 'content-type': contentType }, body };
}

/** After a form: so that reloading the page does not send the form again. */
export function seeOther(location: string): Answer {
  return { status: 303, headers: { ...SECURITY_HEADERS, location }, body: '' };
}
