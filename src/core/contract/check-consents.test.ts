import { describe, expect, it } from 'vitest';
import { contractOf, problemsOf } from '../../../test/support/contract-files.ts';
import type { PeopleModel } from './contract.ts';

const people = (...attributes: readonly string[]): string =>
  `kind: people\nperson: { id: customer_id }\nattributes:\n${attributes.map((line) => `  ${line}\n`).join('')}`;

const problems = (...attributes: readonly string[]) =>
  problemsOf({ models: { customers: [people(...attributes)] } });

describe('consent roles in a contract', () => {
  it('go their own way, with the columns they need', () => {
    const yaml = people(
      'plan: { type: string }',
      'email_consent: { type: boolean, role: consent(email), allow_opt_in: true, consent_at: asked_at }',
      'news: { type: boolean, column: wants_news, role: consent(topic 3) }',
    );
    const [model] = contractOf({ models: { customers: [yaml] } }).models as readonly PeopleModel[];
    expect(model?.attributes.map(({ name }) => name)).toEqual(['plan']);
    expect(model?.consents).toMatchObject([
      {
        attribute: 'unsubscribed',
        allowsOptIn: true,
        answer: { column: 'email_consent', whenNull: 'keep' },
        answeredAt: { column: 'asked_at', type: 'timestamp' },
      },
      {
        attribute: 'cio_subscription_preferences.topics.topic_3',
        allowsOptIn: false,
        answer: { column: 'wants_news' },
        answeredAt: undefined,
      },
    ]);
  });

  it.each([
    [['news: { type: boolean, role: topic 3 }'], /`role` is consent\(email\), consent\(sms\) or/],
    [['news: { type: integer, role: consent(sms) }'], /a consent is of type boolean, not integer/],
    [['news: { type: boolean, role: consent(sms), when_null: clear }'], /an answer for people who gave none/],
    [
      ['news: { type: boolean, role: consent(sms), allow_opt_in: true }'],
      /`allow_opt_in` needs `consent_at`/,
    ],
    [['news: { type: boolean, allow_opt_in: true }'], /`allow_opt_in` needs a consent role/],
    [['news: { type: boolean, consent_at: at }'], /`consent_at` needs a consent role/],
    [
      ['a: { type: boolean, role: consent(email) }', 'b: { type: boolean, role: consent(email) }'],
      /`consent\(email\)` is the role of `a` too/,
    ],
    [['unsubscribed: { type: boolean }'], /reserved by Customer.io .*→ .*role: consent\(email\)/],
  ])('%j is refused', (attributes, message) => {
    expect(problems(...attributes)).toEqual([expect.stringMatching(message)]);
  });

  it('are kept apart from model to model, like attributes', () => {
    const one = people('a: { type: boolean, role: consent(email) }');
    const other = people('b: { type: boolean, role: consent(email) }');
    expect(problemsOf({ models: { one: [one], other: [other] } })).toEqual([
      expect.stringMatching(/the attribute `unsubscribed` is set by two models/),
    ]);
  });
});
