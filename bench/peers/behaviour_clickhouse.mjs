// ClickHouse in process (chdb) for the behaviour suite: two MergeTrees of the same events, ordered by contact and by time.
// As in clickhouse.mjs nothing is nullable: a missing string is empty, a missing number 0. Each query is phrased in several
// ways over both tables, and the fastest counts; ways that were slower everywhere are left out.
import { channels, contactsFile, eventColumns, eventTypes, fileOf, queriesOf, tables, variantsOver } from './behaviour.mjs';
import { ClickHouse } from './clickhouse_session.mjs';
import { parseOptions, run } from './harness.mjs';
import { quotedList } from './suite.mjs';

const queries = queriesOf({
  is: (column, value) => `${column} = '${value}'`,
  among: (column, values) => `${column} IN (${quotedList(values)})`,
  hour: 'toHour(time)',
  weekday: 'toDayOfWeek(time)',
});

// Groups of a table in order of contacts are done one after the other, without a hash table.
const inOrder = { settings: ', optimize_aggregation_in_order = 1' };
const having = (aggregate, query) => (t) =>
  `SELECT count() FROM (SELECT contact FROM ${t} WHERE ${query.events} GROUP BY contact HAVING ${aggregate})`;
const grouped = (aggregate, query) =>
  [['groups', having(aggregate, query)], ['groups in order', having(aggregate, query), inOrder]];
const among = (query) => `contact IN (SELECT number FROM contacts WHERE ${query.where})`;
// Of events and those of `next`, which ones are which.
const both = ({ events, next }) => `((${events}) OR (${next}))`;

// The times of a contact's events as two arrays, then each of the first beside those of the second.
const asArrays = ({ events, next, within, passed = '1' }, match) => (t) =>
  `SELECT countIf(arrayExists(a -> ${match}(b -> b > a AND b <= a + ${within}, bs), firsts)) FROM (SELECT contact, ` +
  `groupArrayIf(time, ${events} AND ${passed}) AS firsts, groupArrayIf(time, ${next}) AS bs FROM ${t} WHERE ` +
  `${both({ events, next })} GROUP BY contact)`;
const joined = ({ events, next, within, passed = '1' }, kind) => (t) =>
  `SELECT uniqExact(a.contact) FROM (SELECT contact, time FROM ${t} WHERE ${events} AND ${passed}) AS a ${kind} JOIN ` +
  `(SELECT contact, time FROM ${t} WHERE ${next}) AS b ON a.contact = b.contact AND b.time > a.time AND ` +
  `b.time <= a.time + ${within}`;
// The next event of the second kind, or 1970 where there is none.
const nearest = ({ events, next, within, passed = '1' }, match) => (t) =>
  `SELECT uniqExact(a.contact) FROM (SELECT contact, time FROM ${t} WHERE ${events} AND ${passed}) AS a ASOF LEFT JOIN ` +
  `(SELECT contact, time FROM ${t} WHERE ${next}) AS b ON a.contact = b.contact AND a.time < b.time ` +
  `WHERE ${match(`(b.time > a.time AND b.time <= a.time + ${within})`)}`;

const phrasings = {
  did: ({ events }) => [
    ['uniqExact', (t) => `SELECT uniqExact(contact) FROM ${t} WHERE ${events}`],
    ['bitmap', (t) => `SELECT groupBitmap(contact) FROM ${t} WHERE ${events}`],
    ['distinct', (t) => `SELECT count() FROM (SELECT DISTINCT contact FROM ${t} WHERE ${events})`],
    ['distinct in order', (t) => `SELECT count() FROM (SELECT DISTINCT contact FROM ${t} WHERE ${events})`,
      { settings: ', optimize_distinct_in_order = 1' }],
    ['contacts in', (t) => `SELECT count() FROM contacts WHERE number IN (SELECT contact FROM ${t} WHERE ${events})`],
  ],
  never: ({ events }) => [
    ['contacts not in', (t) => `SELECT count() FROM contacts WHERE number NOT IN (SELECT contact FROM ${t} WHERE ${events})`],
    ['less uniqExact', (t) => `SELECT (SELECT count() FROM contacts) - (SELECT uniqExact(contact) FROM ${t} WHERE ${events})`],
    ['less bitmap', (t) => `SELECT (SELECT count() FROM contacts) - (SELECT groupBitmap(contact) FROM ${t} WHERE ${events})`],
  ],
  having: (query) => [...grouped(query.having, query), ...(others[query.name] ?? []).flatMap(([name, aggregate]) => 
    grouped(aggregate, query).map(([way, ...rest]) => [`${name}, ${way}`, ...rest]))],
  without: (query) => [
    ...grouped(query.having, query),
    ['bitmaps', (t) => `SELECT groupBitmap(contact) - groupBitmapIf(contact, ${query.other}) FROM ${t} WHERE ${query.events}`],
    ['uniqExact', (t) => `SELECT uniqExact(contact) - uniqExactIf(contact, ${query.other}) FROM ${t} WHERE ${query.events}`],
  ],
  last: (query) => grouped(`argMax(${query.last}, time)`, query),
  then: (query) => [
    ['arrays', asArrays(query, 'arrayExists')],
    ['semi join', joined(query, 'LEFT SEMI')],
    ['asof join', nearest(query, (found) => found)],
    ['windowFunnel', (t) => `SELECT count() FROM (SELECT contact FROM ${t} WHERE ${both(query)} GROUP BY contact HAVING ` +
      `windowFunnel(259200000, 'strict_increase')(toUInt64(toUnixTimestamp64Milli(time)), ${query.events}, ${query.next}) = 2)`],
  ],
  thenNot: (query) => [
    ['arrays', asArrays(query, 'NOT arrayExists')],
    ['anti join', joined(query, 'LEFT ANTI')],
    ['asof join', nearest(query, (found) => `NOT ${found}`)],
  ],
  all: ({ events, others: more, having: aggregate, where }) => [
    ['contacts in', (t) => `SELECT count() FROM contacts WHERE ${where} AND number IN (SELECT contact FROM ${t} WHERE ` +
      `${events}) AND number IN (SELECT contact FROM ${t} WHERE ${more} GROUP BY contact HAVING ${aggregate})`],
    ['events in', (t) => `SELECT count() FROM (SELECT contact FROM ${t} WHERE ${more} AND contact IN (SELECT number FROM ` +
      `contacts WHERE ${where}) AND contact IN (SELECT contact FROM ${t} WHERE ${events}) GROUP BY contact HAVING ${aggregate})`],
    ['purchases in', (t) => `SELECT uniqExact(contact) FROM ${t} WHERE ${events} AND contact IN (SELECT contact FROM ${t} WHERE ` +
      `${more} AND contact IN (SELECT number FROM contacts WHERE ${where}) GROUP BY contact HAVING ${aggregate})`],
  ],
  months: (query) => ['uniqExact', 'groupBitmap'].map((distinct) => [distinct, (t) =>
    `SELECT formatDateTime(month, '%Y-%m'), n, contacts, total FROM (SELECT toStartOfMonth(time) AS month, count() AS n, ` +
    `${distinct}(contact) AS contacts, sum(amount) AS total FROM ${t} WHERE ${query.events} AND ${among(query)} GROUP BY month)`]),
};

// Other words for an aggregate.
const others = {
  'sum-500': [['Decimal32 sum', 'sumWithOverflow(amount) > 500']],
  'sum-department': [['Decimal32 sum', 'sumWithOverflow(amount) >= 200']],
  'average-200': [['Decimal32 sum', 'sumWithOverflow(amount) > 200 * count()']],
  'days-5': [
    ['bitmap', 'groupBitmap(toUInt16(toDate(time))) >= 5'],
    ['bits', 'bitCount(groupBitOr(bitShiftLeft(toUInt128(1), toUInt16(toDate(time)) % 128))) >= 5']],
  'distinct-3': [['uniqUpTo', 'uniqUpTo(3)(product) >= 3'], ['bitmap', 'groupBitmap(product) >= 3']],
};

let clickhouse;

const eventsTable = (contact = 'UInt32') => `(event Enum8(${quotedList(eventTypes)}), contact ${contact},
  time DateTime64(3, 'UTC'), product UInt16, price Decimal(9, 2), quantity UInt8, amount Decimal(9, 2), promo Bool,
  channel Enum8(${quotedList(channels)}), campaign LowCardinality(String))`;

const numberOf = (id) => `toUInt32OrZero(substring(${id}, 2))`;

// Bytes on disk by column of a table in order of contacts.
function bytesOf(table) {
  const columns = clickhouse.rows(`SELECT column, sum(column_data_compressed_bytes) FROM system.parts_columns WHERE active
    AND table = '${table}' GROUP BY column ORDER BY column`);
  const byColumn = Object.fromEntries(columns.map(([column, bytes]) => [column, Number(bytes)]));
  return { total: Object.values(byColumn).reduce((sum, bytes) => sum + bytes, 0), byColumn };
}

// The same once more, of the events that `where` holds for and with the contact as a number or as the text of the file.
function bytesAgain(where, contact) {
  const key = "concat('c', leftPad(toString(contact), 8, '0'))";
  clickhouse.run(`CREATE TABLE again ${eventsTable(contact)} ENGINE = MergeTree ORDER BY (event, contact, time)
    SETTINGS min_bytes_for_wide_part = 0`);
  clickhouse.run(`INSERT INTO again SELECT ${contact === 'String' ? `* REPLACE (${key} AS contact)` : '*'} FROM by_contact
    WHERE ${where}`);
  clickhouse.run('OPTIMIZE TABLE again FINAL');
  const bytes = bytesOf('again');
  clickhouse.run('DROP TABLE again SYNC');
  return bytes;
}

const peer = {
  name: 'ClickHouse',
  variantsOf: (query) => variantsOver(phrasings[query.shape](query)),

  async load(options) {
    clickhouse = new ClickHouse(options);
    const text = (names) => `'${names.map((name) => `${name} String`).join(', ')}'`;
    clickhouse.run(`CREATE TABLE products (number UInt16, department LowCardinality(String), category
      LowCardinality(String)) ENGINE = MergeTree ORDER BY number`);
    clickhouse.run(`INSERT INTO products SELECT ${numberOf('product_id')}, department, category FROM
      file('${fileOf(options, 'products')}', 'CSVWithNames', ${text(['product_id', 'department', 'category'])})`);
    clickhouse.run(`CREATE TABLE contacts (number UInt32, key String, country LowCardinality(String), newsletter Bool,
      ltv Decimal(9, 2), tag_newsletter Bool) ENGINE = MergeTree ORDER BY number`);
    clickhouse.run(`INSERT INTO contacts SELECT ${numberOf('key')}, key, country, newsletter = 'true',
      toDecimal32OrZero(ltv, 2), has(splitByChar('|', tags), 'newsletter') FROM file('${contactsFile(options)}',
      'CSVWithNames', ${text(['key', 'country', 'newsletter', 'ltv', 'tags'])})`);
    const types = { event: `Enum8(${quotedList(eventTypes)})`, time: "DateTime64(3, 'UTC')", price: 'Decimal(9, 2)',
      quantity: 'UInt8', amount: 'Decimal(9, 2)', promo: 'Bool', channel: `Enum8(${quotedList(channels)})` };
    const typed = eventColumns.map((name) => `${name} ${types[name] ?? 'String'}`).join(', ').replaceAll("'", "\\'");
    for (const { table, order } of tables) {
      clickhouse.run(`CREATE TABLE ${table} ${eventsTable()} ENGINE = MergeTree ORDER BY (${order})
        SETTINGS min_bytes_for_wide_part = 0`);
      for (const type of eventTypes) {
        clickhouse.run(`INSERT INTO ${table} SELECT event, ${numberOf('f.key')}, time, toUInt16(${numberOf('f.product')}),
          price, quantity, amount, promo, channel, campaign FROM file('${fileOf(options, type)}', 'CSVWithNames', '${typed}')
          AS f SETTINGS max_threads = ${options.threads}, date_time_input_format = 'best_effort'`);
      }
      clickhouse.run(`OPTIMIZE TABLE ${table} FINAL`);
    }
  },
  async version() { return clickhouse.rows('SELECT version()')[0][0]; },
  async facts() {
    const count = (where) => Number(clickhouse.rows(`SELECT count() FROM by_contact WHERE ${where}`)[0][0]);
    const bytes = (where) => ({ events: count(where), contactAsNumber: bytesAgain(where, 'UInt32'),
      contactAsText: bytesAgain(where, 'String') });
    return { suite: 'behaviour', events: count('1'),
      bytesByType: { purchase: bytes("event = 'purchase'"), all: bytes('1') } };
  },
  async rows(sql, variant) { return clickhouse.rows(sql, variant?.settings); },
  async close() { clickhouse?.close(); },
};

await run(peer, queries, parseOptions('data'));
