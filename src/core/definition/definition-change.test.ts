import { describe, expect, it } from 'vitest';
import { changesBetween, exampleModel, type ModelTexts } from '../../../test/support/definitions.ts';

const SHOP = exampleModel('shop/models/people/customers');
const RETAIL = exampleModel('online-retail/models/people/customers');
const ORDER = exampleModel('shop/models/events/order_placed');
const CART = exampleModel('shop/models/events/cart_abandoned');

type Edit = (model: ModelTexts) => ModelTexts;

/** Replaces a text that must be there, everywhere. */
function replaced(text: string, from: string | RegExp, to: string): string {
  const after = typeof from === 'string' ? text.replaceAll(from, to) : text.replace(from, to);
  if (after === text) throw new Error(`nothing to replace: ${from}`);
  return after;
}

const inSql =
  (from: string | RegExp, to: string): Edit =>
  ({ yaml, sql }) => ({ yaml, sql: replaced(sql, from, to) });
const inYaml =
  (from: string | RegExp, to: string): Edit =>
  ({ yaml, sql }) => ({ yaml: replaced(yaml, from, to), sql });
const both =
  (...edits: readonly Edit[]): Edit =>
  (model) =>
    edits.reduce((done, edit) => edit(done), model);

/** `name verdict` of everything that is not as it was; `*` stands for all of the model. */
function verdicts(before: ModelTexts, edit: Edit): readonly string[] {
  const changes = changesBetween(before, edit(before));
  return changes.map(({ name, verdict }) => `${name} ${verdict}`).sort();
}

const HARMLESS: readonly (readonly [string, ModelTexts, Edit])[] = [
  ['other layout', SHOP, both(inSql(/^--.*\n--.*\n/, ''), inSql(/\s+/g, ' \n '))],
  ['no comments', RETAIL, inSql(/^--.*\n/, '')],
  ['a comment more', SHOP, inSql('FROM customers c', '/* all of them */ FROM customers c # yes')],
  [
    'keywords in small letters',
    SHOP,
    ({ yaml, sql }) => ({ yaml, sql: sql.replace(/\b[A-Z_]{2,}\b/g, (word) => word.toLowerCase()) }),
  ],
  ['functions in small letters', SHOP, inSql('ROW_NUMBER() OVER', 'row_number() over')],
  ['a CTE renamed', SHOP, inSql(/\bpaid\b(?! *')/g, 'paid_orders')],
  ['a CTE renamed', RETAIL, inSql(/\bnewest_lines\b/g, 'lines_of_newest')],
  [
    'an alias renamed',
    SHOP,
    both(inSql(/\bi\.(?=\w)/g, 'item.'), inSql('order_items i ', 'order_items item ')),
  ],
  ['an alias with AS', SHOP, inSql('customers c', 'customers AS c')],
  ['an inner column renamed', RETAIL, both(inSql('gross', 'sum_of_all'))],
  ['a scope comment laid out otherwise', SHOP, inSql('/* scope: c.id */', '/*  scope:\n  c.id  */')],
  [
    'needless parentheses',
    SHOP,
    inSql(
      "WHERE o.status IN ('paid', 'refunded') AND o.total > 0",
      "WHERE (o.status IN ('paid', 'refunded')) AND (o.total > 0)",
    ),
  ],
  ['columns of tables in other letters', SHOP, inSql('c.first_name', 'c.FIRST_NAME AS first_name')],
  ['columns in another order', SHOP, inSql(/( *c\.email,\n)( *c\.first_name,\n)/, '$2$1')],
  ['a semicolon', SHOP, inSql(/$/, ';\n')],
  [
    'a column of another name in query and file',
    SHOP,
    both(
      inSql(
        'AS total_orders,\n       COALESCE(o.lifetime_value, 0) AS lifetime_value,',
        'AS orders_paid,\n       COALESCE(o.lifetime_value, 0) AS lifetime_value,',
      ),
      inYaml('total_orders:\n    type: integer', 'total_orders:\n    column: orders_paid\n    type: integer'),
    ),
  ],
];

describe('edits that change no meaning', () => {
  it.each(HARMLESS)('%s', (_, before, edit) => {
    expect(verdicts(before, edit)).toEqual([]);
  });

  it('are told where they are words', () => {
    expect(
      verdicts(
        SHOP,
        inYaml('Paid orders; refunds are not subtracted', 'paid orders, refunds are not subtracted.'),
      ),
    ).toEqual(['total_orders harmless']);
    expect(
      verdicts(
        SHOP,
        inYaml('first_name:\n    type: string', 'first_name:\n    type: string\n    means: Given name'),
      ),
    ).toEqual(['first_name harmless']);
    expect(verdicts(SHOP, inYaml('[none, silver, gold]', '[gold, none, silver]'))).toEqual([
      'vip_tier harmless',
    ]);
  });
});

const NAMES = changesBetween(SHOP, inSql('customers c', 'vip_customers c')(SHOP))
  .map(({ name }) => `${name} changed`)
  .sort();

/** Edits of the query that all attributes of the model depend on. */
const CHANGED_FOR_ALL: readonly (readonly [string, ModelTexts, Edit])[] = [
  ['another table', SHOP, inSql('customers c', 'vip_customers c')],
  ['= in place of IN', SHOP, inSql("status IN ('paid', 'refunded')", "status = 'paid'")],
  ['one status more', SHOP, inSql("('paid', 'refunded')", "('paid', 'refunded', 'shipped')")],
  ['a condition less', SHOP, inSql(' AND o.total > 0', '')],
  ['>= for >', SHOP, inSql('o.total > 0', 'o.total >= 0')],
  ['INNER for LEFT JOIN', SHOP, inSql('LEFT JOIN orders_of', 'JOIN orders_of')],
  ['another ON', SHOP, inSql('r.order_id\n', 'r.id\n')],
  ['another order in a window', SHOP, inSql('o.paid_at DESC, o.id DESC', 'o.paid_at, o.id')],
  ['MAX for MIN', SHOP, inSql('MIN(paid_at) AS first', 'MAX(paid_at) AS first')],
  ['a scope comment less', SHOP, inSql('/* scope: c.id */', '')],
  ['another scope', SHOP, inSql('/* scope: c.id */', '/* scope: c.email */')],
  ['a hint', SHOP, inSql('SELECT c.id AS customer_id', 'SELECT /*+ NO_INDEX(c) */ c.id AS customer_id')],
  ['an executable comment', SHOP, inSql('FROM customers c', 'FROM customers c /*! FORCE INDEX (email) */')],
  ['DISTINCT', SHOP, inSql('SELECT c.id AS customer_id', 'SELECT DISTINCT c.id AS customer_id')],
  ['another person', SHOP, inSql('c.id AS customer_id', 'c.external_id AS customer_id')],
  [
    'a join more',
    SHOP,
    inSql(
      / WHERE TRUE\n {3}\/\* scope: c/,
      ' LEFT JOIN extra e ON e.customer_id = c.id\n WHERE TRUE\n   /* scope: c',
    ),
  ],
  ['a space before a call', SHOP, inSql('SUM(r.amount)', 'SUM (r.amount)')],
  [
    'parentheses that bind otherwise',
    SHOP,
    inSql(
      "o.status IN ('paid', 'refunded') AND o.total > 0",
      "o.status IN ('paid', 'refunded') AND (o.total > 0 OR o.id = 1)",
    ),
  ],
  ['a limit', SHOP, inSql(/$/, ' LIMIT 100')],
  ['a query that can not be read', SHOP, inSql("'gold'", "'go\\'ld'")],
];

describe('edits of what all attributes depend on', () => {
  it.each(CHANGED_FOR_ALL)('%s', (_, before, edit) => {
    expect(verdicts(before, edit)).toEqual(NAMES);
    expect(NAMES).toHaveLength(13);
  });
});

const CHANGED: readonly (readonly [string, ModelTexts, Edit, readonly string[]])[] = [
  [
    'refunds subtracted',
    SHOP,
    inSql(
      'COALESCE(o.lifetime_value, 0) AS lifetime_value',
      'COALESCE(o.lifetime_value, 0) - COALESCE(r.refunded, 0) AS lifetime_value',
    ),
    ['lifetime_value changed'],
  ],
  ['another threshold', SHOP, inSql('>= 500', '>= 1000'), ['vip_tier changed']],
  [
    'another default',
    SHOP,
    inSql('COALESCE(o.total_orders, 0)', 'COALESCE(o.total_orders, 1)'),
    ['total_orders changed'],
  ],
  [
    'another column of the same table',
    SHOP,
    inSql('c.sms_opt_in', 'c.email_consent AS sms_opt_in'),
    ['sms_opt_in changed'],
  ],
  [
    'two columns swapped',
    RETAIL,
    both(
      inSql('b.first_order_at', 'b.x'),
      inSql('b.last_order_at', 'b.first_order_at AS last_order_at'),
      inSql('b.x', 'b.last_order_at AS first_order_at'),
    ),
    ['first_order_at changed', 'last_order_at changed'],
  ],
  [
    'another rounding',
    RETAIL,
    inSql('ROUND(COALESCE(b.gross, 0), 2) ', 'ROUND(COALESCE(b.gross, 0), 0) '),
    ['lifetime_value changed'],
  ],
  [
    'the type',
    SHOP,
    inYaml('total_orders:\n    type: integer', 'total_orders:\n    type: decimal'),
    ['total_orders changed'],
  ],
  [
    'the zone',
    SHOP,
    inYaml(
      'first_order_at:\n    type: timestamp',
      'first_order_at:\n    type: timestamp\n    time_zone: Europe/London',
    ),
    ['first_order_at changed'],
  ],
  [
    'the zone of the model',
    SHOP,
    inYaml('kind: people', 'kind: people\ntime_zone: Europe/London'),
    ['email_consent changed', 'first_order_at changed', 'last_order_at changed', 'sms_opt_in changed'],
  ],
  [
    'the format',
    SHOP,
    inYaml(
      'first_order_at:\n    type: timestamp',
      'first_order_at:\n    type: timestamp\n    format: unix_seconds',
    ),
    ['first_order_at changed'],
  ],
  ['the unit', SHOP, inYaml(/unit: EUR/, 'unit: USD'), ['lifetime_value changed']],
  ['the unit is gone', SHOP, inYaml(/ {4}unit: EUR\n/, ''), ['lifetime_value changed']],
  [
    'the meaning',
    SHOP,
    inYaml('Paid orders; refunds are not subtracted', 'Paid orders, refunds subtracted'),
    ['total_orders changed'],
  ],
  ['NULL', SHOP, inYaml(/when_null: clear/, 'when_null: keep'), ['first_order_at changed']],
  ['fewer values', SHOP, inYaml('[none, silver, gold]', '[none, gold]'), ['vip_tier changed']],
  [
    'values for the first time',
    SHOP,
    inYaml('first_name:\n    type: string', 'first_name:\n    type: string\n    one_of: [Anna]'),
    ['first_name changed'],
  ],
  ['the earliest time', SHOP, inYaml(/not_before: 2015/, 'not_before: 2016'), ['first_order_at changed']],
  [
    'the id of an event',
    ORDER,
    inYaml('event_id: order_id', 'event_id: [order_id, currency]'),
    ['order_placed changed'],
  ],
  [
    'the time of an event',
    ORDER,
    inYaml('occurred_at: paid_at', 'occurred_at: { column: paid_at, time_zone: Europe/London }'),
    ['order_placed changed'],
  ],
  [
    'the person of an event',
    ORDER,
    inSql('o.customer_id,\n', 'o.referrer_id AS customer_id,\n'),
    ['order_placed changed'],
  ],
  [
    'a condition of an event',
    ORDER,
    inSql('o.total > 0', 'o.total > 10'),
    [
      'currency changed',
      'item_count changed',
      'order_placed changed',
      'order_value changed',
      'product_category changed',
    ],
  ],
  ['one property', ORDER, inSql('COUNT(i.id)', 'SUM(i.quantity)'), ['item_count changed']],
  ['a quiet time', CART, inYaml('after: 30m', 'after: 60m'), ['cart_abandoned changed']],
  ['the age of a cart', CART, inYaml('not_after: 24h', 'not_after: 48h'), ['cart_abandoned changed']],
  ['what ends a cart', CART, inYaml("('paid', 'refunded')", "('paid')"), ['cart_abandoned changed']],
  ['the length of a list', CART, inYaml('max_items: 3', 'max_items: 5'), ['top_items changed']],
  [
    'the zone of `:since`',
    CART,
    inYaml('kind: abandonment', 'kind: abandonment\ntime_zone: Europe/London'),
    ['cart_abandoned changed', 'cart_value changed', 'item_count changed', 'top_items changed'],
  ],
];

describe('edits of the meaning', () => {
  it.each(CHANGED)('%s', (_, before, edit, expected) => {
    expect(verdicts(before, edit)).toEqual(expected);
  });
});

const OTHERS: readonly (readonly [string, ModelTexts, Edit, readonly string[]])[] = [
  [
    'a column more',
    SHOP,
    both(
      inSql('c.first_name,', 'c.first_name, UPPER(c.first_name) AS shouted,'),
      inYaml('attributes:\n', 'attributes:\n  shouted: { type: string, when_null: keep }\n'),
    ),
    ['shouted additive'],
  ],
  [
    'a subquery more',
    SHOP,
    both(
      inSql(
        'c.first_name,',
        'c.first_name, (SELECT l.points FROM loyalty l WHERE l.customer_id = c.id) AS points,',
      ),
      inYaml('attributes:\n', 'attributes:\n  points: { type: integer, when_null: keep }\n'),
    ),
    ['points additive'],
  ],
  [
    'a property more',
    ORDER,
    both(
      inSql('o.currency,\n', 'o.currency, SUM(i.quantity) AS quantity,\n'),
      inYaml('properties:\n', 'properties:\n  quantity: { type: integer }\n'),
    ),
    ['quantity additive'],
  ],
  ['more values', SHOP, inYaml('[none, silver, gold]', '[none, silver, gold, black]'), ['vip_tier additive']],
  ['any value', SHOP, inYaml(/ {4}one_of: \[none, silver, gold\]\n/, ''), ['vip_tier additive']],
  [
    'a column less',
    SHOP,
    both(inSql(/ +c\.first_name,\n/, ''), inYaml(/ {2}first_name:\n.*\n.*\n/, '')),
    ['first_name withdrawn'],
  ],
  [
    'another name for an event',
    ORDER,
    inYaml('event: order_placed', 'event: order_paid'),
    [
      'currency additive',
      'item_count additive',
      'order_paid additive',
      'order_value additive',
      'product_category additive',
    ],
  ],
  [
    'a new version of one attribute',
    SHOP,
    both(inSql('>= 500', '>= 1000'), inYaml('vip_tier:\n', 'vip_tier:\n    version: 2\n')),
    ['vip_tier new_version'],
  ],
  [
    'a new version that only one of two has',
    SHOP,
    both(
      inSql('>= 500', '>= 1000'),
      inSql('c.sms_opt_in', 'c.x AS sms_opt_in'),
      inYaml('vip_tier:\n', 'vip_tier:\n    version: 2\n'),
    ),
    ['sms_opt_in changed', 'vip_tier new_version'],
  ],
  [
    'a draft',
    SHOP,
    both(inSql('customers c', 'vip_customers c'), inYaml('kind: people', 'kind: people\ndraft: true')),
    [],
  ],
];

describe('what comes, goes, or is declared', () => {
  it.each(OTHERS)('%s', (_, before, edit, expected) => {
    expect(verdicts(before, edit)).toEqual(expected);
  });

  it('an aggregate more without GROUP BY is no addition: it makes one row of all', () => {
    const model = {
      yaml: 'kind: people\nperson: { id: id }\nattributes:\n  a: { type: integer }\n',
      sql: 'SELECT t.id, t.a FROM t',
    };
    const edit = both(
      inSql('t.a', 't.a, COUNT(t.b) AS b'),
      inYaml('attributes:\n', 'attributes:\n  b: { type: integer }\n'),
    );
    expect(verdicts(model, edit)).toEqual(['a changed', 'b additive']);
  });
});
