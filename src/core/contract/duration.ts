const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export const DURATION_PATTERN = /^([1-9]\d{0,6})(s|m|h|d)$/;

/** `30s`, `15m`, `24h`, `7d` → seconds. The text has passed `DURATION_PATTERN`. */
export function durationSeconds(text: string): number {
  const match = DURATION_PATTERN.exec(text);
  return match === null ? 0 : Number(match[1]) * (UNIT_SECONDS[match[2] ?? ''] ?? 0);
}

/** 600 → `10m`: in the largest unit that divides it. */
export function durationText(seconds: number): string {
  const [unit = 's', size = 1] =
    Object.entries(UNIT_SECONDS).findLast(([, each]) => seconds % each === 0) ?? [];
  return `${seconds / size}${unit}`;
}
