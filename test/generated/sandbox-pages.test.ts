import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ADMIN_ROUTES } from '../../src/sandbox/admin-api/admin-routes.ts';
import { APP_ROUTES } from '../../src/sandbox/app-api/app-routes.ts';
import { FIXED_ASSUMPTIONS, OUT_OF_REACH } from '../../src/sandbox/assumptions.ts';
import type { Route } from '../../src/sandbox/http/router.ts';
import { PAGE_ROUTES } from '../../src/sandbox/pages/page-routes.ts';
import { PIPELINES_ROUTES } from '../../src/sandbox/pipelines-api/pipelines-routes.ts';
import {
  type Basis,
  DEFAULT_SWITCHES,
  SWITCH_DESCRIPTIONS,
  type Switches,
} from '../../src/sandbox/switches.ts';
import { TRACK_V1_DELIVERY_ROUTES } from '../../src/sandbox/track-api/track-v1-delivery-routes.ts';
import { TRACK_V1_ROUTES } from '../../src/sandbox/track-api/track-v1-routes.ts';
import { TRACK_V2_ROUTES } from '../../src/sandbox/track-api/track-v2-routes.ts';
import { REPOSITORY } from '../support/test-project.ts';

const REFERENCE = join(REPOSITORY, 'docs/reference');

interface Api {
  readonly heading: string;
  readonly about: readonly string[];
  readonly routes: readonly Route<unknown>[];
}

const APIS: readonly Api[] = [
  {
    heading: 'Track API, version 1',
    about: [
      'Basic authentication with site id and Track key. People are named in the path, by id, e-mail or',
      '`cio_` and their cio_id.',
    ],
    routes: [...TRACK_V1_ROUTES, ...TRACK_V1_DELIVERY_ROUTES],
  },
  {
    heading: 'Track API, version 2',
    about: ['The same key. An item names its person or object under `identifiers`.'],
    routes: TRACK_V2_ROUTES,
  },
  {
    heading: 'App API',
    about: ['Bearer authentication with the App key; ten requests a second, then 429.'],
    routes: APP_ROUTES,
  },
  {
    heading: 'Pipelines API',
    about: [
      'Basic authentication with the Pipelines key as name and an empty password. With `X-Strict-Mode: 1` what is',
      'wrong is refused; without it the answer is 200, whatever becomes of the call.',
    ],
    routes: PIPELINES_ROUTES,
  },
  {
    heading: 'The sandbox’s own calls',
    about: ['No key, but from this machine only. Fault rules, limits and the request log leave them alone.'],
    routes: ADMIN_ROUTES,
  },
  {
    heading: 'Pages',
    about: [
      'For a browser on this machine. Forms are taken from the sandbox’s own pages only; programs use the calls above.',
    ],
    routes: PAGE_ROUTES,
  },
];

const API_INTRODUCTION = [
  '# What the sandbox serves',
  '',
  '`millrace sandbox` answers these calls on one port. Parts of a path that begin with a colon stand for values.',
  'How it behaves where Customer.io says nothing: [what the sandbox assumes](sandbox-assumptions.md).',
  'This page is written from the code; a test compares the two.',
  '',
];

function apiLines({ heading, about, routes }: Api): readonly string[] {
  return [
    `## ${heading}`,
    '',
    ...about,
    '',
    '| call | what it does |',
    '| --- | --- |',
    ...routes.map(({ method, pattern, summary }) => `| \`${method} ${pattern}\` | ${summary} |`),
    '',
  ];
}

it('docs/reference/sandbox-api.md lists the calls that are served', async () => {
  const page = [...API_INTRODUCTION, ...APIS.flatMap(apiLines)].join('\n');
  await expect(page).toMatchFileSnapshot(join(REFERENCE, 'sandbox-api.md'));
});

const SWITCH_INTRODUCTION = [
  '# What the sandbox assumes',
  '',
  'Where Customer.io documents a behaviour, the sandbox has it. Where nothing is documented, or sources disagree,',
  'it has a switch, whose default is the more inconvenient of the likely behaviours; or, where a switch would not',
  'be worth its while, one fixed choice. Nothing here was compared with the live service.',
  'Switches are given at the start, or changed with `POST /_sandbox/workspace`.',
  'This page is written from the code; a test compares the two.',
  '',
];

const HEADINGS: Readonly<Record<Basis, readonly [string, string]>> = {
  assumed: ['Assumed', 'Nothing was found, or sources disagree. Try both settings before you rely on one.'],
  recorded: ['Recorded', 'Seen in real answers or reported by users; not documented.'],
  documented: ['Documented', 'Settings and limits of a workspace that Customer.io describes.'],
};

function switchLines(basis: Basis): readonly string[] {
  const [heading, about] = HEADINGS[basis];
  const names = (Object.keys(SWITCH_DESCRIPTIONS) as (keyof Switches)[]).filter(
    (name) => SWITCH_DESCRIPTIONS[name].basis === basis,
  );
  return [
    `## ${heading}`,
    '',
    about,
    '',
    '| switch | default | meaning |',
    '| --- | --- | --- |',
    ...names.map(
      (name) =>
        `| \`${name}\` | \`${JSON.stringify(DEFAULT_SWITCHES[name])}\` | ${SWITCH_DESCRIPTIONS[name].meaning} |`,
    ),
    '',
  ];
}

it('docs/reference/sandbox-assumptions.md lists every switch and every fixed choice', async () => {
  const page = [
    ...SWITCH_INTRODUCTION,
    ...switchLines('assumed'),
    ...switchLines('recorded'),
    ...switchLines('documented'),
    '## Fixed',
    '',
    ...FIXED_ASSUMPTIONS.map((assumption) => `- ${assumption}`),
    '',
    '## What Millrace promises under them',
    '',
    'A story of people, orders, refused items, lost answers and edited rows ends in the same place under every setting',
    'of every switch that is assumed or recorded (`npm run torture -- switches`; each test run tries some of them).',
    'Three settings put something out of reach of anybody who only sends:',
    '',
    ...OUT_OF_REACH.map((one) => `- ${one}`),
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot(join(REFERENCE, 'sandbox-assumptions.md'));
});
