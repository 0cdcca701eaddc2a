import { isUtf8 } from 'node:buffer';
import type { JsonValue } from '../json/json-value.ts';
import { parseJson } from '../json/lossless-json.ts';
import { type BodyScan, scanBody } from '../json/scan-body.ts';
import { JSON_DEPTH_MAX } from '../limits.ts';
import type { SandboxRequest } from './sandbox-request.ts';

/** A body that is JSON, with its text; or the reason why it is not. */
export type JsonBody =
  | { readonly value: JsonValue; readonly text: string; readonly scan: BodyScan; readonly trouble: undefined }
  | { readonly trouble: string };

/** Reads the body of a Track or App request as JSON, without losing digits (case 36). */
export function readJsonBody(request: SandboxRequest): JsonBody {
  const { contentEncoding, body } = request;
  if (contentEncoding !== undefined && contentEncoding !== 'identity') {
    return { trouble: `content-encoding ${contentEncoding} is not documented for this API; send plain JSON` };
  }
  if (body.length === 0) return { trouble: 'the request has no body; send JSON' };
  if (!isUtf8(body)) return { trouble: 'the body is not valid UTF-8' };
  const text = body.toString();
  const scan = scanBody(text);
  if (scan.depthMax > JSON_DEPTH_MAX)
    return { trouble: `the JSON is nested more than ${JSON_DEPTH_MAX} deep` };
  return parseBody(text, scan);
}

function parseBody(text: string, scan: BodyScan): JsonBody {
  try {
    return { value: parseJson(text, scan), text, scan, trouble: undefined };
  } catch (error) {
    if (error instanceof SyntaxError) return { trouble: `malformed JSON: ${error.message}` };
    throw error;
  }
}
