import { parseExactJson } from './exact-json-parser.ts';
import type { JsonValue } from './json-value.ts';
import { type BodyScan, scanBody } from './scan-body.ts';

/**
 * JSON.parse without the loss of digits: MySQL's BIGINT UNSIGNED and DECIMAL come back as they were sent.
 * Texts whose numbers all fit a double take the built-in parser, which is three to four times faster.
 * Throws SyntaxError. The caller has made sure that the text is not nested too deeply.
 */
export function parseJson(text: string, scan: BodyScan = scanBody(text)): JsonValue {
  return scan.hasRiskyNumber ? parseExactJson(text) : (JSON.parse(text) as JsonValue);
}
