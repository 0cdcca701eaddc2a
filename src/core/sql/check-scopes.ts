import type { Problem } from '../contract/problem.ts';
import { isAlmostScope, scopeExpression } from './scope-comment.ts';
import { tokenizeSql } from './sql-tokens.ts';
import { placeOf } from './text-place.ts';

/** A word, a symbol, a quoted text or a scope, and how deep in parentheses it stands. */
interface Piece {
  readonly text: string;
  readonly kind: 'code' | 'quoted' | 'scope';
  readonly offset: number;
  readonly depth: number;
}

const PIECE = /[A-Za-z_$][\w$]*|\|\||[^\s\w]|\w+/g;

/** What may come before a predicate only if something is to be compared. */
const UNFINISHED = new Set(
  'where and or not xor on between in like is select from having by = < > + - * / , ( || ! . %'.split(' '),
);

/** What may follow a predicate of a WHERE. */
const MAY_FOLLOW = new Set(
  ') ; and group order having limit union except intersect window for procedure into lock'.split(' '),
);

/** What ends the WHERE of a query. */
const AFTER_WHERE = new Set('group order having limit union except intersect window'.split(' '));

const SHAPE_HINT =
  'Write `WHERE TRUE /* scope: alias.column */`, or put it after the last condition of a WHERE.';

/** What is wrong with the scope comments of a query: each must stand where `AND …` may stand and mean what it says. */
export function checkScopes(file: string, sql: string): readonly Problem[] {
  const problemAt = (offset: number, message: string, hint = SHAPE_HINT): Problem => ({
    file,
    ...placeOf(sql, offset),
    message,
    hint,
  });
  const almost = tokenizeSql(sql)
    .filter(isAlmostScope)
    .map(({ start }) =>
      problemAt(start, 'this looks like a scope and is not read as one', 'Write it as `/* scope: … */`.'),
    );
  const pieces = piecesOf(sql);
  const misplaced = pieces.flatMap((piece, index) => {
    if (piece.kind !== 'scope') return [];
    const complaint = expressionComplaint(piece.text) ?? placeComplaint(pieces, index);
    return complaint === undefined ? [] : [problemAt(piece.offset, ...complaint)];
  });
  return [...almost, ...misplaced];
}

type Complaint = readonly [message: string, hint?: string];

function expressionComplaint(expression: string): Complaint | undefined {
  if (expression === '') return ['the scope names no column', 'Write `/* scope: alias.column */`.'];
  const tokens = tokenizeSql(expression);
  const code = tokens
    .filter(({ kind }) => kind === 'code')
    .map(({ text }) => text)
    .join(' ');
  const isWhole =
    tokens.every(({ kind, text }) => kind !== 'comment' && (kind !== 'quoted' || isClosed(text))) &&
    isBalanced(code);
  if (isWhole && !/[;?]|:[A-Za-z_]|\bselect\b|\b(and|or|xor)\b|\|\||&&/i.test(code)) return undefined;
  return [
    'the scope is not one expression',
    'Name the column that holds the key, such as `o.customer_id`; one value, no condition.',
  ];
}

function isClosed(text: string): boolean {
  return text.length > 1 && text.endsWith(text.slice(0, 1));
}

function isBalanced(code: string): boolean {
  let depth = 0;
  for (const character of code) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function placeComplaint(pieces: readonly Piece[], index: number): Complaint | undefined {
  const { depth } = pieces[index] as Piece;
  const where = lastWhere(pieces, index, depth);
  if (where === undefined) return ['the scope does not stand in a WHERE'];
  const previous = pieces[index - 1];
  if (previous?.kind === 'code' && UNFINISHED.has(previous.text)) {
    return [`a condition is missing between \`${previous.text.toUpperCase()}\` and the scope`];
  }
  const between = pieces.slice(where + 1, index).filter((piece) => piece.depth === depth);
  const next = pieces.slice(index + 1).find(({ kind }) => kind !== 'scope');
  if (isAlternative(next) || between.some(isAlternative)) {
    return [
      'an OR beside the scope would not be narrowed by it',
      'Put parentheses around everything else: `WHERE (a OR b) /* scope: … */`.',
    ];
  }
  if (isInsideBetween(between)) return ['the scope stands inside a BETWEEN'];
  const mayFollow = next === undefined || (next.kind === 'code' && MAY_FOLLOW.has(next.text));
  return mayFollow ? undefined : [`\`${next.text}\` can not follow a scope`];
}

/** The WHERE that the place belongs to: nothing of its query that comes after a WHERE lies between. */
function lastWhere(pieces: readonly Piece[], index: number, depth: number): number | undefined {
  for (let at = index - 1; at >= 0; at -= 1) {
    const piece = pieces[at] as Piece;
    if (piece.depth < depth) return undefined;
    if (piece.depth > depth || piece.kind !== 'code') continue;
    if (piece.text === 'where') return at;
    if (AFTER_WHERE.has(piece.text) || piece.text === 'select') return undefined;
  }
  return undefined;
}

function isAlternative(piece: Piece | undefined): boolean {
  return piece?.kind === 'code' && ['or', 'xor', '||'].includes(piece.text);
}

function isInsideBetween(pieces: readonly Piece[]): boolean {
  const last = pieces.findLastIndex(({ kind, text }) => kind === 'code' && text === 'between');
  return last >= 0 && !pieces.slice(last).some(({ kind, text }) => kind === 'code' && text === 'and');
}

function piecesOf(sql: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  for (const token of tokenizeSql(sql)) {
    const scope = scopeExpression(token);
    if (scope !== undefined) pieces.push({ text: scope, kind: 'scope', offset: token.start, depth });
    else if (token.kind === 'quoted') {
      pieces.push({ text: token.text, kind: 'quoted', offset: token.start, depth });
    } else if (token.kind === 'code') {
      for (const match of token.text.matchAll(PIECE)) {
        const text = match[0].toLowerCase();
        if (text === ')') depth -= 1;
        pieces.push({ text, kind: 'code', offset: token.start + match.index, depth });
        if (text === '(') depth += 1;
      }
    }
  }
  return pieces;
}
