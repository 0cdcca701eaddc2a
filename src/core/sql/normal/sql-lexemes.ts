import { type SqlToken, tokenizeSql } from '../sql-tokens.ts';

type LexemeKind =
  | 'word'
  | 'name'
  | 'text'
  | 'number'
  | 'symbol'
  | 'parameter'
  | 'variable'
  | 'hint'
  | 'open'
  | 'close';

/** The smallest piece of SQL that means something. */
export interface Lexeme {
  readonly kind: LexemeKind;
  /** As written; of a name without its backticks. */
  readonly text: string;
  /** True when nothing stands between it and the one before: `COUNT (` is not `COUNT(`. */
  readonly isGlued: boolean;
}

/** Opens what a scope comment holds, which is part of the definition. */
export const SCOPE_OPEN = '/*scope:';

/**
 * SQL as lexemes, without layout and comments. Undefined when that cannot be said with certainty: executable
 * comments, quotes or comments without an end, characters of which it is not sure how a server reads them.
 */
export function lexemesOf(sql: string): readonly Lexeme[] | undefined {
  const reader = new LexemeReader();
  const isCertain = tokenizeSql(sql).every((token) => reader.read(token));
  return isCertain ? withoutEnd(reader.lexemes) : undefined;
}

const SCOPE_COMMENT = /^\/\*\s*scope\s*:([\s\S]*)\*\/$/i;

/** A comment that begins like a scope comment but is not written as one. */
const ALMOST_SCOPE = /^(?:#|--|\/\*)\s*scope\s*:/i;

/** What the server runs although it looks like a comment. */
const EXECUTABLE_COMMENT = /\/\*M?!/;

/** Where such a text ends depends on the server's sql_mode. */
const DOUBTFUL_ESCAPE = /\\['"\\]/;

/** Two dashes begin a comment before a space or a control character; before any other it is not sure. */
const DOUBTFUL_DASHES = /^--[^ \t\n]/;

/** Anything that may be part of a name; the characters beyond ASCII without those that are a kind of space. */
const NAME =
  '[\\w$\\u00a1-\\u167f\\u1681-\\u1fff\\u2030-\\u205e\\u2070-\\u2fff\\u3001-\\ufefe\\uff00-\\uffef]';

/** The first that matches counts. */
const CODE: readonly (readonly [LexemeKind | 'space', RegExp])[] = [
  ['space', /[ \t\n]+/y],
  [
    'number',
    new RegExp(`(?:\\d+(?:\\.\\d*)?|(?<![\\w$)\\u0080-\\uffef])\\.\\d+)(?:e[+-]?\\d+)?(?!${NAME})`, 'iy'),
  ],
  ['variable', /@@?[\w$.]*/y],
  ['parameter', /(?<![:\w]):[A-Za-z_]\w*/y],
  ['word', new RegExp(`${NAME}+`, 'y')],
  ['open', /\(/y],
  ['close', /\)/y],
  ['symbol', /<=>|->>|:=|<=|>=|<>|!=|<<|>>|\|\||&&|->|[-+*/%^~!&|<>=,;.?:]/y],
];

class LexemeReader {
  readonly lexemes: Lexeme[] = [];
  private isGap = true;

  /** @returns false when it is not certain what the token means. */
  read({ kind, text }: SqlToken): boolean {
    switch (kind) {
      case 'code':
        return !EXECUTABLE_COMMENT.test(text) && this.readCode(text);
      case 'quoted':
        return this.readQuoted(text);
      case 'comment':
        return this.readComment(text);
    }
  }

  private add(kind: LexemeKind, text: string): boolean {
    this.lexemes.push({ kind, text, isGlued: !this.isGap });
    this.isGap = false;
    return true;
  }

  private readCode(code: string): boolean {
    for (let start = 0; start < code.length; ) {
      const found = lexemeAt(code, start);
      if (found === undefined) return false;
      if (found.kind === 'space') this.isGap = true;
      else this.add(found.kind, found.text);
      start += found.text.length;
    }
    return true;
  }

  private readQuoted(text: string): boolean {
    const quote = text.slice(0, 1);
    if (text.length < 2 || !text.endsWith(quote)) return false;
    if (quote === '`') return this.add('name', text.slice(1, -1).replaceAll('``', '`'));
    return !DOUBTFUL_ESCAPE.test(text) && this.add('text', text);
  }

  private readComment(text: string): boolean {
    this.isGap = true;
    if (text.startsWith('/*+')) return this.add('hint', text);
    if (text.startsWith('/*') && (text.length < 4 || !text.endsWith('*/'))) return false;
    if (DOUBTFUL_DASHES.test(text)) return false;
    const scope = SCOPE_COMMENT.exec(text)?.[1];
    if (scope === undefined) return !ALMOST_SCOPE.test(text);
    this.add('open', SCOPE_OPEN);
    return tokenizeSql(scope).every((token) => this.read(token)) && this.add('close', '*/');
  }
}

function lexemeAt(
  code: string,
  start: number,
): { readonly kind: LexemeKind | 'space'; readonly text: string } | undefined {
  for (const [kind, pattern] of CODE) {
    pattern.lastIndex = start;
    const text = pattern.exec(code)?.[0];
    if (text !== undefined) return { kind, text };
  }
  return undefined;
}

/** Without the semicolons at the end; one in the middle is nothing that a model may have. */
function withoutEnd(lexemes: readonly Lexeme[]): readonly Lexeme[] | undefined {
  const isSemicolon = ({ kind, text }: Lexeme): boolean => kind === 'symbol' && text === ';';
  const last = lexemes.findLastIndex((lexeme) => !isSemicolon(lexeme));
  const kept = lexemes.slice(0, last + 1);
  return kept.some(isSemicolon) ? undefined : kept;
}
