import type { Child, PropsWithChildren } from 'hono/jsx';
import { ageInWords, dayAndTime, isShowable } from './time-words.ts';

/** The small pieces that all pages are made of. */

export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'info';

export function Badge({ tone = 'info', children }: PropsWithChildren<{ readonly tone?: Tone }>) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

interface CardProps {
  readonly title: string;
  /** Right of the title: a link, a count. */
  readonly aside?: Child;
  /** Kept fresh while the page is open; needs an id of its own. */
  readonly live?: string | undefined;
}

export function Card({ title, aside, live, children }: PropsWithChildren<CardProps>) {
  const liveProps = live === undefined ? {} : { id: live, 'data-live': '' };
  return (
    <section class="card" {...liveProps}>
      <header>
        <h2>{title}</h2>
        {aside === undefined ? null : <span class="aside">{aside}</span>}
      </header>
      {children}
    </section>
  );
}

export function Empty({ children }: PropsWithChildren) {
  return <div class="empty">{children}</div>;
}

/** A table that scrolls by itself where the screen is narrow. */
export function Table({ columns, children }: PropsWithChildren<{ readonly columns: readonly Column[] }>) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {columns.map(({ name, kind = '' }) => (
              <th key={name} class={kind} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export interface Column {
  readonly name: string;
  /** `num`: numbers, to the right. `wide`: left out on a phone. */
  readonly kind?: 'num' | 'wide';
}

/** A moment, in the sandbox's UTC, with how long ago that is by its clock. */
export function When({ atMs, nowMs, isBrief = false }: WhenProps) {
  if (!isShowable(atMs)) return <span class="faint">out of range</span>;
  const iso = new Date(atMs).toISOString();
  return (
    <time dateTime={iso} title={`${iso} · ${ageInWords(atMs, nowMs)}`}>
      {isBrief ? ageInWords(atMs, nowMs) : dayAndTime(atMs)}
    </time>
  );
}

interface WhenProps {
  readonly atMs: number;
  readonly nowMs: number;
  readonly isBrief?: boolean;
}

export interface Tab {
  readonly label: string;
  readonly href: string;
  readonly isCurrent: boolean;
}

export function Tabs({ tabs, label }: { readonly tabs: readonly Tab[]; readonly label: string }) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.label} href={tab.href} aria-current={tab.isCurrent ? 'page' : undefined}>
          {tab.label}
        </a>
      ))}
    </nav>
  );
}

interface PagerProps {
  readonly newest?: string | undefined;
  readonly older?: string | undefined;
  readonly words?: readonly [back: string, on: string];
}

/** Links to the beginning and to what comes next; nothing where all fits on one page. */
export function Pager({ newest, older, words = ['← Newest', 'Older →'] }: PagerProps) {
  if (newest === undefined && older === undefined) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {newest === undefined ? <span /> : <a href={newest}>{words[0]}</a>}
      {older === undefined ? <span class="faint">The end</span> : <a href={older}>{words[1]}</a>}
    </nav>
  );
}

export function Head({
  title,
  lead,
  children,
}: PropsWithChildren<{ readonly title: Child; readonly lead?: Child }>) {
  return (
    <div class="head">
      <div>
        <h1>{title}</h1>
        {lead === undefined || lead === '' ? null : <p class="lead">{lead}</p>}
      </div>
      {children}
    </div>
  );
}

/** A text of unknown script and direction, kept apart from what is around it. */
export function Foreign({ text }: { readonly text: string }) {
  return <bdi>{text}</bdi>;
}
