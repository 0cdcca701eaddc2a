import type { Field } from '../contract/contract.ts';
import type { YamlPath } from '../contract/yaml-file.ts';
import { CLEAR, type Fragment } from '../shape/fragment.ts';
import {
  type ContractTest,
  EVENT_PARTS,
  type ExpectedOperation,
  type ExpectedWithheld,
  type GotOperation,
  type Outcome,
} from './contract-test.ts';
import { testedFields } from './tested-fields.ts';
import { isSameFragment } from './yaml-value.ts';

/** One thing that came otherwise than expected. */
export interface Difference {
  /** Place in the test file: what was expected, or the list in which it is missing. */
  readonly path: YamlPath;
  /** `person 1`, `event 1001`, `fault of 7` */
  readonly subject: string;
  /** Attribute or property; undefined for the subject as a whole. */
  readonly field: string | undefined;
  readonly expected: string;
  readonly got: string;
}

type GotWithheld = Outcome['withheld'][number];

/** Everything that differs; nothing for a test that passes. */
export function compareTest(test: ContractTest, outcome: Outcome): readonly Difference[] {
  return new Comparison(test, outcome).differences();
}

const NOT_SENT = 'not sent';

class Comparison {
  private readonly test: ContractTest;
  private readonly outcome: Outcome;
  private readonly fields: ReadonlyMap<string, Field>;
  private readonly isPeople: boolean;

  constructor(test: ContractTest, outcome: Outcome) {
    const { model } = test;
    this.test = test;
    this.outcome = outcome;
    this.isPeople = model.kind === 'people';
    this.fields = new Map(testedFields(model).map((field) => [field.name, field]));
  }

  differences(): readonly Difference[] {
    return [...this.operationDifferences(), ...this.withheldDifferences()];
  }

  private operationDifferences(): readonly Difference[] {
    const left = [...this.outcome.operations];
    const compared = this.test.expected.operations.flatMap((expected) => {
      const index = left.findIndex(({ key }) => key === expected.key);
      const [got] = index < 0 ? [] : left.splice(index, 1);
      return got === undefined ? [this.missing(expected)] : this.compare(expected, got);
    });
    return [...compared, ...left.map((got) => this.unexpected(got))];
  }

  private missing({ key, path }: ExpectedOperation): Difference {
    const why = this.outcome.withheld.filter((each) => each.key === key).map(withheldWords);
    const got = why.length === 0 ? NOT_SENT : `${NOT_SENT}: ${why.join(', ')}`;
    return { path, subject: this.subject(key), field: undefined, expected: 'sent', got };
  }

  private unexpected({ key, values }: GotOperation): Difference {
    const shown = [...values].map(([name, fragment]) => `${plainName(name)}: ${this.shown(name, fragment)}`);
    return {
      path: [...this.test.path, 'expect'],
      subject: this.subject(key),
      field: undefined,
      expected: NOT_SENT,
      got: `sent: ${shown.join(', ')}`,
    };
  }

  private compare(expected: ExpectedOperation, got: GotOperation): readonly Difference[] {
    const subject = this.subject(expected.key);
    const difference = (path: YamlPath, name: string, wanted: string, instead: string): Difference => ({
      path,
      subject,
      field: plainName(name),
      expected: wanted,
      got: instead,
    });
    const values = expected.values.flatMap(({ name, fragment, path }) => {
      const came = got.values.get(name);
      if (came !== undefined && isSameFragment(fragment, came)) return [];
      const instead = came === undefined ? NOT_SENT : this.shown(name, came);
      return [difference(path, name, this.shown(name, fragment), instead)];
    });
    const absent = expected.absent.flatMap((name, index) => {
      const came = got.values.get(name);
      const path = [...expected.path, 'absent', index];
      return came === undefined ? [] : [difference(path, name, NOT_SENT, this.shown(name, came))];
    });
    const surplus = expected.isExact ? surplusNames(expected, got) : [];
    return [
      ...values,
      ...absent,
      ...surplus.map((name) =>
        difference(expected.path, name, NOT_SENT, this.shown(name, got.values.get(name) ?? '')),
      ),
    ];
  }

  private withheldDifferences(): readonly Difference[] {
    const left = [...this.outcome.withheld];
    const missing = this.test.expected.withheld.filter((expected) => {
      const index = left.findIndex((got) => isSameWithheld(expected, got));
      if (index >= 0) left.splice(index, 1);
      return index < 0;
    });
    // What has come instead of something expected is told with that.
    const toldKeys = new Set([...missing.map(({ key }) => key), ...this.missingKeys()]);
    return [
      ...missing.map((expected) => this.missingWithheld(expected)),
      ...left.filter(({ key }) => !toldKeys.has(key)).map((got) => this.unexpectedWithheld(got)),
    ];
  }

  private missingKeys(): readonly string[] {
    const sent = new Set(this.outcome.operations.map(({ key }) => key));
    return this.test.expected.operations.flatMap(({ key }) => (sent.has(key) ? [] : [key]));
  }

  private missingWithheld(expected: ExpectedWithheld): Difference {
    const instead = this.outcome.withheld.filter(({ key }) => key === expected.key).map(withheldWords);
    const isSent = this.outcome.operations.some(({ key }) => key === expected.key);
    const got = [...instead, ...(isSent ? ['sent'] : [])].join(', ');
    return {
      path: expected.path,
      subject: this.subject(expected.key),
      field: undefined,
      expected: withheldWords(expected),
      got: got === '' ? 'nothing' : got,
    };
  }

  private unexpectedWithheld(got: GotWithheld): Difference {
    return {
      path: [...this.test.path, 'expect'],
      subject: this.subject(got.key),
      field: undefined,
      expected: 'nothing',
      got: withheldWords(got),
    };
  }

  private subject(key: string): string {
    return `${this.isPeople ? 'person' : 'event'} ${key}`;
  }

  private shown(name: string, fragment: Fragment): string {
    const isTime =
      this.fields.get(name)?.type === 'timestamp' ||
      name === EVENT_PARTS.occurredAt ||
      name === 'occurred_at';
    if (fragment === CLEAR) return 'null (removed)';
    if (!isTime || !/^\d{1,11}$/.test(fragment)) return fragment;
    return `${fragment} (${new Date(Number(fragment) * 1000).toISOString().replace('.000Z', 'Z')})`;
  }
}

function surplusNames(expected: ExpectedOperation, got: GotOperation): readonly string[] {
  const listed = new Set([...expected.values.map(({ name }) => name), ...expected.absent]);
  const parts = new Set<string>(Object.values(EVENT_PARTS));
  return [...got.values.keys()].filter((name) => !listed.has(name) && !parts.has(name));
}

function isSameWithheld(expected: ExpectedWithheld, got: GotWithheld): boolean {
  const isSameColumn = expected.column === undefined || expected.column === got.column;
  return expected.kind === got.kind && expected.key === got.key && expected.code === got.code && isSameColumn;
}

function withheldWords({ kind, code, column }: Omit<ExpectedWithheld, 'path'>): string {
  return `${kind} ${code}${column === undefined ? '' : ` in ${column}`}`;
}

/** `(person)` stands for a part of an event, not for a property. */
function plainName(name: string): string {
  return name.replace(/^\((.*)\)$/, '$1');
}
