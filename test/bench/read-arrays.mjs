// Only reads the rows, as arrays, with mysql2. Usage: read-arrays.mjs MYSQL_URL
import mysql from 'mysql2';

const connection = mysql.createConnection({ uri: process.argv[2], dateStrings: true });
const query = connection.query({ sql: 'SELECT * FROM people', rowsAsArray: true });
query.on('result', () => undefined);
query.on('end', () => connection.end());
