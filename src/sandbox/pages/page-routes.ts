import type { Route } from '../http/router.ts';
import { campaignPage } from './campaign-page.tsx';
import { campaignsPage } from './campaigns-page.tsx';
import { clockPage } from './clock-page.tsx';
import { eventsPage } from './events-page.tsx';
import { faultsPage } from './faults-page.tsx';
import {
  changeClockByForm,
  changeFaultsByForm,
  changeRequestLogByForm,
  changeSwitchesByForm,
  defineByForm,
  type FormAction,
  resetByForm,
  setCampaignByForm,
  useSnapshotByForm,
} from './form-actions.ts';
import { messagesPage } from './messages-page.tsx';
import { notAppliedPage } from './not-applied-page.tsx';
import { overviewPage } from './overview-page.tsx';
import type { MakePage } from './page.ts';
import { peoplePage } from './people-page.tsx';
import { personPage } from './person-page.tsx';
import { requestPage } from './request-page.tsx';
import { requestsPage } from './requests-page.tsx';
import { segmentPage } from './segment-page.tsx';
import { segmentsPage } from './segments-page.tsx';
import { switchesPage } from './switches-page.tsx';

/** A page; or a form, with the page that it is on. */
export type PageHandler =
  | { readonly kind: 'page'; readonly make: MakePage }
  | {
      readonly kind: 'form';
      readonly act: FormAction;
      readonly page: MakePage;
      readonly path: string | undefined;
    };

type PageRoute = Route<PageHandler>;

function page(pattern: string, summary: string, make: MakePage): PageRoute {
  return { method: 'GET', pattern, summary, handle: { kind: 'page', make } };
}

/** `path`: where to go on, where that is not the form's own address. */
function form(pattern: string, summary: string, act: FormAction, on: MakePage, path?: string): PageRoute {
  return { method: 'POST', pattern, summary, handle: { kind: 'form', act, page: on, path } };
}

/** The pages for people. None of their paths is one of Customer.io's. */
export const PAGE_ROUTES: readonly PageRoute[] = [
  page('/', 'overview: how much there is, what came last, what went wrong', overviewPage),
  page('/people', 'people, with a search', peoplePage),
  page('/people/:cio_id', 'profile of a person and what happened to it', personPage),
  page('/events', 'events as they arrive', eventsPage),
  page('/segments', 'segments with their conditions in words', segmentsPage),
  page('/segments/:id', 'members of a segment', segmentPage),
  form('/segments', 'define segments and campaigns', defineByForm, segmentsPage),
  page('/campaigns', 'campaigns with their journeys', campaignsPage),
  page('/campaigns/:id', 'one campaign: its way, journeys, messages', campaignPage),
  form('/campaigns', 'define segments and campaigns', defineByForm, campaignsPage),
  form('/campaigns/:id', 'start or stop a campaign', setCampaignByForm, campaignPage),
  page('/messages', 'messages that would have been sent', messagesPage),
  page('/not-applied', 'what was accepted and did not happen', notAppliedPage),
  page('/requests', 'the request log', requestsPage),
  page('/requests/:number', 'one request, with bodies when they are kept', requestPage),
  form('/requests', 'how much the request log keeps; empty it', changeRequestLogByForm, requestsPage),
  page('/faults', 'fault rules in force', faultsPage),
  form('/faults', 'add or remove a fault rule', changeFaultsByForm, faultsPage),
  page('/switches', 'switches with the basis of their defaults', switchesPage),
  form('/switches', 'set the switches', changeSwitchesByForm, switchesPage),
  page('/clock', 'clock, snapshots and reset', clockPage),
  form('/clock', 'move, set or speed up the clock', changeClockByForm, clockPage),
  form('/snapshots', 'take or restore a snapshot', useSnapshotByForm, clockPage, '/clock'),
  form('/reset', 'forget everything', resetByForm, clockPage, '/clock'),
];
