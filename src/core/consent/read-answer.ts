import type { RawCells } from '../shape/encode-person.ts';
import type { Fault } from '../shape/fault.ts';
import type { BoundField } from '../shape/shape-row.ts';
import { shapeTime } from '../shape/shape-time.ts';
import { type Cell, decodeCell, shapeValue } from '../shape/shape-value.ts';
import type { ConsentAnswer } from './consent-target.ts';

/** What a row says about one consent. */
export interface AnswerReading {
  /** Undefined for NULL, and for everything that is not strictly yes or no. */
  readonly answer: ConsentAnswer | undefined;
  /** Unix seconds; 0 when there is no time, or none that is proven. */
  readonly answeredAt: number;
  /** Why there is no answer, or, for an opt-in that may be written, no time. */
  readonly fault: Fault | undefined;
}

export interface AnswerColumns {
  readonly answer: BoundField;
  readonly answeredAt: BoundField | undefined;
  readonly allowsOptIn: boolean;
}

const NO_ANSWER: AnswerReading = { answer: undefined, answeredAt: 0, fault: undefined };
const ZERO = 0x30;
const ONE = 0x31;

/** `latest` is the last moment (unix seconds) that an answer can have been given. */
export function readAnswer(cells: RawCells, columns: AnswerColumns, latest: number): AnswerReading {
  const { field, index } = columns.answer;
  const answer = quickAnswer(cells, index) ?? slowAnswer(cellOf(cells, index), columns.answer);
  if (answer === 'none') return NO_ANSWER;
  if (typeof answer === 'object') return { ...NO_ANSWER, fault: { ...answer, column: field.column } };
  if (columns.answeredAt === undefined) return { ...NO_ANSWER, answer };
  const time = answerTime(cells, columns.answeredAt, latest);
  if (typeof time === 'number') return { answer, answeredAt: time, fault: undefined };
  const needsTime = answer === 'in' && columns.allowsOptIn;
  return { answer, answeredAt: 0, fault: needsTime ? time : undefined };
}

/** Nearly all answers are a digit. */
function quickAnswer({ buffer, starts, ends }: RawCells, index: number): ConsentAnswer | 'none' | undefined {
  const start = starts[index] as number;
  const end = ends[index] as number;
  if (end - start !== 1) return undefined;
  if (buffer[start] === ONE) return 'in';
  return buffer[start] === ZERO ? 'out' : undefined;
}

function slowAnswer(cell: Cell, { field }: BoundField): ConsentAnswer | 'none' | Pick<Fault, 'code'> {
  const shaped = shapeValue(cell, field);
  if (typeof shaped !== 'string') return { code: shaped.fault };
  if (shaped === 'true') return 'in';
  return shaped === 'false' ? 'out' : 'none';
}

function answerTime(cells: RawCells, { field, index }: BoundField, latest: number): number | Fault {
  const cell = cellOf(cells, index);
  const { column } = field;
  if (cell === null) return { code: 'consent_time_missing', column };
  if (cell === undefined) return { code: 'not_text', column };
  const time = shapeTime(cell, field.time);
  if ('fault' in time) return { code: time.fault, column };
  return time.unixSeconds > latest ? { code: 'time_in_future', column } : time.unixSeconds;
}

function cellOf({ buffer, starts, ends }: RawCells, index: number): Cell {
  const end = ends[index] as number;
  return end < 0 ? null : decodeCell(buffer, starts[index] as number, end);
}
