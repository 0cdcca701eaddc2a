import { quoteIdentifier } from '../sql/quote-identifier.ts';
import { type Finding, finding, ok } from './finding.ts';

/** What is known of the MySQL server; the port's `SourceFacts` fits. */
interface ServerFacts {
  readonly flavour: 'mysql' | 'mariadb';
  readonly version: string;
  readonly user: string;
  readonly database: string;
  readonly isEncrypted: boolean;
  readonly isLoopback: boolean;
  readonly writePrivileges: readonly string[];
  readonly clockDifferenceSeconds: number;
  readonly serverTimeZone: string;
  readonly seesTransactions: boolean;
  readonly binlog: BinlogFacts;
}

interface BinlogFacts {
  readonly isOn: boolean;
  readonly format: string;
  readonly rowImage: string;
  readonly rowMetadata: string;
}

/** More than this and "now" means different things to the shop and to Millrace. */
const CLOCK_DIFFERENCE_SECONDS_MAX = 60;

const NAMES = { mysql: 'MySQL', mariadb: 'MariaDB' } as const;

/** Judges server, user and settings: setting, its value, the cure. */
export function judgeSource(facts: ServerFacts): readonly Finding[] {
  return [
    ok('server', `${NAMES[facts.flavour]} ${facts.version}, database ${facts.database}`),
    judgeEncryption(facts),
    judgePrivileges(facts),
    judgeClock(facts),
    ok('time zone', `the server's zone is ${facts.serverTimeZone}; Millrace reads in UTC whatever it is`),
    judgeTransactions(facts),
    judgeBinlog(facts.binlog),
  ];
}

function judgeEncryption({ isEncrypted, isLoopback }: ServerFacts): Finding {
  if (isEncrypted) return ok('encryption', 'the connection is encrypted');
  if (isLoopback) return ok('encryption', 'none needed: the server is on this machine');
  return finding(
    'encryption',
    'warning',
    'the connection is not encrypted (`tls: off`)',
    'Remove `tls: off`, or give the CA file as `mysql.tls.ca`; customer data crosses the network in clear text.',
  );
}

function judgePrivileges({ writePrivileges, user, database }: ServerFacts): Finding {
  if (writePrivileges.length === 0) return ok('privileges', `${user} can only read`);
  return finding(
    'privileges',
    'warning',
    `${user} could write (${writePrivileges.join(', ')}); Millrace never does, but it should not be able to`,
    readOnlyUserSql(database).join(' '),
  );
}

/** Statements that make the user Millrace needs. */
export function readOnlyUserSql(database: string): readonly string[] {
  const schema = quoteIdentifier(database);
  return ["CREATE USER 'millrace'@'%' IDENTIFIED BY '…';", `GRANT SELECT ON ${schema}.* TO 'millrace'@'%';`];
}

function judgeClock({ clockDifferenceSeconds }: ServerFacts): Finding {
  const size = Math.abs(clockDifferenceSeconds);
  if (size <= CLOCK_DIFFERENCE_SECONDS_MAX)
    return ok('clock', 'the server and this machine agree on the time');
  return finding(
    'clock',
    'warning',
    `the server's clock is ${size} s ${clockDifferenceSeconds > 0 ? 'ahead of' : 'behind'} this machine's`,
    'Let both follow a time server: what is live or late is judged by these clocks.',
  );
}

/** Only reads by changes want to know; the others see whatever is committed. */
function judgeTransactions({ seesTransactions, user }: ServerFacts): Finding {
  if (seesTransactions)
    return ok('transactions', 'open transactions can be seen, so that late rows are expected');
  return finding(
    'transactions',
    'note',
    `${user} can not see how long transactions are open; models with \`capture\` rely on \`overlap\` and on the lag seen`,
    "To let reads follow long transactions: GRANT PROCESS ON *.* TO 'millrace'@'%';",
  );
}

function judgeBinlog({ isOn, format, rowImage, rowMetadata }: BinlogFacts): Finding {
  const wanted = [
    ...(isOn ? [] : ['log_bin=ON']),
    ...(isOn && format !== 'ROW' ? ['binlog_format=ROW'] : []),
    ...(isOn && rowImage !== 'FULL' ? ['binlog_row_image=FULL'] : []),
    ...(isOn && rowMetadata !== 'FULL' ? ['binlog_row_metadata=FULL'] : []),
  ];
  if (wanted.length === 0) return ok('binlog', 'row binlog is on, with full rows and names');
  return finding(
    'binlog',
    'note',
    'the binary log is not set up for capture; this version does not need it',
    `To be ready for capture of changes as they commit: ${wanted.join(', ')}.`,
  );
}
