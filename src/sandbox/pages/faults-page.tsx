import type { FaultRule } from '../faults/fault-rule.ts';
import { FAULT_PRESETS } from './fault-presets.ts';
import type { Page, PageRequest } from './page.ts';
import { Badge, Card, type Column, Empty, Foreign, Head, Table } from './parts.tsx';
import { grouped } from './time-words.ts';

/** The fault rules in force, and a form to add one. */
export function faultsPage({ core }: PageRequest): Page {
  return {
    title: 'Faults',
    section: 'faults',
    content: (
      <>
        <Head
          title="Faults"
          lead="What goes wrong on purpose, so that you can see whether it is survived. Rules count from when they are added; the same seed strikes the same requests."
        />
        <RulesCard rules={core.faults.list()} />
        <AddCard />
        <WriteCard />
      </>
    ),
  };
}

type ArmedRules = readonly { readonly name: string; readonly rule: FaultRule; readonly hits: number }[];

const COLUMNS: readonly Column[] = [
  { name: 'Rule' },
  { name: 'What' },
  { name: 'Strikes' },
  { name: 'Hits', kind: 'num' },
  { name: '' },
];

function RulesCard({ rules }: { readonly rules: ArmedRules }) {
  return (
    <Card title="In force" aside={rules.length === 0 ? undefined : <ClearForm />} live="rules">
      {rules.length === 0 ? (
        <Empty>
          <p>None. Every request is treated well.</p>
        </Empty>
      ) : (
        <Table columns={COLUMNS}>
          {rules.map(({ name, rule, hits }, index) => (
            <tr key={`${name} ${index}`}>
              <td class="value">
                <Foreign text={name} />
              </td>
              <td>
                <Badge tone="warn">{rule.action.kind}</Badge> <code class="soft">{detailOf(rule)}</code>
              </td>
              <td class="value">
                <code class="soft">{matchInWords(rule)}</code>
              </td>
              <td class="num">{grouped(hits)}</td>
              <td>
                <RemoveForm name={name} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

const DETAIL_SHOWN_MAX = 120;

function detailOf({ action: { kind: _kind, ...detail } }: FaultRule): string {
  const text = JSON.stringify(detail);
  if (text === '{}') return '';
  return text.length <= DETAIL_SHOWN_MAX ? text : `${text.slice(0, DETAIL_SHOWN_MAX)}…`;
}

function matchInWords({ match }: FaultRule): string {
  const entries = Object.entries(match).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return 'every request';
  return entries
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

function ClearForm() {
  return (
    <form method="post" action="/faults">
      <button type="submit" name="action" value="clear" class="plain">
        Remove all
      </button>
    </form>
  );
}

function RemoveForm({ name }: { readonly name: string }) {
  return (
    <form method="post" action="/faults">
      <input type="hidden" name="rule" value={name} />
      <button type="submit" name="action" value="remove" class="plain">
        Remove
      </button>
    </form>
  );
}

function AddCard() {
  return (
    <Card title="Add a rule">
      <form method="post" action="/faults" class="body">
        <div class="row">
          <label>
            Fault
            <select name="preset">
              {Object.entries(FAULT_PRESETS).map(([value, { label }]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <label>
            Calls
            <select name="path">
              <option value="">of every API</option>
              <option value="/api/v2/batch">Track v2 batches</option>
              <option value="/api/">the Track API</option>
              <option value="/v1/">App and Pipelines API</option>
            </select>
          </label>
          <label>
            Every nth
            <input type="number" name="everyNth" min="1" placeholder="1" />
          </label>
          <label>
            Only the first n
            <input type="number" name="firstN" min="1" placeholder="all" />
          </label>
        </div>
        <ItemFields />
        <div class="row">
          <button type="submit" name="action" value="add" class="main">
            Add the rule
          </button>
        </div>
      </form>
    </Card>
  );
}

function ItemFields() {
  return (
    <div class="row">
      <label>
        Chance, % of requests
        <input type="number" name="probability" min="0" max="100" step="any" placeholder="100" />
      </label>
      <label>
        Chance, % of items
        <input type="number" name="itemProbability" min="0" max="100" step="any" placeholder="100" />
      </label>
      <label>
        Seed
        <input type="number" name="seed" placeholder="1" />
      </label>
      <label>
        Only people, with commas
        <input type="text" name="people" placeholder="id or e-mail" />
      </label>
      <label>
        Only events named
        <input type="text" name="event" placeholder="any" />
      </label>
    </div>
  );
}

const EXAMPLE =
  '{ "name": "flaky", "match": { "path": "/api/v2", "probability": 0.1, "seed": 7 }, "action": { "kind": "drop-after-commit" } }';

function WriteCard() {
  return (
    <Card title="Or write one as JSON" aside="one rule or a list; the guide to the sandbox names everything">
      <form method="post" action="/faults" class="body">
        <label>
          Rule
          <textarea name="json" spellcheck={false} placeholder={EXAMPLE}></textarea>
        </label>
        <div class="row">
          <button type="submit" name="action" value="add">
            Add the rule
          </button>
        </div>
      </form>
    </Card>
  );
}
