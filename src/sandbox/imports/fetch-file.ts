/** Documented for uploads of people; taken for all. */
const FILE_BYTES_MAX = 100_000_000;
const FETCH_WITHIN_MS = 60_000;
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Why a file could not be had: what the import reports as its error. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

/** The text of a file on this machine. Nothing is fetched from anywhere else, redirects included. Throws FetchError. */
export async function fetchFile(address: string): Promise<string> {
  const url = loopbackUrl(address);
  let response: Response;
  try {
    response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_WITHIN_MS) });
  } catch (cause) {
    throw new FetchError('the file could not be fetched: nothing answers there, or it redirects', { cause });
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new FetchError(`the file could not be fetched: its server answers ${response.status}`);
  }
  return readText(response);
}

function loopbackUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === undefined || !isHttp) throw new FetchError('data_file_url is not an http address');
  if (LOOPBACK_HOSTS.has(url.hostname)) return url;
  throw new FetchError('the sandbox fetches files from this machine only: use 127.0.0.1 or localhost');
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > FILE_BYTES_MAX) throw new FetchError(`the file is larger than ${FILE_BYTES_MAX} bytes`);
      chunks.push(chunk);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    if (cause instanceof FetchError) throw cause;
    const isText =
      cause instanceof TypeError && 'code' in cause && cause.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    throw new FetchError(isText ? 'the file is not valid UTF-8' : 'the file broke off half-way', { cause });
  }
}
