import { HOLD_CODES, type HoldCode } from '../core/guard/hold.ts';
import { FAULT_CODES, type FaultCode } from '../core/shape/fault.ts';

interface Reason {
  readonly reason: string;
  readonly cure: string;
}

/** What a code of a fault or a held row means; undefined for what Customer.io said. */
export function reasonOf(code: string): Reason | undefined {
  if (code in FAULT_CODES) return FAULT_CODES[code as FaultCode];
  if (code in HOLD_CODES) return HOLD_CODES[code as HoldCode];
  return undefined;
}
