// DuckDB in process for the behaviour suite: two tables of the same events, inserted in the order of contacts and of time,
// categories as enums. Each query is phrased in several ways over both, and the fastest counts; ways that were slower
// everywhere are left out. Statements are prepared before they are timed.
import { channels, contactsFile, eventColumns, eventTypes, fileOf, queriesOf, tables, variantsOver } from './behaviour.mjs';
import { DuckDB } from './duckdb_session.mjs';
import { parseOptions, run } from './harness.mjs';
import { quotedList } from './suite.mjs';

// Enums are compared as numbers where the literals are cast, and as text where they are not.
const literal = (column, value) => `'${value}'::${column}_value`;

const queries = queriesOf({
  is: (column, value) => `${column} = ${literal(column, value)}`,
  among: (column, values) => `${column} IN (${values.map((value) => literal(column, value)).join(', ')})`,
  hour: 'hour(time)',
  weekday: 'isodow(time)',
});

const having = (aggregate, query) => (t) =>
  `SELECT count(*) FROM (SELECT contact FROM ${t} WHERE ${query.events} GROUP BY contact HAVING ${aggregate})`;

// Events of the first kind, each joined with those of the second that follow it.
const joined = ({ events, next, within, passed = 'true' }, kind) => (t) =>
  `SELECT count(DISTINCT contact) FROM (SELECT contact, time FROM ${t} WHERE ${events} AND ${passed}) AS a ${kind} JOIN ` +
  `(SELECT contact, time FROM ${t} WHERE ${next}) AS b ON b.contact = a.contact AND b.time > a.time AND ` +
  `b.time <= a.time + ${within}`;
// A prepared ASOF join ends with an internal error of DuckDB 1.5.6.
const notPrepared = { isPrepared: false };
const nearest = ({ events, next, within, passed = 'true' }, found) => (t) =>
  `SELECT count(DISTINCT a.contact) FROM (SELECT contact, time FROM ${t} WHERE ${events} AND ${passed}) AS a ASOF LEFT JOIN ` +
  `(SELECT contact, time FROM ${t} WHERE ${next}) AS b ON a.contact = b.contact AND a.time < b.time ` +
  `WHERE ${found(`b.time <= a.time + ${within}`)}`;
// The next event of the second kind by a window: one pass in the order of each contact's times.
const windowed = ({ events, next, within, passed = 'true' }, found) => (t) =>
  `SELECT count(DISTINCT contact) FROM (SELECT contact, time, ${events} AND ${passed} AS is_first, ` +
  `min(CASE WHEN ${next} THEN time END) OVER (PARTITION BY contact ORDER BY time RANGE BETWEEN INTERVAL 1 MICROSECOND ` +
  `FOLLOWING AND ${within} FOLLOWING) AS following FROM ${t} WHERE (${events}) OR (${next})) WHERE is_first AND ${found}`;

const without = (query) => [
  ['groups', having(query.having, query)],
  ['difference', (t) => `SELECT count(DISTINCT contact) - count(DISTINCT contact) FILTER (${query.other}) FROM ${t} ` +
    `WHERE ${query.events}`],
  ['anti join', (t) => `SELECT count(DISTINCT contact) FROM ${t} WHERE ${query.events} AND contact NOT IN (SELECT contact ` +
    `FROM ${t} WHERE ${query.events} AND ${query.other})`],
  ['contacts in', (t) => `SELECT count(*) FROM contacts WHERE number IN (SELECT contact FROM ${t} WHERE ${query.events}) AND ` +
    `number NOT IN (SELECT contact FROM ${t} WHERE ${query.events} AND ${query.other})`],
];

// Other words for an aggregate.
const others = {
  'days-5': [['days as bits', "bit_count(bit_or(1::HUGEINT << (epoch_ms(time) // 86400000 % 120)::INTEGER)) >= 5"]],
};
// A table of distinct pairs first: a count of distinct values in each group is slow.
const distinctFirst = {
  'days-5': 'CAST(time AS DATE)',
  'distinct-3': 'product',
};
const pairs = (query, value, least) => (t) => `SELECT count(*) FROM (SELECT contact FROM (SELECT DISTINCT contact, ` +
  `${value} AS value FROM ${t} WHERE ${query.events}) GROUP BY contact HAVING count(*) >= ${least})`;

const phrasings = {
  did: ({ events }) => [
    ['count distinct', (t) => `SELECT count(DISTINCT contact) FROM ${t} WHERE ${events}`],
    ['distinct', (t) => `SELECT count(*) FROM (SELECT DISTINCT contact FROM ${t} WHERE ${events})`],
    ['contacts in', (t) => `SELECT count(*) FROM contacts WHERE number IN (SELECT contact FROM ${t} WHERE ${events})`],
  ],
  never: ({ events }) => [
    ['contacts not in', (t) => `SELECT count(*) FROM contacts WHERE number NOT IN (SELECT contact FROM ${t} WHERE ${events})`],
    ['anti join', (t) => `SELECT count(*) FROM contacts ANTI JOIN (SELECT contact FROM ${t} WHERE ${events}) ON number = contact`],
    ['less distinct', (t) => `SELECT (SELECT count(*) FROM contacts) - (SELECT count(DISTINCT contact) FROM ${t} WHERE ${events})`],
  ],
  having: (query) => [
    ['groups', having(query.having, query)],
    ...(others[query.name] ?? []).map(([name, aggregate]) => [name, having(aggregate, query)]),
    ...(distinctFirst[query.name] ? [['pairs', pairs(query, distinctFirst[query.name], query.having.match(/\d+$/)[0])]] : []),
  ],
  without,
  last: (query) => [
    ['groups', having(`arg_max(${query.last}, time)`, query)],
    ['greatest', having(`max(epoch_us(time) * 2 + (${query.last})::INTEGER) % 2 = 1`, query)],
  ],
  then: (query) => [
    ['semi join', joined(query, 'SEMI')],
    ['asof join', nearest(query, (within) => within), notPrepared],
    ['window', windowed(query, 'following IS NOT NULL')],
  ],
  thenNot: (query) => [
    ['anti join', joined(query, 'ANTI')],
    ['asof join', nearest(query, (within) => `(${within}) IS NOT TRUE`), notPrepared],
    ['window', windowed(query, 'following IS NULL')],
  ],
  all: ({ events, others: more, having: aggregate, where }) => [
    ['contacts in', (t) => `SELECT count(*) FROM contacts WHERE ${where} AND number IN (SELECT contact FROM ${t} WHERE ` +
      `${events}) AND number IN (SELECT contact FROM ${t} WHERE ${more} GROUP BY contact HAVING ${aggregate})`],
    ['events in', (t) => `SELECT count(*) FROM (SELECT contact FROM ${t} WHERE ${more} AND contact IN (SELECT number FROM ` +
      `contacts WHERE ${where}) AND contact IN (SELECT contact FROM ${t} WHERE ${events}) GROUP BY contact HAVING ${aggregate})`],
  ],
  months: (query) => [
    ['groups', (t) => `SELECT strftime(month, '%Y-%m'), n, contacts, total FROM (SELECT date_trunc('month', time) AS month, ` +
      `count(*) AS n, count(DISTINCT contact) AS contacts, sum(amount) AS total FROM ${t} WHERE ${query.events} AND contact IN ` +
      `(SELECT number FROM contacts WHERE ${query.where}) GROUP BY month)`],
    ['pairs', (t) => `SELECT strftime(month, '%Y-%m'), sum(n)::BIGINT, count(*), sum(total) FROM (SELECT ` +
      `date_trunc('month', time) AS month, contact, count(*) AS n, sum(amount) AS total FROM ${t} WHERE ${query.events} AND ` +
      `contact IN (SELECT number FROM contacts WHERE ${query.where}) GROUP BY month, contact) GROUP BY month`],
  ],
};

let duckdb;

const peer = {
  name: 'DuckDB',
  variantsOf: (query) => variantsOver(phrasings[query.shape](query)),

  async load(options) {
    duckdb = await DuckDB.open(options);
    const csv = (file) => `read_csv('${file}', header = true, all_varchar = true)`;
    const enumOf = (column, file) => duckdb.run(`CREATE TYPE ${column}_value AS ENUM (SELECT DISTINCT ${column} FROM
      ${csv(file)} WHERE ${column} IS NOT NULL ORDER BY 1)`);
    await duckdb.run(`CREATE TYPE event_value AS ENUM (${quotedList(eventTypes)})`);
    await duckdb.run(`CREATE TYPE channel_value AS ENUM (${quotedList(channels)})`);
    await enumOf('department', fileOf(options, 'products'));
    await enumOf('category', fileOf(options, 'products'));
    await enumOf('country', contactsFile(options));
    await enumOf('campaign', fileOf(options, 'open'));
    await duckdb.run(`CREATE TABLE products AS SELECT product_id[2:]::USMALLINT AS number, department::department_value AS
      department, category::category_value AS category FROM ${csv(fileOf(options, 'products'))}`);
    await duckdb.run(`CREATE TABLE contacts AS SELECT key[2:]::UINTEGER AS number, key, country::country_value AS country,
      newsletter::BOOLEAN AS newsletter, ltv::DECIMAL(9,2) AS ltv,
      coalesce(list_contains(string_split(tags, '|'), 'newsletter'), false) AS tag_newsletter
      FROM ${csv(contactsFile(options))} ORDER BY number`);
    const types = { key: 'VARCHAR', event: 'event_value', time: 'TIMESTAMP', product: 'VARCHAR', price: 'DECIMAL(9,2)',
      quantity: 'UTINYINT', amount: 'DECIMAL(9,2)', promo: 'BOOLEAN', channel: 'channel_value', campaign: 'VARCHAR' };
    const typed = eventColumns.map((name) => `'${name}': '${types[name]}'`).join(', ');
    const files = eventTypes.map((type) => `'${fileOf(options, type)}'`).join(', ');
    const [first, second] = tables;
    await duckdb.run(`CREATE TABLE ${first.table} AS SELECT event, key[2:]::UINTEGER AS contact, time,
      coalesce(product[2:]::USMALLINT, 0) AS product, price, quantity, amount, promo, channel,
      campaign::campaign_value AS campaign
      FROM read_csv([${files}], header = true, columns = {${typed}}) ORDER BY ${first.order}`);
    await duckdb.run(`CREATE TABLE ${second.table} AS SELECT * FROM ${first.table} ORDER BY ${second.order}`);
    await duckdb.run('CHECKPOINT');
  },
  async version() { return (await this.rows('SELECT version()'))[0][0]; },
  async facts() {
    return { suite: 'behaviour', events: Number((await this.rows('SELECT count(*) FROM by_contact'))[0][0]) };
  },
  async rows(sql, variant) { return duckdb.rows(sql, variant?.isPrepared); },
  async close() { duckdb?.close(); },
};

await run(peer, queries, parseOptions('data'));
