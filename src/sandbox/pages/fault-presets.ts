import type { FaultRuleInput } from '../faults/fault-rule.ts';

type Action = FaultRuleInput['action'];

export interface FaultPreset {
  readonly label: string;
  readonly action: Action;
}

const GATEWAY_PAGE = '<html><body><h1>502 Bad Gateway</h1></body></html>';

/** The faults a form offers, from the lost answer to the quiet ones. */
export const FAULT_PRESETS: Readonly<Record<string, FaultPreset>> = {
  'lost-answer': { label: 'Answer lost after the commit', action: { kind: 'drop-after-commit' } },
  cut: { label: 'Connection cut, nothing applied', action: { kind: 'drop-before' } },
  hang: { label: 'Never answers', action: { kind: 'hang' } },
  slow: { label: 'Slow: two seconds', action: { kind: 'delay', delayMs: 2000 } },
  'too-many': { label: '429 without Retry-After', action: { kind: 'status', status: 429 } },
  'too-many-wait': {
    label: '429 with Retry-After: 5',
    action: { kind: 'status', status: 429, headers: { 'retry-after': '5' } },
  },
  'server-error': { label: '500', action: { kind: 'status', status: 500 } },
  'server-error-applied': {
    label: '500, although it was applied',
    action: { kind: 'status', status: 500, applied: true },
  },
  'bad-gateway': {
    label: '502 with an HTML page',
    action: { kind: 'status', status: 502, headers: { 'content-type': 'text/html' }, body: GATEWAY_PAGE },
  },
  'partly-refused': { label: 'Items refused with 207', action: { kind: 'reject-items', status: 207 } },
  'quietly-refused': { label: 'Items refused with 200', action: { kind: 'reject-items', status: 200 } },
  'silent-drop': { label: 'Items forgotten after a 200', action: { kind: 'silent-drop' } },
  twice: { label: 'Items applied twice', action: { kind: 'duplicate-apply' } },
  shuffle: { label: 'Items applied in another order', action: { kind: 'shuffle' } },
};
