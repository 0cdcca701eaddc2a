import type { FaultLimit } from '../guard/fault-threshold.ts';
import type { RadiusLimits } from '../guard/radius-limits.ts';
import { ACCEPTABLE_CODES } from '../identity/conflict.ts';
import type {
  CanonicalIdentifier,
  CustomerioTemplate,
  GuestPolicy,
  IdentityRules,
  MysqlTemplate,
  Project,
} from './contract.ts';
import { durationSeconds } from './duration.ts';
import { toFaultLimit } from './fault-limit.ts';
import type { Problem } from './problem.ts';
import { type ProjectYaml, projectSchema } from './project-schema.ts';
import { toRadiusLimits } from './radius-schema.ts';
import { toSchedule } from './schedule-schema.ts';
import { shareOf } from './schema-parts.ts';
import { checkSchema } from './schema-problems.ts';
import { holdsLiteralPassword, holdsLiteralSecret } from './template.ts';
import { parseYamlFile, type YamlFile } from './yaml-file.ts';

/** What the defaults of the project are for its models. */
export interface ModelDefaults {
  readonly late: ProjectYaml['defaults']['late'];
  readonly liveWithinSeconds: number;
  readonly faultLimit: FaultLimit;
  readonly radiusLimits: RadiusLimits;
  readonly guests: GuestPolicy | undefined;
}

export interface ReadProject {
  readonly project: Project;
  readonly modelDefaults: ModelDefaults;
}

/** `millrace.yml` as far as it can be read: with problems in it, its models can still be looked at. */
export interface CheckedProject {
  readonly value: ReadProject | undefined;
  readonly problems: readonly Problem[];
  /** Known as soon as this one line is right. */
  readonly canonical: CanonicalIdentifier | undefined;
}

/** Reads `millrace.yml`. Shapes only: no file, no variable and no server is looked at. */
export function readProject(file: string, text: string): CheckedProject {
  const yaml = parseYamlFile(file, text);
  const checked = checkSchema(projectSchema, yaml);
  const problems = [...checked.problems, ...secretProblems(yaml), ...connectionProblems(yaml)];
  const { canonical } = section(yaml, 'identity');
  return {
    value: checked.value === undefined || problems.length > 0 ? undefined : toProject(checked.value),
    problems,
    canonical: canonical === 'id' || canonical === 'email' ? canonical : undefined,
  };
}

function toProject(yaml: ProjectYaml): ReadProject {
  return {
    project: {
      namespace: yaml.namespace,
      timeZone: yaml.time_zone,
      canonical: yaml.identity.canonical,
      identity: toIdentityRules(yaml.identity),
      mysql: toMysql(yaml.mysql),
      customerio: toCustomerio(yaml.customerio),
      clockSkewSeconds: durationSeconds(yaml.defaults.clock_skew),
      backfillMarker: yaml.defaults.backfill_marker === 'off' ? undefined : yaml.defaults.backfill_marker,
      usualOptOutShareMax:
        yaml.guardrails.usual_opt_outs === 'off' ? undefined : shareOf(yaml.guardrails.usual_opt_outs),
      planMaxAgeSeconds: durationSeconds(yaml.guardrails.plan_max_age),
      schedule: yaml.schedule && toSchedule(yaml.schedule, yaml.time_zone),
      serviceAddress: yaml.service.listen === 'off' ? undefined : yaml.service.listen,
      stateDirectory: yaml.state,
    },
    modelDefaults: {
      late: yaml.defaults.late,
      liveWithinSeconds: durationSeconds(yaml.defaults.live_within),
      faultLimit: toFaultLimit(yaml.guardrails.faults),
      radiusLimits: toRadiusLimits(yaml.guardrails),
      guests: yaml.identity.guests,
    },
  };
}

function toIdentityRules(yaml: ProjectYaml['identity']): IdentityRules {
  return {
    defaultCountry: yaml.default_country,
    allowEmailUpdate: yaml.allow_email_update,
    mayShare: yaml.may_share,
    accept: ACCEPTABLE_CODES.filter((code) => yaml.accept[code] !== undefined),
    peopleElsewhere: yaml.people_elsewhere,
  };
}

function toMysql(yaml: ProjectYaml['mysql']): MysqlTemplate {
  const tls = yaml.tls;
  return {
    url: yaml.url,
    host: yaml.host,
    port: yaml.port === undefined ? undefined : String(yaml.port),
    user: yaml.user,
    password: yaml.password,
    database: yaml.database,
    tls: tls === 'off' ? 'off' : 'verify',
    tlsCaFile: tls === undefined || tls === 'off' ? undefined : tls.ca,
    tlsServerName: tls === undefined || tls === 'off' ? undefined : tls.server_name,
    statementTimeoutSeconds: durationSeconds(yaml.statement_timeout),
  };
}

function toCustomerio(yaml: ProjectYaml['customerio']): CustomerioTemplate {
  return {
    region: yaml.region,
    siteId: yaml.site_id,
    apiKey: yaml.api_key,
    trackUrl: yaml.track_url,
    appKey: yaml.app_key,
    appUrl: yaml.app_url,
    appRequestsPerSecond: yaml.app_requests_per_second,
    requestsPerSecond: yaml.requests_per_second,
    requestsInFlight: yaml.requests_in_flight,
    timeoutSeconds: durationSeconds(yaml.timeout),
  };
}

type Section = Readonly<Record<string, unknown>>;

function section(yaml: YamlFile, name: string): Section {
  const whole = yaml.value;
  const part = typeof whole === 'object' && whole !== null ? (whole as Section)[name] : undefined;
  return typeof part === 'object' && part !== null ? (part as Section) : {};
}

function secretProblems(yaml: YamlFile): readonly Problem[] {
  const mysql = section(yaml, 'mysql');
  const customerio = section(yaml, 'customerio');
  const problem = (path: readonly string[], variable: string): Problem =>
    yaml.problemAt(
      path,
      `\`${path.join('.')}\` holds a secret in clear text`,
      `Write \${${variable}} and set that variable in the environment or in .env (never committed).`,
    );
  const isSecret = (value: unknown): boolean => value !== undefined && holdsLiteralSecret(String(value));
  return [
    ...(isSecret(mysql['password']) ? [problem(['mysql', 'password'], 'MYSQL_PASSWORD')] : []),
    ...(isSecret(customerio['api_key']) ? [problem(['customerio', 'api_key'], 'CUSTOMERIO_API_KEY')] : []),
    ...(isSecret(customerio['app_key']) ? [problem(['customerio', 'app_key'], 'CUSTOMERIO_APP_KEY')] : []),
    ...(holdsLiteralPassword(String(mysql['url'] ?? '')) ? [problem(['mysql', 'url'], 'MYSQL_URL')] : []),
  ];
}

function connectionProblems(yaml: YamlFile): readonly Problem[] {
  const mysql = section(yaml, 'mysql');
  const named = ['host', 'port', 'user', 'password', 'database'].filter((key) => mysql[key] !== undefined);
  if (yaml.problems.length > 0 || Object.keys(mysql).length === 0) return [];
  if (mysql['url'] !== undefined && named.length > 0) {
    const message = `\`mysql\` has both \`url\` and ${named.map((key) => `\`${key}\``).join(', ')}`;
    return [yaml.problemAt(['mysql'], message, 'Keep either the URL or the single fields.', 'key')];
  }
  const missing = ['host', 'user', 'database'].filter((key) => mysql[key] === undefined);
  if (mysql['url'] !== undefined || missing.length === 0) return [];
  const message = `\`mysql\` has no ${missing.map((key) => `\`${key}\``).join(', ')}`;
  return [yaml.problemAt(['mysql'], message, 'Add them, or give `url: ${MYSQL_URL}` instead.', 'key')];
}
