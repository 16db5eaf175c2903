// Loads the generated CSV into one peer, durably, with no more done to the rows than typing them and splitting tags:
// what an import of Roster is held against. DuckDB ends with a checkpoint, ClickHouse syncs its parts.
//
//   node import.mjs duckdb|clickhouse --csv FILE --work DIR [--threads N]
import { mkdirSync, rmSync } from 'node:fs';
import { packages } from './harness.mjs';

const columns = ['key', 'email', 'first_name', 'last_name', 'gender', 'country', 'city', 'language', 'birthday',
  'signup', 'last_visit', 'source', 'tags', 'interests', 'plan', 'newsletter', 'sms_consent', 'ltv', 'orders',
  'last_order', 'score', 'note', 'store'];
const types = { key: 'VARCHAR', birthday: 'DATE', signup: 'TIMESTAMP', last_visit: 'TIMESTAMP', tags: 'VARCHAR',
  interests: 'VARCHAR', newsletter: 'BOOLEAN', sms_consent: 'BOOLEAN', ltv: 'DECIMAL(18,2)', orders: 'INTEGER',
  last_order: 'DATE', score: 'SMALLINT' };

async function duckdb({ csv, work, threads }) {
  const { DuckDBInstance } = packages('@duckdb/node-api');
  const instance = await DuckDBInstance.create(`${work}/contacts.duckdb`, { threads });
  const connection = await instance.connect();
  const typed = columns.map((name) => `'${name}': '${types[name] ?? 'VARCHAR'}'`).join(', ');
  const split = (field) => `string_split(nullif(${field}, ''), '|') AS ${field}`;
  await connection.run(`CREATE TABLE contacts AS SELECT * REPLACE (${split('tags')}, ${split('interests')})
    FROM read_csv('${csv}', header = true, quote = '"', escape = '"', types = {${typed}})`);
  await connection.run('CHECKPOINT');
  connection.closeSync();
}

async function clickhouse({ csv, work, threads }) {
  const { Session } = packages('chdb');
  const session = new Session(`${work}/clickhouse`);
  const kinds = { key: 'String', email: 'Nullable(String)', birthday: 'Nullable(Date32)', signup: 'Nullable(DateTime)',
    last_visit: 'Nullable(DateTime)', tags: 'Array(LowCardinality(String))', interests: 'Array(LowCardinality(String))',
    newsletter: 'Nullable(Bool)', sms_consent: 'Nullable(Bool)', ltv: 'Nullable(Decimal64(2))',
    orders: 'Nullable(UInt32)', last_order: 'Nullable(Date32)', score: 'Nullable(Int16)', note: 'Nullable(String)' };
  for (const name of columns) kinds[name] ??= 'LowCardinality(Nullable(String))';
  const isSet = (name) => name === 'tags' || name === 'interests';
  const table = columns.map((name) => `${name} ${kinds[name]}`).join(', ');
  const file = columns.map((name) => `${name} ${isSet(name) ? 'String' : kinds[name]}`).join(', ');
  const list = columns.map((name) => (isSet(name) ? `splitByChar('|', c.${name})` : `c.${name}`)).join(', ');
  session.query(`CREATE TABLE contacts (${table}) ENGINE = MergeTree ORDER BY key
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`);
  session.query(`INSERT INTO contacts SELECT ${list} FROM file('${csv}', 'CSVWithNames', '${file}') AS c
    SETTINGS max_threads = ${threads}, max_insert_threads = ${threads}, date_time_input_format = 'best_effort'`);
  session.close();
}

const [peer, ...words] = process.argv.slice(2);
const options = { threads: '2' };
for (let i = 0; i < words.length; i += 2) options[words[i].replace(/^--/, '')] = words[i + 1];
rmSync(options.work, { recursive: true, force: true });
mkdirSync(options.work, { recursive: true });
await { duckdb, clickhouse }[peer](options);
