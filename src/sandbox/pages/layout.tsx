import type { Child } from 'hono/jsx';
import type { SandboxCore } from '../sandbox-core.ts';
import { SWITCH_NAMES } from '../switch-choices.ts';
import { DEFAULT_SWITCHES } from '../switches.ts';
import { notAppliedCount } from './not-applied.ts';
import type { Page, Section } from './page.ts';
import { dayAndTime, grouped, rateInWords } from './time-words.ts';

/** A whole page: navigation, clock, content. */
export function Layout({ core, page, note }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${page.title} · Sandbox`}</title>
        <link rel="icon" href="/_pages/icon.svg" />
        <link rel="stylesheet" href="/_pages/style.css" />
        <script src="/_pages/live.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to content
        </a>
        <div class="frame">
          <Side core={core} section={page.section} />
          <main id="content">
            {note}
            {page.content}
          </main>
        </div>
      </body>
    </html>
  );
}

interface LayoutProps {
  readonly core: SandboxCore;
  readonly page: Page;
  readonly note: Child;
}

function Side({ core, section }: { readonly core: SandboxCore; readonly section: Section }) {
  return (
    <div class="side">
      <a class="brand" href="/">
        Millrace sandbox
        <small>a stand-in for Customer.io</small>
      </a>
      <nav class="nav" id="nav" data-live="" aria-label="Sections">
        {entriesOf(core).map((entry) =>
          entry === 'break' ? (
            <span key="break" class="break" />
          ) : (
            <a
              key={entry.href}
              href={entry.href}
              aria-current={entry.section === section ? 'page' : undefined}
            >
              {entry.label} <Count entry={entry} />
            </a>
          ),
        )}
      </nav>
      <ClockReading core={core} />
    </div>
  );
}

interface Entry {
  readonly section: Section;
  readonly label: string;
  readonly href: string;
  readonly count?: number;
  /** Something to look at when it is not zero. */
  readonly isAlert?: boolean;
}

function entriesOf(core: SandboxCore): readonly (Entry | 'break')[] {
  const state = core.workspace.state();
  const consequences = core.workspace.consequences();
  const { switches } = core.workspace;
  const changed = SWITCH_NAMES.filter((name) => switches[name] !== DEFAULT_SWITCHES[name]).length;
  return [
    { section: 'overview', label: 'Overview', href: '/' },
    { section: 'people', label: 'People', href: '/people', count: state.people.liveCount },
    { section: 'events', label: 'Events', href: '/events', count: state.activities.eventCount },
    { section: 'segments', label: 'Segments', href: '/segments', count: consequences.segments.count },
    { section: 'campaigns', label: 'Campaigns', href: '/campaigns', count: consequences.campaigns().length },
    'break',
    {
      ...{ section: 'not-applied', label: 'Not applied', href: '/not-applied' },
      count: notAppliedCount(state),
      isAlert: true,
    },
    { section: 'requests', label: 'Requests', href: '/requests', count: core.requests.entries().length },
    { section: 'faults', label: 'Faults', href: '/faults', count: core.faults.list().length },
    { section: 'switches', label: 'Switches', href: '/switches', count: changed },
    { section: 'clock', label: 'Clock and reset', href: '/clock' },
  ];
}

function Count({ entry: { count = 0, isAlert = false } }: { readonly entry: Entry }) {
  if (count === 0) return null;
  return <span class={isAlert ? 'count alert' : 'count'}>{grouped(count)}</span>;
}

function ClockReading({ core }: { readonly core: SandboxCore }) {
  const { nowMs, rate } = core.clock.reading();
  return (
    <div class="now">
      <div id="now" data-live="">
        <strong>{dayAndTime(nowMs)}</strong> UTC · {rateInWords(rate)}
      </div>
      <p>
        <button type="button" id="live" class="live" hidden>
          Live
        </button>
        <noscript>Reload the page to see what is new.</noscript>
      </p>
    </div>
  );
}
