// DuckDB in process for the behaviour suite: two tables of the same events, inserted in the order of contacts and of time,
// categories as enums. Each query is phrased in several ways over both, and the fastest counts. Slower everywhere, and
// left out: window functions, and for `did` the contacts IN those of the events. Statements are prepared before they are
// timed.
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

// Up to so many bits of a group's key an array takes the place of the hash table: enough for all contacts' numbers.
const perfect = { perfectBits: 26 };
// A phrasing with a hash table and with an array.
const bothWays = (name, sql) => [[name, sql], [`${name}, perfect hash`, sql, perfect]];

// How many contacts there are among rows: groups, since DISTINCT knows no such array.
const groups = (t, events) => `SELECT count(*) FROM (SELECT contact FROM ${t} WHERE ${events} GROUP BY contact)`;
// The same by a bit each.
const bits = (options, filter = '') => `bit_count(bitstring_agg(contact, 0, ${options.contacts})${filter})`;

const firsts = ({ events, passed = 'true' }, t) => `(SELECT contact, time FROM ${t} WHERE ${events} AND ${passed}) AS a`;
const seconds = ({ next }, t) => `(SELECT contact, time FROM ${t} WHERE ${next}) AS b`;
// Each event of the first kind, joined with those of the second that follow it in time.
const joined = (query, kind) => (t) =>
  `SELECT count(DISTINCT contact) FROM ${firsts(query, t)} ${kind} JOIN ${seconds(query, t)} ON b.contact = a.contact AND ` +
  `b.time > a.time AND b.time <= a.time + ${query.within}`;
// Each with the next one. A prepared ASOF join ends with an internal error of DuckDB 1.5.6.
const notPrepared = { isPrepared: false };
const nearest = (query, not = '') => (t) =>
  `SELECT count(DISTINCT a.contact) FROM ${firsts(query, t)} ASOF LEFT JOIN ${seconds(query, t)} ON a.contact = b.contact ` +
  `AND a.time < b.time WHERE (b.time <= a.time + ${query.within}) IS ${not}TRUE`;

// Other words for an aggregate: sums of integers are faster than those of decimals.
const cents = 'sum((amount * 100)::INTEGER)';
const others = {
  'sum-500': [['sum of cents', `${cents} > 50000`]],
  'sum-department': [['sum of cents', `${cents} >= 20000`]],
  'average-200': [['sum of cents', `${cents} > 20000 * count(*)`]],
  'days-5': [['days as bits', 'bit_count(bit_or(1::HUGEINT << (epoch_ms(time) // 86400000 % 120)::INTEGER)) >= 5']],
};
// What is counted, so that distinct pairs can be found first: of all contacts, and of those with enough events at all.
const distinct = { 'days-5': ['CAST(time AS DATE)', 5], 'distinct-3': ['product', 3] };
const pairs = (query, [value, least]) => {
  const frequent = (t) => ` AND contact IN (SELECT contact FROM ${t} WHERE ${query.events} GROUP BY contact HAVING ` +
    `count(*) >= ${least})`;
  const sql = (t, whose) => `SELECT count(*) FROM (SELECT contact FROM (SELECT DISTINCT contact, ${value} AS value FROM ` +
    `${t} WHERE ${query.events}${whose}) GROUP BY contact HAVING count(*) >= ${least})`;
  return [...bothWays('pairs', (t) => sql(t, '')), ...bothWays('pairs of the frequent', (t) => sql(t, frequent(t)))];
};

const phrasings = {
  did: ({ events }) => [
    ['count distinct', (t) => `SELECT count(DISTINCT contact) FROM ${t} WHERE ${events}`],
    ...bothWays('groups', (t) => groups(t, events)),
    ['bits', (t, options) => `SELECT ${bits(options)} FROM ${t} WHERE ${events}`],
  ],
  never: ({ events }) => [
    ['contacts not in', (t) => `SELECT count(*) FROM contacts WHERE number NOT IN (SELECT contact FROM ${t} WHERE ${events})`],
    ...bothWays('less groups', (t) => `SELECT (SELECT count(*) FROM contacts) - (${groups(t, events)})`),
    ['less bits', (t, options) => `SELECT (SELECT count(*) FROM contacts) - (SELECT ${bits(options)} FROM ${t} ` +
      `WHERE ${events})`],
  ],
  count: (query) => bothWays('groups', having(query.having, query)),
  having: (query) => [
    ...bothWays('groups', having(query.having, query)),
    ...(others[query.name] ?? []).flatMap(([name, aggregate]) => bothWays(name, having(aggregate, query))),
    ...(distinct[query.name] ? pairs(query, distinct[query.name]) : []),
  ],
  without: (query) => [
    ...bothWays('groups', having(query.having, query)),
    ['difference, perfect hash', (t) => `SELECT (${groups(t, query.events)}) - ` +
      `(${groups(t, `${query.events} AND ${query.other}`)})`, perfect],
    ['difference of bits', (t, options) => `SELECT ${bits(options)} - ${bits(options, ` FILTER (${query.other})`)} FROM ` +
      `${t} WHERE ${query.events}`],
  ],
  last: (query) => [
    ['arg_max', having(`arg_max(${query.last}, time)`, query)],
    ...bothWays('greatest', having(`max(epoch_us(time) * 2 + (${query.last})::INTEGER) % 2 = 1`, query)),
  ],
  then: (query) => [['semi join', joined(query, 'SEMI')], ['asof join', nearest(query), notPrepared]],
  thenNot: (query) => [['anti join', joined(query, 'ANTI')], ['asof join', nearest(query, 'NOT '), notPrepared]],
  all: ({ events, others: more, having: aggregate, where }) => {
    const opens = (t, whose) => `SELECT contact FROM ${t} WHERE ${more}${whose} GROUP BY contact HAVING ${aggregate}`;
    const buyers = (t) => `contact IN (SELECT contact FROM ${t} WHERE ${events})`;
    const members = `contact IN (SELECT number FROM contacts WHERE ${where})`;
    return [
      ...bothWays('contacts in', (t) => `SELECT count(*) FROM contacts WHERE ${where} AND number IN (SELECT contact FROM ` +
        `${t} WHERE ${events}) AND number IN (${opens(t, '')})`),
      ...bothWays('events in', (t) => `SELECT count(*) FROM (${opens(t, ` AND ${members} AND ${buyers(t)}`)})`),
    ];
  },
  months: (query) => {
    const rows = (t) => `FROM ${t} WHERE ${query.events} AND contact IN (SELECT number FROM contacts WHERE ${query.where})`;
    return [
      ['groups', (t) => `SELECT strftime(month, '%Y-%m'), n, contacts, total FROM (SELECT date_trunc('month', time) AS ` +
        `month, count(*) AS n, count(DISTINCT contact) AS contacts, sum(amount) AS total ${rows(t)} GROUP BY month)`],
      ['pairs', (t) => `SELECT strftime(month, '%Y-%m'), sum(n)::BIGINT, count(*), sum(total) FROM (SELECT ` +
        `date_trunc('month', time) AS month, contact, count(*) AS n, sum(amount) AS total ${rows(t)} ` +
        'GROUP BY month, contact) GROUP BY month'],
    ];
  },
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
  async rows(sql, variant) { return duckdb.rows(sql, variant); },
  async close() { duckdb?.close(); },
};

await run(peer, queries, parseOptions('data'));
