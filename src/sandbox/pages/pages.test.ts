import { networkInterfaces } from 'node:os';
import fc from 'fast-check';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningSandbox, startSandbox } from '../start-sandbox.ts';
import { connectTo, eventById, identifyById, type SandboxClient } from '../testing/sandbox-client.ts';
import { PAGE_ROUTES } from './page-routes.ts';

let sandbox: RunningSandbox;
let client: SandboxClient;

beforeAll(async () => {
  sandbox = await startSandbox({ clock: { startAtMs: Date.UTC(2026, 10, 24, 10), rate: 0 } });
  client = connectTo(sandbox);
});
beforeEach(() => sandbox.admin.reset());
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const get = (path: string, headers = {}) => client.track('GET', path, undefined, headers);
const html = async (path: string) => (await get(path)).text;
const post = (path: string, form: Readonly<Record<string, string>>, headers = ownPage()) =>
  client.track('POST', path, new URLSearchParams(form).toString(), headers);

function ownPage(): Record<string, string> {
  return { origin: sandbox.url, 'content-type': 'application/x-www-form-urlencoded' };
}

function personPath(id: string): string {
  return `/people/${sandbox.admin.person({ id })?.cio_id ?? 'unknown'}`;
}

/** What a page consists of without its texts: the tags, in order. */
function tagsOf(page: string): readonly string[] {
  return Array.from(page.matchAll(/<\/?([a-z][a-z0-9]*)/gi), (match) => match[0]);
}

/** The text of a page as somebody reads it. */
function textOf(page: string): string {
  return page
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

const PLAIN_PATHS = PAGE_ROUTES.filter(
  ({ method, pattern }) => method === 'GET' && !pattern.includes(':'),
).map(({ pattern }) => pattern);

describe('every page', () => {
  test.each(PLAIN_PATHS)('%s is whole, empty or full, and loads nothing from elsewhere', async (path) => {
    for (const fill of [async () => undefined, fillALittle]) {
      await fill();
      const reply = await get(path);
      expect(reply.status).toBe(200);
      expect(reply.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(reply.headers['content-security-policy']).toContain("default-src 'none'");
      expect(reply.text).toMatch(/^<!doctype html>\n<html lang="en">.*<\/html>\n$/s);
      const loaded = [...reply.text.matchAll(/(?:src|href|action)="([^"]*)"/g)].map((match) => match[1]);
      expect(loaded.filter((target) => !/^[/#]/.test(target ?? ''))).toEqual([]);
      expect(reply.text).not.toMatch(/<[^>]+ (?:style|on\w+)=/);
      const liveIds = [...reply.text.matchAll(/id="([^"]+)" data-live/g)].map((match) => match[1]);
      expect(new Set(liveIds).size).toBe(liveIds.length);
      expect(reply.text.match(/data-live/g)?.length ?? 0).toBe(liveIds.length);
    }
  });

  test.each(PLAIN_PATHS)('%s leads only to pages that there are', async (path) => {
    await fillALittle();
    const page = await html(path);
    const targets = new Set(Array.from(page.matchAll(/href="(\/[^"]*)"/g), (match) => match[1] ?? ''));
    for (const target of targets)
      expect([target, (await get(target.replaceAll('&amp;', '&'))).status]).toEqual([target, 200]);
  });

  test('names nobody in the title of its tab', async () => {
    await fillALittle();
    for (const path of [...PLAIN_PATHS, personPath('anna-1'), '/people?q=anna']) {
      expect(/<title>(.*)<\/title>/.exec(await html(path))?.[1]).not.toMatch(/anna|shop\.example/i);
    }
  });

  test('is neither struck by faults, nor limited, nor logged', async () => {
    sandbox.admin.setFaults({ action: { kind: 'status', status: 500 } });
    expect((await get('/')).status).toBe(200);
    expect((await get('/_pages/style.css')).headers['content-type']).toBe('text/css; charset=utf-8');
    expect((await get('/_pages/live.js')).status).toBe(200);
    expect(sandbox.admin.requests()).toEqual([]);
  });

  test('takes any query for what it is: nothing or nonsense', async () => {
    await fillALittle();
    const path = fc.constantFrom(...PLAIN_PATHS, personPath('anna-1'), '/requests/1');
    const value = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.constantFrom('NaN', '-1', '9'.repeat(30), 'constructor', '__proto__', 'clock-moved'),
    );
    const query = fc.dictionary(
      fc.constantFrom('q', 'before', 'name', 'show', 'only', 'done', '__proto__'),
      value,
    );
    await fc.assert(
      fc.asyncProperty(path, query, async (page, words) => {
        const target = `${page}?${new URLSearchParams(Object.entries(words))}`;
        expect((await get(target)).status).toBe(200);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('answers HEAD without a body, and other methods with 405', async () => {
    const head = await client.track('HEAD', '/people', undefined, {});
    expect([head.status, head.text]).toEqual([200, '']);
    expect((await client.track('DELETE', '/people', undefined, {})).status).toBe(405);
    expect((await get('/people/nobody')).status).toBe(404);
    expect((await get('/requests/77')).status).toBe(404);
  });
});

async function fillALittle(): Promise<void> {
  await client.batch(
    identifyById('anna-1', {
      email: 'anna@shop.example',
      first_name: 'Anna',
      last_name: 'Müller',
      plan: 'gold',
    }),
    eventById('anna-1', 'order_placed', { attributes: { total: 49.5 } }),
    eventById('anna-1', 'order_placed', { timestamp: 1_600_000_000 }),
    7,
  );
  await client.entity(identifyById('anna-1', { email: 'other@shop.example' }));
}

describe('what people wrote', () => {
  const HOSTILE = '</td></tr><script>alert(1)</script><img src=x onerror=alert(1)>"\'&amp; &lt;';

  test('stays text everywhere: names, ids, attributes, events, faults, searches', async () => {
    sandbox.admin.setRequestLog({ log: 'bodies' });
    sandbox.admin.setFaults({
      name: HOSTILE,
      match: { people: [HOSTILE] },
      action: { kind: 'delay', delayMs: 0 },
    });
    await client.admin('POST', '/_sandbox/snapshots', { name: HOSTILE.slice(0, 100) });
    await client.batch(
      identifyById(HOSTILE, { name: HOSTILE, [HOSTILE]: HOSTILE, nested: { [HOSTILE]: [HOSTILE] } }),
      eventById(HOSTILE, HOSTILE, { attributes: { [HOSTILE]: HOSTILE } }),
      {
        type: 'person',
        action: 'add_device',
        identifiers: { id: HOSTILE },
        device: { token: HOSTILE, platform: 'ios' },
      },
      {
        type: 'person',
        action: 'add_relationships',
        identifiers: { id: HOSTILE },
        cio_relationships: [
          {
            identifiers: { object_type_id: HOSTILE, object_id: HOSTILE },
            relationship_attributes: { [HOSTILE]: HOSTILE },
          },
        ],
      },
      { type: 'person', action: HOSTILE, identifiers: { id: HOSTILE } },
    );
    await client.entity(identifyById(HOSTILE, { email: 'a@x.example' }));
    await client.entity(identifyById(HOSTILE, { email: 'b@x.example', [HOSTILE]: 'later' }));
    await client.track('PUT', `/api/v1/customers/${encodeURIComponent(HOSTILE)}`, {
      _timestamp: 1,
      [HOSTILE]: HOSTILE,
    });
    const hostile = encodeURIComponent(HOSTILE);
    const paths = [
      ...PLAIN_PATHS,
      personPath(HOSTILE),
      '/requests/1',
      `/people?q=${hostile}`,
      `/events?name=${hostile}`,
    ];
    for (const path of paths) {
      const page = await html(path);
      expect(page, path).not.toContain('<script>alert');
      expect(page, path).not.toContain('<img');
    }
    expect(textOf(await html(personPath(HOSTILE)))).toContain(HOSTILE);
    expect(textOf(await html('/requests/1'))).toContain('alert(1)');
  });

  test('never changes what a page consists of', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).map((value) => `~${value}~`);
    const shape = async (word: string) => {
      sandbox.admin.reset();
      await client.batch(
        identifyById('7', { name: word, [word]: word }),
        eventById('7', word.slice(0, 20), { attributes: { [word]: word } }),
      );
      return [
        tagsOf(await html(personPath('7'))),
        tagsOf(await html('/people')),
        tagsOf(await html('/events')),
      ];
    };
    const expected = await shape('~plain~');
    await fc.assert(
      fc.asyncProperty(text, async (word) => {
        expect(await shape(word)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test('in other scripts and directions is kept apart from what stands around it', async () => {
    await client.batch(
      identifyById('rtl', { name: 'سارة القاسم', note: 'שלום 123 עולם', emoji: '👩‍👩‍👧‍👦🏳️‍🌈' }),
    );
    const page = await html(personPath('rtl'));
    for (const word of ['سارة القاسم', 'שלום 123 עולם', '👩‍👩‍👧‍👦🏳️‍🌈'])
      expect(page).toContain(`<bdi>${word}</bdi>`);
  });
});

describe('people', () => {
  test('are found by name, address, id, cio_id, value and attribute=value, in any case of letters', async () => {
    await client.batch(
      identifyById('anna-1', { email: 'Anna@Shop.example', first_name: 'Anna', plan: 'Gold', n: 3 }),
      identifyById('björn-2', { email: 'b@shop.example', first_name: 'Björn', plan: 'free', n: 33 }),
    );
    const cioId = sandbox.admin.person({ id: 'anna-1' })?.cio_id ?? '';
    const anna = [
      'anna',
      'ANNA-1',
      'anna@shop',
      cioId,
      `cio_${cioId}`,
      'plan=gold',
      'plan: GOLD',
      'n=3',
      'gold',
    ];
    for (const q of anna) {
      const page = await html(`/people?q=${encodeURIComponent(q)}`);
      expect([q, page.includes('>Anna<'), page.includes('>Björn<')]).toEqual([q, true, false]);
    }
    expect(await html('/people?q=nobody-has-this')).toContain('Nobody has this in an identifier');
  });

  test('are paged to the end, each once, also while somebody is deleted', async () => {
    await client.batch(...Array.from({ length: 130 }, (_, at) => identifyById(`p${at}`)));
    await client.track('DELETE', '/api/v1/customers/p3');
    const seen: string[] = [];
    let path: string | undefined = '/people';
    for (let pages = 0; path !== undefined && pages < 10; pages += 1) {
      const page = await html(path);
      seen.push(...Array.from(page.matchAll(/<code>(p\d+)<\/code>/g), (match) => match[1] ?? ''));
      path = /href="([^"]+)">Older/.exec(page)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(seen).toHaveLength(129);
    expect(new Set(seen).size).toBe(129);
    expect([seen[0], seen.at(-1)]).toEqual(['p129', 'p0']);
  });

  test('may be a hundred thousand; the one sought is found among them', async () => {
    for (let start = 0; start < 100_000; start += 4000) {
      await client.batch(
        ...Array.from({ length: 4000 }, (_, at) =>
          identifyById(`p${start + at}`, { email: `p${start + at}@shop.example` }),
        ),
      );
    }
    expect(textOf(await html('/people'))).toContain('100,000 people in this workspace');
    const found = textOf(await html('/people?q=p4711%40'));
    expect(found).toContain('p4711@shop.example');
    expect(await html('/people?q=p4711%40')).not.toContain('Older');
    expect(await html('/people?before=20')).toContain('<code>p19</code>');
  }, 60_000);

  test('have all their 300 attributes on their page', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`attribute_${at}`, at]));
    await client.batch(identifyById('many', many));
    const page = await html(personPath('many'));
    for (const name of Object.keys(many)) expect(page).toContain(`<bdi>${name}</bdi>`);
    expect(page).toContain('300 attributes');
    expect(page).toContain('and 289 more');
  });

  test('show when a value that looks like a time is none', async () => {
    await client.batch(
      identifyById('1', {
        last_order_at: 1_700_000_000,
        seen_at: 1_700_000_000_000,
        next_at: '2026-01-01',
        total: 1_700_000_000,
      }),
    );
    const text = textOf(await html(personPath('1')));
    expect(text).toContain('1700000000 14 Nov 2023, 22:13:20');
    expect(text.match(/14 Nov 2023/g)).toHaveLength(1);
    expect(text).toContain('1700000000000 milliseconds: no date condition matches it');
    expect(text).toContain('2026-01-01 text: no date condition matches it');
  });

  test('show what happened to them, of the kind asked for', async () => {
    await fillALittle();
    const path = personPath('anna-1');
    const views: readonly (readonly [string, RegExp, RegExp])[] = [
      ['all', /order_placed/, /nothing at all/],
      ['events', /order_placed/, /not applied/],
      ['changes', /first_name: Anna/, /order_placed/],
      ['failures', /to change it, reference the person by cio_id/, /order_placed/],
    ];
    for (const [show, there, absent] of views) {
      const page = await html(`${path}?show=${show}`);
      const history = textOf(page.slice(page.indexOf('What happened'))).replace('Not applied', '');
      expect(history).toMatch(there);
      expect(history).not.toMatch(absent);
    }
    expect(textOf(await html(path))).toContain('older than 72 h: starts no journey');
  });
});

describe('segments and campaigns', () => {
  const DEFINITIONS = `
segments:
  - { id: 1, name: Gold <b>customers</b>, when: { attribute: vip_tier, eq: gold } }
  - { id: 2, name: Lapsed, when: { and: [{ segment: 1 }, { not: { event: order_placed, within_past: 90d } }] } }
campaigns:
  - id: 7
    name: Replenishment & more
    trigger: { event: order_placed, where: [{ property: category, eq: collagen }] }
    steps: [{ wait: 21d }, { message: Time for more, subject: 'Running low?' }]
  - { id: 8, name: Winback, trigger: { segment: Lapsed }, steps: [{ message: Come back }] }
`;
  const define = (path = '/campaigns') => post(path, { action: 'define', definitions: DEFINITIONS });
  const order = (id: string, category = 'collagen') =>
    eventById(id, 'order_placed', { attributes: { category } });

  test('are defined in the page, told in words, and followed', async () => {
    expect((await define()).status).toBe(303);
    await client.batch(
      identifyById('1', { email: 'anna@x.example', vip_tier: 'gold' }),
      order('1'),
      order('1', 'tea'),
    );
    const campaign = textOf(await html('/campaigns/7'));
    expect(campaign).toContain('performs order_placed where category is collagen');
    expect(campaign).toContain('wait 21 days');
    expect(campaign).toContain('email “Time for more”: “Running low?”');
    expect(campaign).toContain('1journeys started1under way0finished');
    expect(campaign).toContain('next: email “Time for more”: “Running low?”, in 21 days');
    expect(textOf(await html('/segments/2'))).toContain(
      'is in “Gold <b>customers</b>” and not (performed order_placed within the past 90 days)',
    );
    await post('/clock', { step: '21d' });
    const after = textOf(await html('/campaigns/7'));
    expect(after).toContain('1journeys started0under way1finished');
    expect(after).toContain('email Running low?');
    expect(textOf(await html('/messages'))).toContain('2 messages that campaigns would have sent');
    expect(textOf(await html('/messages'))).toContain('anna@x.example');
    const person = textOf(await html(personPath('1')));
    for (const part of ['Gold <b>customers</b>', '1 of 2', 'Replenishment & more', 'Running low?']) {
      expect(person).toContain(part);
    }
    expect(textOf(await html('/'))).toContain('2journeys started2messages, none sent');
  });

  test('show members page by page', async () => {
    await define('/segments');
    await client.batch(
      ...Array.from({ length: 120 }, (_, at) => identifyById(`g${at}`, { vip_tier: 'gold' })),
    );
    const seen: string[] = [];
    let path: string | undefined = '/segments/1';
    for (let pages = 0; path !== undefined && pages < 10; pages += 1) {
      const page = await html(path);
      seen.push(...Array.from(page.matchAll(/<code>(g\d+)<\/code>/g), (match) => match[1] ?? ''));
      path = /href="([^"]+)">More/.exec(page)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, at) => `g${at}`));
  });

  test('are paged, journeys and messages, each once', async () => {
    await define();
    await client.batch(...Array.from({ length: 120 }, (_, at) => order(`p${at}`)));
    await post('/clock', { step: '22d' });
    for (const start of ['/campaigns/7', '/messages']) {
      const people = new Set<string>();
      let path: string | undefined = start;
      for (let pages = 0; path !== undefined && pages < 10; pages += 1) {
        const page = await html(path);
        const table = page.slice(page.lastIndexOf('<table>'));
        for (const [, cioId = ''] of table.matchAll(/href="\/people\/(\w+)"/g)) people.add(cioId);
        path = /href="([^"]+)">Older/.exec(page)?.[1]?.replaceAll('&amp;', '&');
      }
      expect([start, people.size]).toEqual([start, 120]);
    }
  });

  test('campaigns are stopped and started', async () => {
    await define();
    await client.batch(order('1'));
    expect((await post('/campaigns/7', { state: 'stopped' })).headers['location']).toBe(
      '/campaigns/7?done=campaign-set',
    );
    const stopped = textOf(await html('/campaigns/7'));
    expect(stopped).toContain('stoppedStart it');
    expect(stopped).toContain('left: campaign stopped');
    await post('/campaigns/7', { state: 'running' });
    expect(textOf(await html('/campaigns/7'))).toContain('runningStop it');
  });

  test.each([
    ['[ {', 'this is no YAML'],
    [
      'segments: [{ id: 1, name: A, when: { attribute: a, eqq: 1 } }]',
      'unknown field "eqq"; did you mean "eq"?',
    ],
    ['campaigns: [{ id: 1, name: A, trigger: { segment: Nobody } }]', 'Nobody'],
  ])('definitions like %s are refused with what is wrong', async (definitions, message) => {
    const reply = await post('/segments', { action: 'define', definitions });
    expect(reply.status).toBe(400);
    expect(textOf(reply.text)).toContain(message);
  });

  test('what is not there is said', async () => {
    for (const path of ['/segments/9', '/segments/x', '/campaigns/9', '/campaigns/x'])
      expect((await get(path)).status).toBe(404);
    expect((await post('/campaigns/9', { state: 'running' })).status).toBe(400);
  });
});

describe('requests', () => {
  test('are listed and opened, with the reasons of refusals and with bodies when they are kept', async () => {
    await client.batch(identifyById('1'), 7);
    expect(textOf(await html('/requests'))).toContain('2, 1 refused');
    expect(await html('/requests/1')).toContain('Bodies were not kept');
    expect(textOf(await html('/requests/1'))).toContain('the first 1 reasons, 1 items');
    sandbox.admin.setRequestLog({ log: 'bodies' });
    await client.batch(identifyById('1', { big: 'x' }));
    const page = textOf(await html('/requests/2'));
    expect(page).toContain('"big": "x"');
    expect(page).toContain('Answered{}');
    await client.app('GET', '/v1/segments');
    expect(textOf(await html('/requests/3'))).toContain('"segments": []');
  });

  test('can be asked for by what went wrong', async () => {
    sandbox.admin.setFaults({ name: 'cut', match: { firstN: 1 }, action: { kind: 'drop-before' } });
    await client.batch(identifyById('1')).catch(() => undefined);
    await client.batch(7);
    await client.batch(identifyById('1'));
    const rows = async (only: string) =>
      (await html(`/requests?only=${only}`)).match(/href="\/requests\/\d+"/g);
    expect(await rows('all')).toHaveLength(3);
    expect(await rows('refused')).toEqual(['href="/requests/2"']);
    expect(await rows('faults')).toEqual(['href="/requests/1"']);
  });
});

describe('forms', () => {
  const OK = 303;

  test('move, set and speed up the clock', async () => {
    const now = () => sandbox.admin.nowMs();
    const before = now();
    const reply = await post('/clock', { step: '3d' });
    expect([reply.status, reply.headers['location']]).toEqual([OK, '/clock?done=clock-moved']);
    expect(now() - before).toBe(259_200_000);
    expect(await html('/clock?done=clock-moved')).toContain('What was due has happened');
    await post('/clock', { now: '2027-01-02T03:04' });
    expect(now()).toBe(Date.UTC(2027, 0, 2, 3, 4));
    await post('/clock', { rate: '60' });
    expect(sandbox.admin.info().clock_rate).toBe(60);
  });

  test('add every fault that is offered, and remove it', async () => {
    const page = await html('/faults');
    const select = /name="preset">(.*?)<\/select>/s.exec(page)?.[1] ?? '';
    const presets = Array.from(select.matchAll(/value="([^"]+)"/g), (match) => match[1] ?? '');
    expect(presets.length).toBeGreaterThan(10);
    for (const preset of presets) expect((await post('/faults', { action: 'add', preset })).status).toBe(OK);
    const kinds = new Set(sandbox.admin.counters().faults.map(({ name }) => name.replace(/ #.*/, '')));
    expect(kinds).toContain('shuffle');
    await post('/faults', { action: 'remove', rule: 'shuffle #13' });
    expect(sandbox.admin.counters().faults).toHaveLength(presets.length - 1);
    await post('/faults', { action: 'clear' });
    expect(sandbox.admin.counters().faults).toEqual([]);
  });

  test('add a fault with everything that narrows it, or one written as JSON', async () => {
    await post('/faults', {
      ...{ action: 'add', preset: 'silent-drop', path: '/api/', people: '1, a@x.example', event: 'lost' },
      ...{ everyNth: '2', firstN: '3', probability: '50', itemProbability: '25.5', seed: '7' },
    });
    expect((await client.admin('GET', '/_sandbox/faults')).json).toMatchObject([
      {
        rule: {
          match: {
            ...{ path: '/api/', people: ['1', 'a@x.example'], event: 'lost', everyNth: 2, firstN: 3 },
            ...{ probability: 0.5, itemProbability: 0.255, seed: 7 },
          },
          action: { kind: 'silent-drop' },
        },
      },
    ]);
    const json = JSON.stringify([{ name: 'mine', action: { kind: 'delay', delayMs: 1 } }]);
    expect((await post('/faults', { action: 'add', json })).status).toBe(OK);
    expect(sandbox.admin.counters().faults.map(({ name }) => name)).toEqual(['silent-drop #0', 'mine']);
  });

  test('set the switches as they stand on the page, and bring the defaults back', async () => {
    sandbox.admin.setSwitches({ applyDelayMs: 5, eventDedupeWindowSeconds: 60, oversizeStatus: 413 });
    const page = await html('/switches');
    const selects = Array.from(
      page.matchAll(/<select id="(\w+)"[^>]*>.*?<option value="([^"]*)" selected=""/gs),
      (match) => [match[1] ?? '', match[2] ?? ''] as const,
    );
    const inputs = Array.from(
      page.matchAll(/<input id="(\w+)"[^>]*value="([^"]*)"/g),
      (match) => [match[1] ?? '', match[2] ?? ''] as const,
    );
    const before = sandbox.admin.switches();
    expect(selects.length + inputs.length).toBe(Object.keys(before).length);
    const form = Object.fromEntries([...selects, ...inputs]);
    expect((await post('/switches', { action: 'set', ...form })).status).toBe(OK);
    expect(sandbox.admin.switches()).toEqual(before);
    await post('/switches', { action: 'set', autoMerge: 'false', eventDedupeWindowSeconds: '' });
    expect(sandbox.admin.switches()).toMatchObject({
      autoMerge: false,
      eventDedupeWindowSeconds: null,
      applyDelayMs: 5,
    });
    await post('/switches', { action: 'defaults' });
    expect(sandbox.admin.switches()).toMatchObject({ autoMerge: true, applyDelayMs: 0, oversizeStatus: 400 });
  });

  test('take and restore snapshots, and forget everything', async () => {
    await client.batch(identifyById('1'));
    await post('/snapshots', { action: 'take', name: 'before' });
    await post('/reset', { sure: 'yes' });
    expect(sandbox.admin.people()).toEqual([]);
    expect((await post('/snapshots', { action: 'restore', name: 'before' })).status).toBe(OK);
    expect(sandbox.admin.people()).toHaveLength(1);
  });

  test('keep bodies, and empty the request log', async () => {
    await post('/requests', { action: 'mode', log: 'bodies' });
    await client.batch(identifyById('1'));
    expect(sandbox.admin.requests()[0]).toHaveProperty('body');
    await post('/requests', { action: 'clear', log: 'bodies' });
    expect(sandbox.admin.requests()).toEqual([]);
  });

  test.each<[string, Record<string, string>, string]>([
    ['/clock', { step: 'soon' }, 'is no span of time'],
    ['/clock', { now: '<b>' }, 'write a moment as'],
    ['/clock', { rate: 'fast' }, 'expected number'],
    ['/clock', {}, 'expected number'],
    ['/faults', { action: 'add', preset: 'nothing' }, 'choose one of the faults'],
    ['/faults', { action: 'add', preset: 'slow', everyNth: '0' }, 'these are no fault rules'],
    ['/faults', { action: 'add', json: '{<script>' }, 'the rule is no JSON'],
    ['/switches', { action: 'set', applyDelayMs: '-1' }, 'takes a whole number from 0 on'],
    ['/switches', { action: 'set', autoMerge: 'perhaps' }, 'takes true or false'],
    ['/snapshots', { action: 'restore', name: 'missing' }, 'there is no snapshot'],
    ['/snapshots', { action: 'take', name: '' }, 'That did not work'],
    ['/reset', {}, 'tick the box'],
    ['/requests', { action: 'mode', log: 'loud' }, 'That did not work'],
  ])('%s with %j says what is wrong and changes nothing', async (path, form, message) => {
    await client.batch(identifyById('1'));
    const before = [
      sandbox.admin.nowMs(),
      sandbox.admin.switches(),
      sandbox.admin.counters(),
      sandbox.admin.people(),
    ];
    const reply = await post(path, form);
    expect(reply.status).toBe(400);
    expect(textOf(reply.text)).toContain(message);
    expect(reply.text).not.toMatch(/<b>"|<script>"/);
    expect([
      sandbox.admin.nowMs(),
      sandbox.admin.switches(),
      sandbox.admin.counters(),
      sandbox.admin.people(),
    ]).toEqual(before);
  });
});

describe('strangers', () => {
  const RESET = { sure: 'yes' };

  test.each<[string, Record<string, string>]>([
    ['another site', { origin: 'https://evil.example' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a site that hides its origin', { 'sec-fetch-site': 'cross-site' }],
    ['a program that says nothing', {}],
  ])('a form from %s is refused', async (_who, headers) => {
    await client.batch(identifyById('1'));
    const reply = await post('/reset', RESET, {
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    });
    expect(reply.status).toBe(403);
    expect(sandbox.admin.people()).toHaveLength(1);
  });

  test('a form of the sandbox’s own page is taken by origin or by fetch metadata', async () => {
    expect((await post('/reset', RESET)).status).toBe(303);
    expect((await post('/reset', RESET, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  });

  test('admin calls by pages of another site are refused; those of programs are not', async () => {
    await client.batch(identifyById('1'));
    const call = (headers: Record<string, string>) => client.track('POST', '/_sandbox/reset', '{}', headers);
    expect((await call({ origin: 'https://evil.example', 'content-type': 'text/plain' })).status).toBe(403);
    expect((await call({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(sandbox.admin.people()).toHaveLength(1);
    expect((await call({})).status).toBe(200);
  });

  test('a name that somebody lets point here shows nothing', async () => {
    await client.batch(identifyById('1', { name: 'Secret' }));
    for (const path of ['/people', '/_sandbox/people', '/_pages/style.css']) {
      const reply = await get(path, { host: `evil.example:${sandbox.port}` });
      expect(reply.status).toBe(403);
      expect(reply.text).not.toContain('Secret');
    }
    for (const host of [
      'localhost',
      `localhost:${sandbox.port}`,
      'shop.localhost',
      '127.0.0.1:1',
      '[::1]:80',
    ]) {
      expect([host, (await get('/people', { host })).status]).toEqual([host, 200]);
    }
  });

  const address = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

  test.skipIf(address === undefined)('another machine sees no page', async () => {
    const open = await startSandbox({ host: '0.0.0.0' });
    const reply = await request(`http://${address}:${open.port}/people`);
    expect(reply.statusCode).toBe(403);
    expect((await request(`http://${address}:${open.port}/_sandbox`)).statusCode).toBe(403);
    await open.close();
  });
});
