import { closingQuote } from './closing-quote.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const EXPONENTS: ReadonlySet<number> = new Set([0x45, 0x65]);
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** What can be told about a JSON text without parsing it. */
export interface BodyScan {
  readonly depthMax: number;
  /** Whether some number might come out of JSON.parse with other digits. Never false by mistake. */
  readonly hasRiskyNumber: boolean;
  /** Start and end of each element of the top-level array named "batch", as it was sent. */
  readonly batchItems: readonly TextRange[];
}

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

interface ScanState {
  depth: number;
  depthMax: number;
  hasRiskyNumber: boolean;
  lastKey: string;
  isInBatch: boolean;
  itemStart: number;
  batchItems: TextRange[];
}

/**
 * One pass over the text: how deeply it nests (checked before a recursive parser sees it), whether its
 * numbers fit a double, and where the items of a batch begin and end, since the 32 KB limit counts the
 * bytes as sent.
 * Makes no judgement on broken JSON; the parser does.
 */
export function scanBody(text: string): BodyScan {
  const state: ScanState = {
    depth: 0,
    depthMax: 0,
    hasRiskyNumber: false,
    lastKey: '',
    isInBatch: false,
    itemStart: 0,
    batchItems: [],
  };
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = closingQuote(text, at);
      if (end === -1) return state;
      if (state.depth === 1) state.lastKey = text.slice(at + 1, end);
      at = end;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      open(state, code, at);
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      close(state, text, at);
    } else if (code <= NINE && (code >= ZERO || code === MINUS)) {
      const end = numberEnd(text, at);
      if (!state.hasRiskyNumber) state.hasRiskyNumber = isRiskyNumber(text, at, end);
      at = end - 1;
    } else if (code === COMMA && state.isInBatch && state.depth === 2) {
      endItem(state, at);
    }
  }
  return state;
}

function open(state: ScanState, code: number, at: number): void {
  state.depth += 1;
  if (state.depth > state.depthMax) state.depthMax = state.depth;
  if (state.depth !== 2) return;
  state.isInBatch = code === OPEN_BRACKET && state.lastKey === 'batch';
  if (!state.isInBatch) return;
  // A repeated key replaces the earlier one, as in JSON.parse.
  state.batchItems = [];
  state.itemStart = at + 1;
}

function close(state: ScanState, text: string, at: number): void {
  if (state.depth === 2 && state.isInBatch) {
    const isEmpty = state.batchItems.length === 0 && text.slice(state.itemStart, at).trim() === '';
    if (!isEmpty) endItem(state, at);
    state.isInBatch = false;
  }
  state.depth -= 1;
}

function endItem(state: ScanState, at: number): void {
  state.batchItems.push({ start: state.itemStart, end: at });
  state.itemStart = at + 1;
}

/** Position after the number that begins at `start`. */
function numberEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && isInNumber(text.charCodeAt(at))) at += 1;
  return at;
}

function isInNumber(code: number): boolean {
  return (
    (code >= ZERO && code <= NINE) || code === POINT || code === MINUS || EXPONENTS.has(code) || code === 0x2b
  );
}

/** A double holds every number of fifteen digits. */
const SAFE_LENGTH_MAX = 15;
/** Whole numbers without a leading zero, or fractions that neither end in 0 nor are tiny. */
const PLAIN_NUMBER = /^-?(?:[1-9]\d*|\d+\.\d*[1-9])$|^0$/;
const TINY_NUMBER = /^-?0\.0{6}/;

function isRiskyNumber(text: string, start: number, end: number): boolean {
  if (end - start > SAFE_LENGTH_MAX) return true;
  const number = text.slice(start, end);
  return !PLAIN_NUMBER.test(number) || TINY_NUMBER.test(number);
}
