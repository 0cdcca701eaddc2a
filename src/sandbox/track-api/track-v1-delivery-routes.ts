import { checkMetric, checkPushEvent, checkUnsubscribe } from '../checks/check-delivery.ts';
import { checkForm } from '../checks/check-form.ts';
import { trackAnswer } from '../http/answer.ts';
import type { Route } from '../http/router.ts';
import { v1Refusal } from './track-answers.ts';
import { guarded, paced, type TrackHandler } from './track-route.ts';
import { withBody } from './v1-intake.ts';

/** The calls of Track v1 that come from forms, from messages and from what became of them. */
export const TRACK_V1_DELIVERY_ROUTES: readonly Route<TrackHandler>[] = [
  {
    method: 'POST',
    pattern: '/api/v1/forms/:form_id/submit',
    summary: 'a filled form: adds or updates the person it names',
    handle: guarded(withBody(checkForm, { success: () => trackAnswer(204, ''), refuse: v1Refusal })),
  },
  {
    method: 'POST',
    pattern: '/api/v1/metrics',
    summary: 'what became of a message (no key needed)',
    handle: paced(withBody(checkMetric)),
  },
  {
    method: 'POST',
    pattern: '/api/v1/push/events',
    summary: 'what became of a push message; deprecated (no key needed)',
    handle: paced(withBody(checkPushEvent)),
  },
  {
    method: 'POST',
    pattern: '/unsubscribe/:delivery_id',
    summary: 'unsubscribe the person who got a message (no key needed)',
    handle: paced(withBody(checkUnsubscribe)),
  },
];
