// Loads the generated CSV into one peer, durably, with no more done to the rows than typing them and splitting tags:
// what an import of Roster is held against. DuckDB ends with a checkpoint, ClickHouse syncs its parts.
//
//   node import.mjs PEER --csv FILE --work DIR [--threads N]       PEER is duckdb, clickhouse or clickhouse-nullable
//   node import.mjs PEER --check true --work DIR                   prints the answers of import.py's checks, one a line
import { mkdirSync, rmSync } from 'node:fs';
import { packages } from './harness.mjs';

const columns = ['key', 'email', 'first_name', 'last_name', 'gender', 'country', 'city', 'language', 'birthday',
  'signup', 'last_visit', 'source', 'tags', 'interests', 'plan', 'newsletter', 'sms_consent', 'ltv', 'orders',
  'last_order', 'score', 'note', 'store'];
const types = { key: 'VARCHAR', birthday: 'DATE', signup: 'TIMESTAMP', last_visit: 'TIMESTAMP', tags: 'VARCHAR',
  interests: 'VARCHAR', newsletter: 'BOOLEAN', sms_consent: 'BOOLEAN', ltv: 'DECIMAL(18,2)', orders: 'INTEGER',
  last_order: 'DATE', score: 'SMALLINT' };

// What import.py asks Roster for.
const checks = {
  duckdb: ["true", "list_contains(tags, 'vip')", "city = 'Łódź' AND newsletter", 'ltv > 500', "email LIKE '%kowalsk%'"],
  clickhouse: ["1", "has(tags, 'vip')", "city = 'Łódź' AND newsletter", 'ltv > 500', "email LIKE '%kowalsk%'"],
};
const statement = (where) => `SELECT count(*) FROM contacts WHERE ${where}`;

async function openDuckdb({ work, threads }) {
  const { DuckDBInstance } = packages('@duckdb/node-api');
  const instance = await DuckDBInstance.create(`${work}/contacts.duckdb`, { threads });
  return instance.connect();
}

async function checkDuckdb(options) {
  const connection = await openDuckdb(options);
  for (const where of checks.duckdb) {
    const reader = await connection.runAndReadAll(statement(where));
    console.log(String(reader.getRows()[0][0]));
  }
  connection.closeSync();
}

async function duckdb(options) {
  const { csv } = options;
  const connection = await openDuckdb(options);
  const typed = columns.map((name) => `'${name}': '${types[name] ?? 'VARCHAR'}'`).join(', ');
  const split = (field) => `string_split(nullif(${field}, ''), '|') AS ${field}`;
  await connection.run(`CREATE TABLE contacts AS SELECT * REPLACE (${split('tags')}, ${split('interests')})
    FROM read_csv('${csv}', header = true, quote = '"', escape = '"', types = {${typed}})`);
  await connection.run('CHECKPOINT');
  connection.closeSync();
}

function openClickhouse({ work }) {
  const { Session } = packages('chdb');
  return new Session(`${work}/clickhouse`);
}

async function checkClickhouse(options) {
  const session = openClickhouse(options);
  for (const where of checks.clickhouse) console.log(session.query(statement(where), 'TabSeparatedRaw').trim());
  session.close();
}

// Where nothing is nullable, which is what its documentation recommends, what is missing becomes 0 or empty, and nobody can
// tell the two apart. Where `nullable`, everything is but the key and the sets, which cannot be.
async function clickhouse(options, nullable = false) {
  const { csv, threads } = options;
  const session = openClickhouse(options);
  const kinds = { key: 'String', email: 'String', birthday: 'Date32', signup: 'DateTime', last_visit: 'DateTime',
    tags: 'Array(LowCardinality(String))', interests: 'Array(LowCardinality(String))', newsletter: 'Bool',
    sms_consent: 'Bool', ltv: 'Decimal64(2)', orders: 'UInt32', last_order: 'Date32', score: 'Int16', note: 'String' };
  const isSet = (name) => name === 'tags' || name === 'interests';
  for (const name of columns) {
    if (!nullable || name === 'key' || isSet(name)) kinds[name] ??= 'LowCardinality(String)';
    else kinds[name] = kinds[name] ? `Nullable(${kinds[name]})` : 'LowCardinality(Nullable(String))';
  }
  const table = columns.map((name) => `${name} ${kinds[name]}`).join(', ');
  const file = columns.map((name) => `${name} ${isSet(name) ? 'String' : kinds[name]}`).join(', ');
  const list = columns.map((name) => (isSet(name) ? `splitByChar('|', c.${name})` : `c.${name}`)).join(', ');
  session.query(`CREATE TABLE contacts (${table}) ENGINE = MergeTree ORDER BY key
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`);
  session.query(`INSERT INTO contacts SELECT ${list} FROM file('${csv}', 'CSVWithNames', '${file}') AS c
    SETTINGS max_threads = ${threads}, max_insert_threads = ${threads}, date_time_input_format = 'best_effort'`);
  session.close();
}

const peers = {
  duckdb: [duckdb, checkDuckdb],
  clickhouse: [clickhouse, checkClickhouse],
  'clickhouse-nullable': [(options) => clickhouse(options, true), checkClickhouse],
};
const [peer, ...words] = process.argv.slice(2);
const [load, check] = peers[peer];
const options = { threads: '2' };
for (let i = 0; i < words.length; i += 2) options[words[i].replace(/^--/, '')] = words[i + 1];
if (options.check) {
  await check(options);
} else {
  rmSync(options.work, { recursive: true, force: true });
  mkdirSync(options.work, { recursive: true });
  await load(options);
}
