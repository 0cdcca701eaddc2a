import type { Problem } from '../checks/problem.ts';
import { shuffled } from '../seeded-chance.ts';
import type { FaultAction } from './fault-rule.ts';

export interface StatusFault {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the rules do to one request. */
export interface FaultPlan {
  /** Names of the rules that struck, for the request log. */
  readonly rules: readonly string[];
  readonly delayMs: number;
  /** Whether the request takes effect. */
  readonly isApplied: boolean;
  readonly connection: 'answer' | 'cut' | 'hang';
  /** The answer to give instead of the true one. */
  readonly status: StatusFault | undefined;
  readonly refused: ReadonlyMap<number, Problem>;
  readonly partialStatus: 200 | 207;
  readonly dropped: ReadonlySet<number>;
  readonly duplicated: ReadonlySet<number>;
  readonly shuffles: readonly Shuffle[];
}

/** These items, in an order drawn for this strike, take each other's places. */
export interface Shuffle {
  readonly items: ReadonlySet<number>;
  readonly seed: number;
  /** How often the rule has struck. */
  readonly strike: number;
}

export const NO_FAULT: FaultPlan = {
  rules: [],
  delayMs: 0,
  isApplied: true,
  connection: 'answer',
  status: undefined,
  refused: new Map(),
  partialStatus: 207,
  dropped: new Set(),
  duplicated: new Set(),
  shuffles: [],
};

/** Adds the effect of one rule on the chosen items. Of two answers or two cuts the first rule wins. */
export function withAction(
  plan: FaultPlan,
  action: FaultAction,
  items: readonly number[],
  strike: number,
): FaultPlan {
  const isOpen = plan.connection === 'answer' && plan.status === undefined;
  switch (action.kind) {
    case 'delay':
      return { ...plan, delayMs: plan.delayMs + action.delayMs };
    case 'drop-before':
      return isOpen ? { ...plan, connection: 'cut', isApplied: false } : plan;
    case 'drop-after-commit':
      return isOpen ? { ...plan, connection: 'cut' } : plan;
    case 'hang':
      return isOpen ? { ...plan, connection: 'hang', isApplied: action.applied } : plan;
    case 'status':
      return isOpen ? { ...plan, status: action, isApplied: action.applied } : plan;
    case 'reject-items':
      return { ...plan, partialStatus: action.status, refused: withRefusals(plan.refused, action, items) };
    case 'silent-drop':
      return { ...plan, dropped: new Set([...plan.dropped, ...items]) };
    case 'duplicate-apply':
      return { ...plan, duplicated: new Set([...plan.duplicated, ...items]) };
    case 'shuffle':
      return { ...plan, shuffles: [...plan.shuffles, { items: new Set(items), seed: action.seed, strike }] };
  }
}

function withRefusals(
  refused: ReadonlyMap<number, Problem>,
  { reason, field, message }: Problem,
  items: readonly number[],
): ReadonlyMap<number, Problem> {
  const added = items.map((index) => [index, { reason, field, message }] as const);
  return new Map([...refused, ...added]);
}

/** The items in the order in which they are to be applied. */
export function shuffledItems<Item extends { readonly index: number }>(
  items: readonly Item[],
  shuffles: readonly Shuffle[],
): readonly Item[] {
  return shuffles.reduce<readonly Item[]>((ordered, { items: chosen, seed, strike }) => {
    const places = ordered.filter((item) => chosen.has(item.index));
    const drawn = shuffled(places, seed, strike * places.length).values();
    return ordered.map((item) => (chosen.has(item.index) ? (drawn.next().value ?? item) : item));
  }, items);
}
