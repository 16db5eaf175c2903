// Loads files of generated events into ClickHouse, durably, in order of event, contact and time, with the contact's key as
// the file has it: what an import of events into Roster is held against. Parts are synced.
//
//   node import_events.mjs FILES WORK THREADS      FILES as file() takes them: a name, or several as {a,b}.csv
//
// Prints the seconds from the empty database to the closed one, without the start of Node.js and of ClickHouse, then the
// answers of import_events.py's checks of the database when it is opened again, one a line.
import { mkdirSync, rmSync } from 'node:fs';
import { channels, eventColumns, eventTypes } from './behaviour.mjs';
import { ClickHouse } from './clickhouse_session.mjs';
import { secondsSince } from './harness.mjs';
import { quotedList } from './suite.mjs';

// What import_events.py asks Roster for.
const checks = [
  ['purchase', 'count() >= 1'], ['purchase', 'count() >= 3'], ['purchase', 'sum(amount) > 500'],
  ['purchase', "argMax(channel, time) = 'web'"], ['visit', 'count(DISTINCT toDate(time)) >= 5'], ['open', 'count() >= 5'],
];

const types = { key: 'String', event: `Enum8(${quotedList(eventTypes)})`, time: "DateTime64(3, 'UTC')",
  product: 'LowCardinality(String)', price: 'Decimal(9, 2)', quantity: 'UInt8', amount: 'Decimal(9, 2)', promo: 'Bool',
  channel: `Enum8(${quotedList(channels)})`, campaign: 'LowCardinality(String)' };

const [files, work, threads] = process.argv.slice(2);
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const typed = eventColumns.map((name) => `${name} ${types[name]}`).join(', ');

let clickhouse = new ClickHouse({ work, threads });
clickhouse.rows('SELECT 1');  // whatever the first query does
const begin = process.hrtime.bigint();
clickhouse.run(`CREATE TABLE events (${typed}) ENGINE = MergeTree ORDER BY (event, key, time)
  SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`);
clickhouse.run(`INSERT INTO events SELECT * FROM file('${files}', 'CSVWithNames', '${typed.replaceAll("'", "\\'")}')
  SETTINGS max_threads = ${threads}, max_insert_threads = ${threads}, date_time_input_format = 'best_effort'`);
clickhouse.close();
console.log(secondsSince(begin));

clickhouse = new ClickHouse({ work, threads });
for (const [event, having] of checks) {
  const counted = `SELECT count() FROM (SELECT key FROM events WHERE event = '${event}' GROUP BY key HAVING ${having})`;
  console.log(clickhouse.rows(counted)[0][0]);
}
clickhouse.close();
