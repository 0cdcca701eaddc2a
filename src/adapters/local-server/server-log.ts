import { open } from 'node:fs/promises';

/** Enough to hold the reason and what led to it. */
const LINES_SHOWN = 12;
const TAIL_BYTES = 16_384;

/** The end of a server's log, for an error message. Logs of servers started here hold no row contents. */
export async function readLogTail(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await handle.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}

/** The last lines that report errors, or simply the last lines. */
export function lastLines(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /\[ERROR\]|^ERROR|error while loading/.test(line));
  return (errors.length > 0 ? errors : lines).slice(-LINES_SHOWN).join('\n');
}

export function isPortTaken(log: string): boolean {
  return /Address already in use|Can't start server: Bind on TCP\/IP port/i.test(log);
}
