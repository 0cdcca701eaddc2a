import { type Contract, isKeyed, type Model, makesEvents } from '../../core/contract/contract.ts';
import { didYouMean } from '../../core/contract/did-you-mean.ts';
import { type Lock, withWorkspace, workspaceLock, writeLock } from '../../core/contract/lock.ts';
import { InvalidContractError } from '../../core/contract/problem.ts';
import { changeProblems } from '../../core/definition/change-problems.ts';
import { type DefinitionChange, definitionChanges } from '../../core/definition/definition-change.ts';
import { acceptChanges, isNamed } from '../../core/definition/publish-definitions.ts';
import { ContractError } from '../../core/errors/millrace-error.ts';
import type { Session } from '../session.ts';

/** Somebody's decision that meanings may change. */
export interface AcceptedDefinitions {
  /** `MODEL` or `MODEL.FIELD`. */
  readonly targets: readonly string[];
  readonly reason: string;
}

/**
 * What of these models is not as it was published, and does not stop.
 * @throws InvalidContractError `definition_changed` where a meaning changed.
 */
export function settledChanges(
  session: Session,
  models: readonly Model[] = session.models,
): readonly DefinitionChange[] {
  const changes = changesOf(session, models);
  refuseChanges(session.contract, session.lock, session.workspaceName, changes);
  return changes;
}

function changesOf(
  { contract, lock, workspaceName }: Session,
  models: readonly Model[],
): readonly DefinitionChange[] {
  return definitionChanges(contract, models, workspaceLock(lock, workspaceName));
}

/** @throws InvalidContractError `definition_changed` */
export function refuseChanges(
  contract: Contract,
  lock: Lock | undefined,
  workspace: string,
  changes: readonly DefinitionChange[],
): void {
  const problems = changeProblems(contract, changes, { workspace, lock: workspaceLock(lock, workspace) });
  if (problems.length > 0) throw new InvalidContractError(problems, 'definition_changed');
}

/** The session with what was accepted in its lock file; nothing when nothing was. */
export async function withAccepted(
  session: Session,
  accepted: AcceptedDefinitions | undefined,
): Promise<Session> {
  return accepted === undefined ? session : accept(session, accepted);
}

async function accept(session: Session, { targets, reason }: AcceptedDefinitions): Promise<Session> {
  const { contract, lock, workspaceName, folder, toolbox } = session;
  for (const target of targets) requireTarget(contract, target);
  const changes = changesOf(session, session.models).filter(
    (change) => change.verdict === 'changed' && isNamed(change, targets),
  );
  if (lock === undefined || changes.length === 0) {
    const text = `Nothing to accept: ${targets.join(', ')} is as it was published in ${workspaceName}.`;
    toolbox.observer.observe({ kind: 'warning', text });
    return session;
  }
  const { canonical } = contract.project;
  const workspace = acceptChanges(workspaceLock(lock, workspaceName), changes, { canonical, reason });
  const after = withWorkspace(lock, workspaceName, workspace);
  await folder.writeLock(writeLock(after));
  return { ...session, lock: after };
}

/** @throws ContractError `usage` when the contract has no such model, or it has no such field. */
function requireTarget({ models }: Contract, target: string): void {
  const known = models.flatMap((model) => [
    model.name,
    ...fieldNames(model).map((name) => `${model.name}.${name}`),
  ]);
  if (known.includes(target)) return;
  const message = `\`--accept-definition ${target}\`: there is no such model or field`;
  throw new ContractError('usage', message, { hint: didYouMean(target, known) });
}

function fieldNames(model: Model): readonly string[] {
  if (makesEvents(model)) return model.properties.map(({ name }) => name);
  if (model.kind === 'identities') return [];
  if (isKeyed(model)) return model.attributes.map(({ name }) => name);
  return [...model.attributes, ...model.consents.map(({ answer }) => answer)].map(({ name }) => name);
}
