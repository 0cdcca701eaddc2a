import { choicesOf, SWITCH_NAMES, type SwitchName } from '../switch-choices.ts';
import { type Basis, DEFAULT_SWITCHES, SWITCH_DESCRIPTIONS, type Switches } from '../switches.ts';
import type { Page, PageRequest } from './page.ts';
import { Badge, Card, Head, type Tone } from './parts.tsx';

const GROUPS: readonly (readonly [Basis, string])[] = [
  ['documented', 'Settings of a workspace, and limits that Customer.io documents'],
  ['recorded', 'Seen in real answers or reported by users; not documented'],
  ['assumed', 'Assumed: nothing is documented. Try both before you rely on one'],
];

const BASIS_TONES: Readonly<Record<Basis, Tone>> = { documented: 'good', recorded: 'info', assumed: 'warn' };

/** How this workspace behaves, with how sure each default is. */
export function switchesPage({ core }: PageRequest): Page {
  const { switches } = core.workspace;
  return {
    title: 'Switches',
    section: 'switches',
    content: (
      <>
        <Head
          title="Switches"
          lead="How this workspace behaves. A change holds for what is sent and applied from now on."
        >
          <form method="post" action="/switches">
            <button type="submit" name="action" value="defaults">
              Back to the defaults
            </button>
          </form>
        </Head>
        <form method="post" action="/switches">
          {GROUPS.map(([basis, heading]) => (
            <Card key={basis} title={heading}>
              <div class="body">
                {SWITCH_NAMES.filter((name) => SWITCH_DESCRIPTIONS[name].basis === basis).map((name) => (
                  <SwitchRow key={name} name={name} switches={switches} />
                ))}
              </div>
            </Card>
          ))}
          <button type="submit" name="action" value="set" class="main">
            Set the switches
          </button>
        </form>
      </>
    ),
  };
}

interface SwitchProps {
  readonly name: SwitchName;
  readonly switches: Switches;
}

function SwitchRow({ name, switches }: SwitchProps) {
  const { basis, meaning } = SWITCH_DESCRIPTIONS[name];
  const isChanged = switches[name] !== DEFAULT_SWITCHES[name];
  return (
    <div class="switch">
      <div>
        <label for={name}>
          <b>{name}</b>
        </label>
        <Badge tone={BASIS_TONES[basis]}>{basis}</Badge>{' '}
        {isChanged ? <Badge tone="bad">default: {String(DEFAULT_SWITCHES[name])}</Badge> : null}
        <p class="hint">{meaning}</p>
      </div>
      <Control name={name} switches={switches} />
    </div>
  );
}

function Control({ name, switches }: SwitchProps) {
  const choices = choicesOf(name);
  const value = switches[name];
  if (choices.kind === 'count') {
    const placeholder = choices.mayBeNull ? 'no end' : '0';
    return (
      <input
        id={name}
        type="number"
        min="0"
        name={name}
        value={value === null ? '' : String(value)}
        placeholder={placeholder}
      />
    );
  }
  const values = choices.kind === 'flag' ? [true, false] : choices.values;
  return (
    <select id={name} name={name}>
      {values.map((choice) => (
        <option key={String(choice)} value={String(choice)} selected={choice === value}>
          {String(choice).replaceAll('_', ' ')}
        </option>
      ))}
    </select>
  );
}
