const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export const DURATION_PATTERN = /^([1-9]\d{0,6})(s|m|h|d)$/;

/** `30s`, `15m`, `24h`, `7d` → seconds. The text has passed `DURATION_PATTERN`. */
export function durationSeconds(text: string): number {
  const match = DURATION_PATTERN.exec(text);
  return match === null ? 0 : Number(match[1]) * (UNIT_SECONDS[match[2] ?? ''] ?? 0);
}
