import { type Operation, peopleNamed } from '../operation.ts';
import { chance } from '../seeded-chance.ts';
import { type FaultPlan, NO_FAULT, withAction } from './fault-plan.ts';
import type { FaultMatch, FaultRule } from './fault-rule.ts';

/** What a rule can be matched against. */
export interface FaultTarget {
  readonly method: string;
  readonly path: string;
  readonly items: readonly { readonly index: number; readonly operation: Operation }[];
}

interface ArmedRule {
  readonly rule: FaultRule;
  readonly name: string;
  matchCount: number;
  itemCount: number;
  hitCount: number;
}

const DEFAULT_SEED = 1;

export type FaultSnapshot = ReturnType<FaultBook['snapshot']>;

/** The fault rules in force, and how often each has matched: what strikes depends on order and seed alone. */
export class FaultBook {
  #armed: readonly ArmedRule[];

  constructor(from?: FaultSnapshot) {
    this.#armed = from?.armed.map((rule) => ({ ...rule })) ?? [];
  }

  snapshot() {
    return { armed: this.#armed.map((rule) => ({ ...rule })) } as const;
  }

  /** Replaces all rules; counting starts anew. */
  replace(rules: readonly FaultRule[]): void {
    this.#armed = [];
    this.add(rules);
  }

  /** Puts rules behind those in force, which go on counting. */
  add(rules: readonly FaultRule[]): void {
    const numbered = rules.map((rule, index) => armed(rule, this.#armed.length + index));
    this.#armed = [...this.#armed, ...numbered];
  }

  /** Removes the rules of this name. */
  remove(name: string): void {
    this.#armed = this.#armed.filter((rule) => rule.name !== name);
  }

  list(): readonly { readonly name: string; readonly rule: FaultRule; readonly hits: number }[] {
    return this.#armed.map(({ name, rule, hitCount }) => ({ name, rule, hits: hitCount }));
  }

  /** What happens to this request. Counts it, so it is to be asked once for each. */
  plan(target: FaultTarget): FaultPlan {
    return this.#armed.reduce((plan, armed) => strike(plan, armed, target), NO_FAULT);
  }
}

function armed(rule: FaultRule, place: number): ArmedRule {
  const name = rule.name ?? `${rule.action.kind} #${place}`;
  return { rule, name, matchCount: 0, itemCount: 0, hitCount: 0 };
}

function strike(plan: FaultPlan, armed: ArmedRule, target: FaultTarget): FaultPlan {
  const { match, action } = armed.rule;
  if (!matchesRequest(match, target)) return plan;
  const items = chosenItems(armed, target);
  if (picksItems(match) && items.length === 0) return plan;
  armed.matchCount += 1;
  if (!isStruck(match, armed.matchCount)) return plan;
  armed.hitCount += 1;
  return withAction({ ...plan, rules: [...plan.rules, armed.name] }, action, items, armed.hitCount);
}

function matchesRequest(match: FaultMatch, target: FaultTarget): boolean {
  const isMethod = match.method === undefined || match.method.toUpperCase() === target.method;
  return isMethod && target.path.startsWith(match.path ?? '');
}

function picksItems(match: FaultMatch): boolean {
  return (
    match.items !== undefined ||
    match.people !== undefined ||
    match.event !== undefined ||
    match.itemProbability !== undefined
  );
}

function chosenItems(armed: ArmedRule, target: FaultTarget): readonly number[] {
  const { match } = armed.rule;
  const chosen = target.items.filter(
    ({ index, operation }) =>
      (match.items?.includes(index) ?? true) &&
      (match.people === undefined || namesOneOf(match.people, operation)) &&
      (match.event === undefined || ('name' in operation && operation.name === match.event)),
  );
  const lucky = chosen.filter(() => isItemStruck(armed));
  return lucky.map(({ index }) => index);
}

function namesOneOf(people: readonly string[], operation: Operation): boolean {
  return peopleNamed(operation).some((person) => people.includes(person));
}

function isItemStruck(armed: ArmedRule): boolean {
  const { itemProbability, seed } = armed.rule.match;
  if (itemProbability === undefined) return true;
  armed.itemCount += 1;
  return chance(seed ?? DEFAULT_SEED, armed.itemCount) < itemProbability;
}

function isStruck(match: FaultMatch, matchCount: number): boolean {
  const ordinal = matchCount - (match.skipFirst ?? 0);
  return (
    ordinal > 0 &&
    ordinal <= (match.firstN ?? Number.POSITIVE_INFINITY) &&
    ordinal % (match.everyNth ?? 1) === 0 &&
    (match.probability === undefined || chance(match.seed ?? DEFAULT_SEED, matchCount) < match.probability)
  );
}
