import { ContractError } from '../errors/millrace-error.ts';
import type { Contract, Model } from './contract.ts';
import { didYouMean } from './did-you-mean.ts';

/**
 * The models that a selection names: `customers`, `tag:nightly`, `kind:event`, `path:models/events`.
 * Several are joined. Nothing selected means all.
 * @throws ContractError `usage` when a part names nothing.
 */
export function selectModels(contract: Contract, selection: readonly string[]): readonly Model[] {
  const parts = selection.flatMap((part) => part.split(/[\s,]+/)).filter((part) => part !== '');
  if (parts.length === 0) return contract.models;
  const selected = new Set(parts.flatMap((part) => modelsOf(contract, part)));
  return contract.models.filter((model) => selected.has(model));
}

function modelsOf(contract: Contract, part: string): readonly Model[] {
  const [method, value] = part.includes(':') ? part.split(/:(.*)/s) : ['name', part];
  const matches = contract.models.filter((model) => isMatch(model, method ?? '', value ?? ''));
  if (matches.length > 0) return matches;
  const names = contract.models.map((model) => model.name);
  throw new ContractError('usage', `no model fits the selection \`${part}\``, {
    hint: didYouMean(part, names),
  });
}

function isMatch(model: Model, method: string, value: string): boolean {
  switch (method) {
    case 'name':
      return matchesPattern(model.name, value);
    case 'tag':
      return model.tags.includes(value);
    case 'kind':
      return model.kind === value;
    case 'path':
      return model.file.startsWith(value);
    default:
      return false;
  }
}

/** `*` stands for any text. */
function matchesPattern(name: string, pattern: string): boolean {
  const expression = pattern.split('*').map(escapeText).join('.*');
  return new RegExp(`^${expression}$`).test(name);
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
