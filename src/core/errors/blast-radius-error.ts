import type { RadiusExample } from '../guard/radius-example.ts';
import type { Verdict } from '../guard/verdict.ts';
import { ContractError } from './millrace-error.ts';

/** By limit: what would become of some people. */
export type BlastExamples = ReadonlyMap<string, readonly RadiusExample[]>;

/** A run would change more than it may. The message holds numbers only; the examples are for who asked for the run. */
export class BlastRadiusError extends ContractError {
  readonly examples: BlastExamples;

  constructor(stops: readonly Verdict[], examples: BlastExamples) {
    const limits = stops.map(({ limit }) => limit).join(' ');
    super('blast_radius', stops.map(({ message }) => message).join('; '), {
      hint: `Nothing was sent but opt-outs. If this is right: --allow ${limits} --reason TEXT. If it is right every time, change the limit under \`guardrails\`. docs/guides/guardrails.md`,
    });
    this.examples = examples;
  }
}
