import type { SandboxCore } from '../sandbox-core.ts';
import { isEventActivity } from '../state/activity.ts';
import { EventTable } from './events-page.tsx';
import { NOT_APPLIED_TYPES, notAppliedCount } from './not-applied.ts';
import type { Page, PageRequest } from './page.ts';
import { Card, Head } from './parts.tsx';
import { counted, grouped } from './time-words.ts';
import { activityPage, Timeline } from './timeline.tsx';

const LATEST = 8;

/** What is in the workspace, what came last, and what went wrong. */
export function overviewPage({ core }: PageRequest): Page {
  const state = core.workspace.state();
  const nowMs = core.clock.nowMs();
  const events = activityPage(state, { types: ['event', 'page', 'screen'], limit: LATEST }).activities;
  const failures = activityPage(state, { types: NOT_APPLIED_TYPES, limit: LATEST }).activities;
  return {
    title: 'Overview',
    section: 'overview',
    content: (
      <>
        <Head
          title="Overview"
          lead="Everything that was sent here, as Customer.io would see it. Nobody is mailed."
        />
        <Tiles core={core} />
        {state.people.everCount === 0 && events.length === 0 ? <FirstSteps core={core} /> : null}
        {failures.length === 0 ? null : (
          <Card
            title="Accepted, and not applied"
            aside={<a href="/not-applied">All of them</a>}
            live="failures"
          >
            <Timeline state={state} activities={failures} nowMs={nowMs} />
          </Card>
        )}
        {events.length === 0 ? null : (
          <Card title="Latest events" aside={<a href="/events">All events</a>} live="latest-events">
            <EventTable state={state} events={events.filter(isEventActivity)} nowMs={nowMs} />
          </Card>
        )}
      </>
    ),
  };
}

function Tiles({ core }: { readonly core: SandboxCore }) {
  const state = core.workspace.state();
  const pending = core.workspace.pendingCount();
  const notApplied = notAppliedCount(state);
  const refused = core.counters.reading().items_refused;
  const { journeys, messages } = core.workspace.consequences();
  return (
    <div class="tiles" id="tiles" data-live="">
      <Tile href="/people" count={state.people.liveCount} what="people" />
      <Tile href="/events" count={state.activities.eventCount} what="events" />
      {journeys.count === 0 ? null : (
        <Tile href="/campaigns" count={journeys.count} what="journeys started" />
      )}
      {messages.count === 0 ? null : (
        <Tile href="/messages" count={messages.count} what="messages, none sent" />
      )}
      <Tile href="/not-applied" count={notApplied} what="accepted, not applied" isAlert={notApplied > 0} />
      <Tile href="/requests?only=refused" count={refused} what="items refused" isAlert={refused > 0} />
      {pending === 0 ? null : <Tile href="/clock" count={pending} what="accepted, not yet visible" />}
    </div>
  );
}

interface TileProps {
  readonly href: string;
  readonly count: number;
  readonly what: string;
  readonly isAlert?: boolean;
}

function Tile({ href, count, what, isAlert = false }: TileProps) {
  return (
    <a class={isAlert ? 'tile alert' : 'tile'} href={href}>
      <b>{grouped(count)}</b>
      <span>{what}</span>
    </a>
  );
}

/** How to send something here, for whoever opens an empty sandbox. */
function FirstSteps({ core }: { readonly core: SandboxCore }) {
  const { siteId, apiKey, appKey } = core.setup.credentials;
  const environment = [
    `CUSTOMERIO_SITE_ID=${siteId}`,
    `CUSTOMERIO_API_KEY=${apiKey}`,
    `CUSTOMERIO_APP_KEY=${appKey}`,
    `CUSTOMERIO_TRACK_URL=${core.url}`,
    `CUSTOMERIO_APP_URL=${core.url}`,
  ].join('\n');
  const call = `curl -u ${siteId}:${apiKey} -X PUT ${core.url}/api/v1/customers/1 \\\n  -d '{"email":"anna@shop.example","first_name":"Anna"}'`;
  return (
    <Card title="Send something here" aside={counted(0, 'person', 'people')}>
      <div class="body">
        <p class="soft">A Millrace project: put this into its .env, then run millrace sync.</p>
      </div>
      <pre class="line">{environment}</pre>
      <div class="body">
        <p class="soft">Or a single call:</p>
      </div>
      <pre class="line">{call}</pre>
    </Card>
  );
}
