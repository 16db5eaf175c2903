// ClickHouse in process (chdb) for the behaviour suite: two MergeTrees of the same events, ordered by contact and by time.
// As in clickhouse.mjs nothing is nullable: a missing string is empty, a missing number 0. Each query is phrased in several
// ways over both tables, and the fastest counts. Slower everywhere, and left out: groups in order of contacts, arrays of a
// contact's times, window functions, a dictionary of products.
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

const having = (aggregate, query) => (t) =>
  `SELECT count() FROM (SELECT contact FROM ${t} WHERE ${query.events} GROUP BY contact HAVING ${aggregate})`;
// Without the index of an IN over a column of the order, which costs more than it saves where most contacts are in.
const withoutIndex = { settings: ', use_index_for_in_with_subqueries = 0' };
// A merge of two sides in order of contacts, without a hash table.
const merging = { settings: ", join_algorithm = 'full_sorting_merge'" };

const firsts = ({ events, passed = '1' }, t) => `(SELECT contact, time FROM ${t} WHERE ${events} AND ${passed}) AS a`;
const seconds = ({ next }, t) => `(SELECT contact, time FROM ${t} WHERE ${next}) AS b`;
// Each event of the first kind with any one of the second that follows it in time.
const joined = (query, kind) => (t) =>
  `SELECT uniqExact(a.contact) FROM ${firsts(query, t)} ${kind} JOIN ${seconds(query, t)} ON a.contact = b.contact AND ` +
  `b.time > a.time AND b.time <= a.time + ${query.within}`;
// Each with the next one, whose time is 1970 where a LEFT join finds none.
const nearest = (query, kind, not = '') => (t) =>
  `SELECT uniqExact(a.contact) FROM ${firsts(query, t)} ${kind} JOIN ${seconds(query, t)} ON a.contact = b.contact AND ` +
  `a.time < b.time WHERE ${not}(b.time > a.time AND b.time <= a.time + ${query.within})`;

// Other words for an aggregate. A Decimal32 that overflows stays one, and the sums of one contact are far from that.
const others = {
  'sum-500': [['Decimal32 sum', 'sumWithOverflow(amount) > 500']],
  'sum-department': [['Decimal32 sum', 'sumWithOverflow(amount) >= 200']],
  'average-200': [['Decimal32 sum of differences', 'sumWithOverflow(amount - 200) > 0']],
  'days-5': [
    ['uniqUpTo', 'uniqUpTo(5)(toDate(time)) >= 5'],
    ['bits', 'bitCount(groupBitOr(bitShiftLeft(toUInt128(1), toUInt16(toDate(time)) % 128))) >= 5']],
  'distinct-3': [['uniqUpTo', 'uniqUpTo(3)(product) >= 3']],
};
// What is counted, so that distinct pairs can be found first.
const distinct = { 'days-5': ['toDate(time)', 5], 'distinct-3': ['product', 3] };
const pairs = (query, [value, least]) => ['distinct pairs', (t) => 'SELECT count() FROM (SELECT contact FROM (SELECT ' +
  `DISTINCT contact, ${value} AS value FROM ${t} WHERE ${query.events}) GROUP BY contact HAVING count() >= ${least})`];

const phrasings = {
  did: ({ events }) => [
    ['uniqExact', (t) => `SELECT uniqExact(contact) FROM ${t} WHERE ${events}`],
    ['bitmap', (t) => `SELECT groupBitmap(contact) FROM ${t} WHERE ${events}`],
    ['distinct', (t) => `SELECT count() FROM (SELECT DISTINCT contact FROM ${t} WHERE ${events})`],
  ],
  never: ({ events }) => [
    ['contacts not in', (t) => `SELECT count() FROM contacts WHERE number NOT IN (SELECT contact FROM ${t} WHERE ${events})`],
    ['less bitmap', (t) => `SELECT (SELECT count() FROM contacts) - (SELECT groupBitmap(contact) FROM ${t} WHERE ${events})`],
  ],
  count: (query) => [
    ['groups', having(query.having, query)],
    // The last of so many of each contact, which needs no hash table.
    ['limit by', (t) => `SELECT count() FROM (SELECT contact FROM ${t} WHERE ${query.events} ORDER BY contact LIMIT 1 ` +
      `OFFSET ${query.least - 1} BY contact)`],
  ],
  having: (query) => [
    ['groups', having(query.having, query)],
    ...(others[query.name] ?? []).map(([name, aggregate]) => [`groups, ${name}`, having(aggregate, query)]),
    ...(distinct[query.name] ? [pairs(query, distinct[query.name])] : []),
  ],
  without: (query) => [
    ['groups', having(query.having, query)],
    ['bitmaps', (t) => `SELECT groupBitmap(contact) - groupBitmapIf(contact, ${query.other}) FROM ${t} WHERE ${query.events}`],
  ],
  last: (query) => [
    ['argMax', having(`argMax(${query.last}, time)`, query)],
    ['limit by', (t) => `SELECT count() FROM (SELECT contact, channel FROM ${t} WHERE ${query.events} ORDER BY contact ` +
      `DESC, time DESC LIMIT 1 BY contact) WHERE ${query.last}`],
  ],
  // Not windowFunnel: it leaves out some contacts whose sequence begins again before it ends, 6 of 10 million.
  then: (query) => [
    ['semi join', joined(query, 'LEFT SEMI')],
    ['asof join', nearest(query, 'ASOF')],
    ['asof join, merging', nearest(query, 'ASOF'), merging],
  ],
  thenNot: (query) => [
    ['anti join', joined(query, 'LEFT ANTI')],
    ['asof join', nearest(query, 'ASOF LEFT', 'NOT ')],
    ['asof join, merging', nearest(query, 'ASOF LEFT', 'NOT '), merging],
  ],
  all: ({ events, others: more, having: aggregate, where }) => {
    const opens = (t, whose) => `SELECT contact FROM ${t} WHERE ${more}${whose} GROUP BY contact HAVING ${aggregate}`;
    const buyers = (t) => `contact IN (SELECT contact FROM ${t} WHERE ${events})`;
    const members = `contact IN (SELECT number FROM contacts WHERE ${where})`;
    return [
      ['contacts in', (t) => `SELECT count() FROM contacts WHERE ${where} AND number IN (SELECT contact FROM ${t} WHERE ` +
        `${events}) AND number IN (${opens(t, '')})`, withoutIndex],
      ['events in', (t) => `SELECT count() FROM (${opens(t, ` AND ${members} AND ${buyers(t)}`)})`, withoutIndex],
    ];
  },
  months: (query) => {
    const sql = (t) => 'SELECT formatDateTime(month, \'%Y-%m\'), n, contacts, total FROM (SELECT toStartOfMonth(time) AS ' +
      `month, count() AS n, uniqExact(contact) AS contacts, sum(amount) AS total FROM ${t} WHERE ${query.events} AND ` +
      `contact IN (SELECT number FROM contacts WHERE ${query.where}) GROUP BY month)`;
    return [['groups', sql], ['groups, index unused', sql, withoutIndex]];
  },
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
    const bytesByType = Object.fromEntries(eventTypes.map((type) => [type, bytes(`event = '${type}'`)]));
    return { suite: 'behaviour', events: count('1'), bytesByType: { ...bytesByType, all: bytes('1') } };
  },
  async rows(sql, variant) { return clickhouse.rows(sql, variant?.settings); },
  async close() { clickhouse?.close(); },
};

await run(peer, queries, parseOptions('data'));
