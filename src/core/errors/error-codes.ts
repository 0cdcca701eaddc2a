/** Who must act: the user (contract), the MySQL side, the Customer.io side, the machine's state, or us. */
export type ErrorKind = 'contract' | 'source' | 'destination' | 'state' | 'bug';

/** What the documentation says of one error code; `docs/reference/errors.md` is written from this table. */
export interface ErrorEntry {
  readonly kind: ErrorKind;
  /** Process exit code (docs/reference/commands.md lists them all). */
  readonly exitCode: 1 | 2 | 3 | 4 | 5;
  /** True when the same command may succeed later without anybody changing anything. */
  readonly retry: boolean;
  readonly cause: string;
  readonly cure: string;
}

export const ERROR_CODES = {
  contract_invalid: {
    kind: 'contract',
    exitCode: 2,
    retry: false,
    cause: 'Files of the project break the rules of the contract. Every problem is listed with its place.',
    cure: 'Mend the places listed; `millrace validate` checks them without a connection.',
  },
  columns_differ: {
    kind: 'contract',
    exitCode: 2,
    retry: false,
    cause: 'What a query returns and what its YAML file declares are not the same columns.',
    cure: 'Declare the column, list it under `ignore_columns`, or mend the query. Nothing was sent.',
  },
  scope_differs: {
    kind: 'contract',
    exitCode: 2,
    retry: false,
    cause:
      'For some keys, the query narrowed by its scope comments returns other rows than the whole query does.',
    cure: 'Move or complete the scope comments as the place listed says; `docs/guides/capture.md`. Nothing was sent.',
  },
  test_invalid: {
    kind: 'contract',
    exitCode: 2,
    retry: false,
    cause:
      'A file of tests, or a file that makes their tables, breaks the rules. Every problem is listed with its place.',
    cure: 'Mend the places listed; `docs/guides/testing.md` describes the files.',
  },
  project_missing: {
    kind: 'contract',
    exitCode: 2,
    retry: false,
    cause: 'There is no millrace.yml in the folder.',
    cure: 'Run `millrace init`, or name the folder with `--project`.',
  },
  variable_missing: {
    kind: 'contract',
    exitCode: 2,
    retry: false,
    cause: 'A ${VARIABLE} that millrace.yml names is not set.',
    cure: 'Set it in the environment, or in a file `.env` beside millrace.yml.',
  },
  usage: {
    kind: 'contract',
    exitCode: 2,
    retry: false,
    cause: 'The command was called with arguments that it cannot work with.',
    cure: 'See `millrace COMMAND --help`.',
  },
  file_exists: {
    kind: 'contract',
    exitCode: 2,
    retry: false,
    cause: 'A file that would be written is already there.',
    cure: 'Choose another place; Millrace does not overwrite files that it did not write.',
  },
  file_unreadable: {
    kind: 'contract',
    exitCode: 2,
    retry: false,
    cause: 'A file could not be read or written.',
    cure: 'Check the path and its permissions.',
  },
  history_refused: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause: '`--history-from` would send old events to a workspace that is not a sandbox.',
    cure: 'Try it against `millrace sandbox`. Into a real workspace history goes by `millrace backfill`, which looks at the campaigns first.',
  },
  backfill_refused: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause: 'Rows of the backfill could start a running campaign, or nobody has said that they can not.',
    cure: 'Limit it with `--to` as the message says, or name campaigns that it can not start as safe. docs/guides/backfill.md',
  },
  backfill_forbidden: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause: 'The model of the event forbids this backfill, or it is made of carts, whose past is not known.',
    cure: 'Change `backfill:` in the YAML file of the model, if its history may be sent.',
  },
  namespace_changed: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause: 'The namespace in millrace.yml differs from the one published in millrace.lock.',
    cure: 'Put the old namespace back: with another one every event would get a new id and arrive twice.',
  },
  draft_only: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause: 'Only drafts were selected, and the workspace is not a sandbox.',
    cure: 'Remove `draft: true` from the model when it is finished, or try it against `millrace sandbox`.',
  },
  definition_changed: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause:
      'An attribute, property or event is defined in another way than when it was published, so it may mean something else.',
    cure: 'Give what means something else another name, or count its `version` up, or accept the change with `millrace plan --accept-definition MODEL.FIELD --reason TEXT`. docs/guides/definitions.md',
  },
  plan_stale: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause: 'The plan no longer fits: the contract or the state changed since, or it is too old.',
    cure: 'Make a new plan with `millrace plan --out FILE` and apply that one.',
  },
  plan_foreign: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause:
      'The plan was made elsewhere: another project, workspace or state, or its rows are not on this machine.',
    cure: 'Make the plan where it will be applied: `millrace plan --out FILE`.',
  },
  plan_damaged: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause: 'The plan file or the rows that belong to it were changed after the plan was made.',
    cure: 'Make a new plan with `millrace plan --out FILE`.',
  },
  faults_over_threshold: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause: 'More rows of a model are faults than `guardrails.faults` allows, so nothing was sent.',
    cure: 'See `millrace faults` for the rows and their reasons; mend them, or the threshold.',
  },
  segment_unusable: {
    kind: 'contract',
    exitCode: 2,
    retry: false,
    cause:
      'A model of kind segment names a segment that does not exist, or whose conditions decide who is in it.',
    cure: 'Name a manual segment under `segment_id`. Nothing was sent.',
  },
  erasures_over_limit: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause:
      'More people would be deleted or suppressed than `max_per_run` of the model allows, so nothing was sent.',
    cure: 'See `millrace plan`. When they all are meant, raise `max_per_run` for this run; it can not be undone.',
  },
  removals_over_limit: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause: 'More would be removed at Customer.io than `max_removals` allows, so nothing was sent.',
    cure: 'See `millrace plan`. When the rows are really gone, raise `max_removals` of the model for this run; else mend its query.',
  },
  blast_radius: {
    kind: 'contract',
    exitCode: 3,
    retry: false,
    cause:
      'The run would change more than a limit under `guardrails` allows, so nothing was sent but opt-outs.',
    cure: 'Look at the examples (`millrace plan` shows them, too). If it is right, name the limit: `--allow LIMIT --reason TEXT`; if it is right every time, change the limit. docs/guides/guardrails.md',
  },
  source_unreachable: {
    kind: 'source',
    exitCode: 4,
    retry: true,
    cause: 'The MySQL server did not answer, or the connection was lost.',
    cure: 'Check host, port, firewall and that the server runs. Nothing is lost: run again.',
  },
  source_denied: {
    kind: 'source',
    exitCode: 4,
    retry: false,
    cause: 'MySQL refused the user, the password or the access to a database or table.',
    cure: 'Check the credentials; `millrace doctor` prints the GRANT statements that are needed.',
  },
  source_database_missing: {
    kind: 'source',
    exitCode: 4,
    retry: false,
    cause: 'The database named in the connection does not exist on this server.',
    cure: 'Correct `mysql.database` (or the end of the URL), or create the database.',
  },
  source_tls: {
    kind: 'source',
    exitCode: 4,
    retry: false,
    cause: 'The encrypted connection to MySQL could not be verified.',
    cure: "Give the server's CA file as `mysql.tls.ca`; only on a network you trust wholly: `tls: off`.",
  },
  source_query: {
    kind: 'source',
    exitCode: 2,
    retry: false,
    cause: 'MySQL refused the query of a model.',
    cure: "Mend the query of the model named; MySQL's own words are in the message. Nothing was sent.",
  },
  source_timeout: {
    kind: 'source',
    exitCode: 4,
    retry: true,
    cause: 'A query ran longer than the statement timeout.',
    cure: 'Look at the query with EXPLAIN (an index is often missing), or raise `mysql.statement_timeout`.',
  },
  destination_unauthorised: {
    kind: 'destination',
    exitCode: 4,
    retry: false,
    cause: 'Customer.io refused the credentials.',
    cure: 'Use the Site ID and API key of a Track API credential (not the App API key) of this workspace.',
  },
  app_key_missing: {
    kind: 'contract',
    exitCode: 2,
    retry: false,
    cause: 'What was asked for reads Customer.io back, and no App API key is given.',
    cure: "Make one in Customer.io's account settings (API Credentials, App API Keys), write `app_key: ${CUSTOMERIO_APP_KEY}` under `customerio:` and set that variable.",
  },
  app_key_refused: {
    kind: 'destination',
    exitCode: 4,
    retry: false,
    cause: 'Customer.io refused the App API key.',
    cure: 'Give an App API key of this workspace as `customerio.app_key` (it is neither the Track API key nor the Site ID), and check `customerio.region`: each region knows only its own keys.',
  },
  app_api_refused: {
    kind: 'destination',
    exitCode: 4,
    retry: false,
    cause: 'Customer.io refused a question to its App API.',
    cure: 'People can be read only by an identifier that the workspace uses: check `identity.canonical` against its settings.',
  },
  destination_wrong_region: {
    kind: 'destination',
    exitCode: 4,
    retry: false,
    cause: 'The workspace lives in another region than `customerio.region` says.',
    cure: 'Correct `customerio.region`; nothing was sent to the wrong region.',
  },
  destination_unreachable: {
    kind: 'destination',
    exitCode: 4,
    retry: true,
    cause: 'Customer.io did not answer, or answered with errors until the retries were used up.',
    cure: 'Run again later: what was accepted is recorded, the rest is sent then.',
  },
  destination_unexpected: {
    kind: 'destination',
    exitCode: 4,
    retry: false,
    cause: 'The answer is not one that Customer.io gives.',
    cure: 'Check `customerio.track_url`: a proxy or another service may be answering.',
  },
  destination_refuses: {
    kind: 'destination',
    exitCode: 1,
    retry: false,
    cause: 'Customer.io refused everything that was sent, so the run was stopped.',
    cure: 'Read its words with `millrace faults --kind reject`; usually the workspace does not take this identifier.',
  },
  state_busy: {
    kind: 'state',
    exitCode: 3,
    retry: true,
    cause: 'Another Millrace process is writing to this state.',
    cure: 'Wait for it to end; the message says who holds it. Reading commands work meanwhile.',
  },
  address_in_use: {
    kind: 'state',
    exitCode: 2,
    retry: false,
    cause: 'The address of `service.listen` can not be listened on.',
    cure: 'Choose another one in millrace.yml, or `listen: off`; perhaps another service runs on this machine.',
  },
  state_lease_lost: {
    kind: 'state',
    exitCode: 4,
    retry: true,
    cause: 'This process was paused for so long that another one took over the state.',
    cure: 'Run again; what was sent without being recorded is sent again, which does no harm.',
  },
  state_corrupt: {
    kind: 'state',
    exitCode: 4,
    retry: false,
    cause: 'The state file is damaged.',
    cure: 'Restore it, or move it away and sync: people are compared anew, and events of the last 72 hours are sent again with the same ids, which Customer.io ignores.',
  },
  state_full: {
    kind: 'state',
    exitCode: 4,
    retry: true,
    cause: 'The disk that holds the state is full, or may not be written.',
    cure: 'Free space and run again. What was accepted but could not be recorded is sent again, which does no harm.',
  },
  state_version: {
    kind: 'state',
    exitCode: 2,
    retry: false,
    cause: 'The state file was written by another version of Millrace.',
    cure: 'Use that version or a newer one.',
  },
  interrupted: {
    kind: 'state',
    exitCode: 1,
    retry: true,
    cause: 'The run was asked to stop.',
    cure: 'Run again: it continues with what was not yet accepted.',
  },
  server_unavailable: {
    kind: 'source',
    exitCode: 4,
    retry: false,
    cause: 'No MySQL or MariaDB server could be started on this machine for the demo.',
    cure: 'Install one, or set MILLRACE_DEMO_MYSQL to the URL of a server that may be used.',
  },
  bug: {
    kind: 'bug',
    exitCode: 5,
    retry: false,
    cause: 'Millrace met something that its authors did not think of.',
    cure: 'Please report it with the output of the command (it holds no personal data).',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The codes of one kind: `CodeOf<'source'>`. */
export type CodeOf<K extends ErrorKind> = {
  [C in ErrorCode]: (typeof ERROR_CODES)[C]['kind'] extends K ? C : never;
}[ErrorCode];
