// Loads the UCI "Online Retail" data set into an empty MySQL or MariaDB database.
//
//   node examples/online-retail/load.mjs --data FOLDER --mysql mysql://user:password@host:3306/database [--small]
//
// FOLDER holds schema.sql, derive.sql and invoice_lines.tsv.gz (or invoice_lines_small.tsv.gz with --small).
// Data: Chen, D. (2015). Online Retail. UCI Machine Learning Repository. https://doi.org/10.24432/C5BW33, CC BY 4.0.
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import mysql from 'mysql2/promise';

const COLUMNS =
  'id, invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    mysql: { type: 'string' },
    small: { type: 'boolean', default: false },
  },
});

if (values.data === undefined || values.mysql === undefined) {
  stop('Say where data and database are: --data FOLDER --mysql mysql://user:password@host:3306/database');
}
const lines = join(values.data, values.small ? 'invoice_lines_small.tsv.gz' : 'invoice_lines.tsv.gz');
if (!existsSync(lines)) stop(`There is no ${lines}: get the data set first, see README.md in this folder.`);

const connection = await mysql.createConnection({
  uri: values.mysql,
  multipleStatements: true,
  // The only file that the server may ask for is the one named here.
  flags: ['LOCAL_FILES'],
});
try {
  await connection.query(readFileSync(join(values.data, 'schema.sql'), 'utf8'));
  await loadLines();
  await connection.query(readFileSync(join(values.data, 'derive.sql'), 'utf8'));
  const [[{ customers, invoices }]] = await connection.query(
    'SELECT (SELECT COUNT(*) FROM customer) AS customers, (SELECT COUNT(*) FROM invoice) AS invoices',
  );
  console.log(`Loaded ${customers} customers and ${invoices} invoices.`);
} finally {
  await connection.end();
}

async function loadLines() {
  await connection.query({
    sql: `LOAD DATA LOCAL INFILE 'invoice_lines' INTO TABLE invoice_line CHARACTER SET utf8mb4
          FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (${COLUMNS})`,
    infileStreamFactory: () => createReadStream(lines).pipe(createGunzip()),
  });
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
