import { describe, expect, it } from 'vitest';
import { contractOf, EVENT_YAML, PEOPLE_YAML } from '../../../test/support/contract-files.ts';
import { dataIndexEntries } from './data-index-entries.ts';
import { makeDictionary } from './dictionary.ts';

function entriesOf(people: string, event: string) {
  const contract = contractOf({ models: { customers: [people], orders: [event] } });
  return dataIndexEntries(makeDictionary({ contract, lock: undefined, measures: new Map() }));
}

describe('what goes into the Data Index', () => {
  const means = (text: string) => PEOPLE_YAML.replace('type: integer', `type: integer, means: ${text}`);
  const properties = 'properties:\n  value: { type: decimal, unit: EUR }\n  sku: { type: string }\n';

  it('is whatever has a meaning or a unit, properties with their event', () => {
    const { attributes, events } = entriesOf(means('Paid orders'), `${EVENT_YAML}means: Paid\n${properties}`);
    expect(events).toEqual([{ name: 'order_placed', description: 'Paid' }]);
    expect(attributes).toEqual([
      { name: 'total_orders', description: 'Paid orders', eventName: undefined },
      { name: 'value', description: 'in EUR', eventName: 'order_placed' },
    ]);
  });

  it('is no draft', () => {
    const { attributes, events } = entriesOf(
      `${means('Paid')}draft: true\n`,
      `${EVENT_YAML}draft: true\nmeans: x\n`,
    );
    expect([attributes, events]).toEqual([[], []]);
  });

  it('is cut to what Customer.io takes, never within a character', () => {
    const [attribute] = entriesOf(means(`"${'😀'.repeat(200)}"`), EVENT_YAML).attributes;
    expect(attribute?.description).toBe(`${'😀'.repeat(127)}…`);
    expect(attribute?.description).toHaveLength(255);
  });
});
