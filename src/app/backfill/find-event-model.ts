import type { BackfillMode } from '../../core/backfill/backfill-plan.ts';
import { type EventModel, type Model, makesEvents } from '../../core/contract/contract.ts';
import { didYouMean } from '../../core/contract/did-you-mean.ts';
import { ContractError } from '../../core/errors/millrace-error.ts';
import type { Session } from '../session.ts';

/**
 * The model that makes an event, named by the event or by itself.
 * @throws ContractError `usage` when there is none, `draft_only` for a draft that may not be sent here,
 * `backfill_forbidden` for carts.
 */
export function findEventModel({ contract, models, workspaceName }: Session, name: string): EventModel {
  const events = contract.models.filter(makesEvents);
  const model = events.find(({ event }) => event === name) ?? events.find((each) => each.name === name);
  if (model === undefined) {
    const hint = didYouMean(
      name,
      events.map(({ event }) => event),
    );
    throw new ContractError('usage', `there is no event \`${name}\``, { hint });
  }
  if (model.kind === 'abandonment') throw cartsForbidden(model.event);
  if (!models.some((each: Model) => each.name === model.name)) {
    throw new ContractError('draft_only', `${model.name}: a draft is not sent to ${workspaceName}`);
  }
  return model;
}

function cartsForbidden(event: string): ContractError {
  const message = `${event} is computed from carts as they are now: what a cart was in the past is not known any more`;
  const hint =
    'An abandoned cart of last week is no news to anybody. Nothing older than `not_after` is sent.';
  return new ContractError('backfill_forbidden', message, { hint });
}

/** The mode that is asked for, or the model's own. @throws ContractError `backfill_forbidden` */
export function allowedMode(model: EventModel, asked: BackfillMode | undefined): BackfillMode {
  const { backfill: policy, event, file } = model;
  if (policy === 'forbidden') {
    throw new ContractError('backfill_forbidden', `${event} may not be backfilled: ${file} forbids it`);
  }
  const mode = asked ?? policy;
  if (policy === 'attributes_only' && mode === 'historical') {
    const message = `${event} is never sent by a backfill: ${file} says \`backfill: attributes_only\``;
    throw new ContractError('backfill_forbidden', message, {
      hint: 'Leave `--mode` out: the attributes of its people are brought up to date.',
    });
  }
  return mode;
}
