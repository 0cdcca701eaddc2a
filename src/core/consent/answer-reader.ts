import type { ConsentField } from '../contract/contract.ts';
import type { RawCells } from '../shape/encode-person.ts';
import type { Fault } from '../shape/fault.ts';
import type { BoundField } from '../shape/shape-row.ts';
import { shapeTime } from '../shape/shape-time.ts';
import { type Cell, decodeCell, shapeValue } from '../shape/shape-value.ts';
import { quickTime } from '../time/quick-time.ts';
import type { ConsentAnswer } from './consent-target.ts';

/** A consent, and where its columns stand in the result. */
export interface BoundConsent {
  readonly consent: ConsentField;
  readonly answer: BoundField;
  readonly answeredAt: BoundField | undefined;
}

const ZERO = 0x30;
const ONE = 0x31;

const READS_NOTHING = (): number => -1;

/** Reads what rows say about one consent: quickly what nearly all of them say, and carefully the rest. */
export class AnswerReader {
  readonly bound: BoundConsent;
  private readonly answerIndex: number;
  private readonly timeIndex: number;
  private readonly quickTime: (source: Uint8Array, start: number, end: number) => number;

  constructor(bound: BoundConsent) {
    const { answer, answeredAt } = bound;
    this.bound = bound;
    this.answerIndex = answer.index;
    this.timeIndex = answeredAt?.index ?? -1;
    const isQuick = answeredAt?.field.time.format === 'datetime';
    this.quickTime = isQuick ? quickTime(answeredAt.field.time) : READS_NOTHING;
  }

  /** Undefined for NULL; a fault for everything that is not strictly yes or no. */
  answer(cells: RawCells): ConsentAnswer | Fault | undefined {
    const { buffer, starts, ends } = cells;
    const start = starts[this.answerIndex] as number;
    if ((ends[this.answerIndex] as number) - start === 1) {
      if (buffer[start] === ONE) return 'in';
      if (buffer[start] === ZERO) return 'out';
    }
    const { field } = this.bound.answer;
    const shaped = shapeValue(cellOf(cells, this.answerIndex), field);
    if (typeof shaped !== 'string') return { code: shaped.fault, column: field.column };
    if (shaped === 'true') return 'in';
    return shaped === 'false' ? 'out' : undefined;
  }

  /**
   * When it was given, in unix seconds; 0 when the contract names no column for that. `latest` is the last moment
   * that it can have been.
   */
  answeredAt(cells: RawCells, latest: number): number | Fault {
    const { answeredAt } = this.bound;
    if (answeredAt === undefined) return 0;
    const { column } = answeredAt.field;
    const quick = this.quickAnsweredAt(cells);
    const time = quick >= 0 ? quick : slowAnsweredAt(cells, answeredAt);
    if (typeof time !== 'number') return time;
    return time > latest ? { code: 'time_in_future', column } : time;
  }

  private quickAnsweredAt({ buffer, starts, ends }: RawCells): number {
    const end = ends[this.timeIndex] as number;
    return end < 0 ? -1 : this.quickTime(buffer, starts[this.timeIndex] as number, end);
  }
}

function slowAnsweredAt(cells: RawCells, { field, index }: BoundField): number | Fault {
  const { column } = field;
  const cell = cellOf(cells, index);
  if (cell === null) return { code: 'consent_time_missing', column };
  if (cell === undefined) return { code: 'not_text', column };
  const time = shapeTime(cell, field.time);
  return 'fault' in time ? { code: time.fault, column } : time.unixSeconds;
}

function cellOf({ buffer, starts, ends }: RawCells, index: number): Cell {
  const end = ends[index] as number;
  return end < 0 ? null : decodeCell(buffer, starts[index] as number, end);
}
