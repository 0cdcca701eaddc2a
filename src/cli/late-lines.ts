import type { EventPlan, ModelPlan } from '../core/plan/plan-summary.ts';
import { counted } from './text.ts';

/** Events that are held because they came too late. */
export interface LateEvents {
  readonly event: string;
  readonly held: number;
}

/** By event. Carts are left out: one that is late is over, and nothing releases it. */
export function lateEvents(plans: readonly ModelPlan[]): readonly LateEvents[] {
  const events = plans.filter((plan): plan is EventPlan => plan.kind === 'event');
  return events
    .map(({ event, withheld }) => ({
      event,
      held: withheld.filter(({ code }) => code === 'late').reduce((sum, { count }) => sum + count, 0),
    }))
    .filter(({ held }) => held > 0);
}

/** How many are held, and what to do about them. */
export function lateLines(plans: readonly ModelPlan[]): readonly string[] {
  return lateEvents(plans).map(({ event, held }) => {
    const events = counted(held, 'event is held as late', 'events are held as late');
    return `${event}: ${events}. \`millrace release ${event} --dry-run --reason TEXT\` shows what could be sent now.`;
  });
}
