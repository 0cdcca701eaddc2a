import type { HoldCode } from '../core/guard/hold.ts';
import type { LivenessRule } from '../core/guard/liveness.ts';
import type { ModelRecorder } from './model-recorder.ts';

/** A model whose events are sent. */
export interface EventModelDelivery {
  readonly recorder: ModelRecorder;
  /** Rule of age; undefined for history in a sandbox. */
  readonly liveness: LivenessRule | undefined;
  /** The rule for events that waited for their person. */
  readonly waitingLiveness: LivenessRule | undefined;
  /** Why an event is held that is too old, or, in a backfill, too young. */
  readonly lateCode: HoldCode;
  /** People whose events wait: what was sent of them is not seen at Customer.io. */
  readonly unsettled: ReadonlySet<string>;
  /** Told about events that were held at the moment of sending. */
  onHeld(key: string, code: HoldCode): void;
}
