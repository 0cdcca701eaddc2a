import type { KeyedModel } from '../../core/contract/contract.ts';
import { InvalidContractError, type Problem } from '../../core/contract/problem.ts';
import { segmentProblem } from '../../core/customerio/segment-problem.ts';
import { DestinationError } from '../../core/errors/millrace-error.ts';
import type { Session } from '../session.ts';

/**
 * Whether the segments that models speak of are there and take members; only an App API key can tell.
 * @throws InvalidContractError `segment_unusable`
 */
export async function checkSegments(session: Session, signal: AbortSignal | undefined): Promise<void> {
  const models = session.models.filter((model) => model.kind === 'segment') as readonly KeyedModel[];
  if (models.length === 0 || session.app === undefined) return;
  try {
    const segments = await session.app.journeys.segments(signal);
    const problems = models.flatMap((model): readonly Problem[] => {
      const found = segmentProblem(
        segments.find(({ id }) => String(id) === model.target),
        model.target,
      );
      const yaml = session.contract.yamlFiles.get(model.file);
      return found === undefined || yaml === undefined
        ? []
        : [yaml.problemAt(['segment_id'], found.message, found.hint)];
    });
    if (problems.length > 0) throw new InvalidContractError(problems, 'segment_unusable');
  } catch (error) {
    if (!(error instanceof DestinationError)) throw error;
    // Customer.io itself refuses what is wrong with a segment, only later.
    const text = `Segments could not be checked: ${error.message}`;
    session.toolbox.observer.observe({ kind: 'warning', text });
  }
}
