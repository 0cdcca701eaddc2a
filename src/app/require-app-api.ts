import { ContractError } from '../core/errors/millrace-error.ts';
import type { AppApi } from '../ports/app-api.ts';

/** The App API, for what can not do without. @throws ContractError `app_key_missing`, with the cure. */
export function requireAppApi(app: AppApi | undefined, purpose: string): AppApi {
  if (app !== undefined) return app;
  throw new ContractError(
    'app_key_missing',
    `${purpose} needs an App API key, and \`customerio.app_key\` has no value`,
  );
}
