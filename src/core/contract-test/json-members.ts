/** Members of a JSON object by name, each as the text that stands there: numbers keep their digits. */
export function jsonMembers(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let at = text.indexOf('{') + 1;
  while (at > 0 && text[at] !== '}' && at < text.length) {
    const nameEnd = endOfValue(text, at);
    const valueStart = nameEnd + 1;
    const valueEnd = endOfValue(text, valueStart);
    members.set(JSON.parse(text.slice(at, nameEnd)) as string, text.slice(valueStart, valueEnd).trim());
    at = text[valueEnd] === ',' ? valueEnd + 1 : text.length;
  }
  return members;
}

/** Index of the `:`, `,` or closing bracket behind the value that begins at `start`. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') depth += 1;
    else if (depth === 0 && ENDS.has(character)) return at;
    else if (character === '}' || character === ']') depth -= 1;
  }
  return text.length;
}

const ENDS: ReadonlySet<string | undefined> = new Set([':', ',', '}', ']']);

/** Index of the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
