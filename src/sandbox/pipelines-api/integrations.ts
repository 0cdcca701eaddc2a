import { isJsonObject, type JsonValue } from '../json/json-value.ts';

/** What destinations of this kind are called. */
const OWN_NAME = /^customer\.io\b/i;

/** Whether a call goes to this workspace: `integrations` names destinations, `All` stands for the rest. */
export function isForThisWorkspace(integrations: JsonValue | undefined): boolean {
  if (!isJsonObject(integrations)) return true;
  const own = Object.entries(integrations).filter(([name]) => OWN_NAME.test(name));
  if (own.length > 0) return own.some(([, isOn]) => isOn !== false);
  return integrations['All'] !== false && integrations['all'] !== false;
}
