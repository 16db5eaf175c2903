// ClickHouse in process (chdb): two MergeTree tables of the same rows, one in order of keys and one in the order that its
// documentation recommends, by columns of few values that queries filter on, those of fewest first. As it recommends as
// well, none has nullable columns: a missing string is empty, a missing number one that no contact has, a missing flag 2.
// Tags stand there as a column of 0 and 1 each and, in the first one, as an array, which is slower in both. For each query
// the fastest of the three counts.
// No other index skips anything: one of 8,192 rows, the smallest part that an index leaves out, holds hundreds of the text
// that is looked for, and some of every tag but the rarest.
import { ClickHouse } from './clickhouse_session.mjs';
import { parseOptions, run } from './harness.mjs';
import { Translator, percentiles, queries, quotedList, usedTags } from './suite.mjs';

const columnOf = (tag) => `\`tag ${tag}\``;
const missing = { ltv: '-1', score: '-1', birthday: "'1900-01-01'", last_order: "'1900-01-01'", last_visit: '0' };

const shared = {
  flag: (field) => `${field} = 1`,
  isNull: (field) => `${field} = ${missing[field]}`,
  number: (p) => `(${p})`,
  // The name of a test is known when it is asked for: no column can hold its buckets.
  bucket: (p) => `xxh3(concat('${p.bucket}', '\\0', key)) % 10000 < ${p.below}`,
};
const columns = new Translator({
  ...shared,
  tag: (tag) => `${columnOf(tag)} = 1`,
  any: (tags) => `(${tags.map((tag) => `${columnOf(tag)} = 1`).join(' OR ')})`,
});
const arrays = new Translator({
  ...shared,
  tag: (tag) => `has(tags, '${tag}')`,
  any: (tags) => `hasAny(tags, [${quotedList(tags)}])`,
});

// quantilesExact takes the number at the place floor(level * n); just below the level, that is the nearest rank.
const levels = percentiles.map((p) => p / 100 - 1e-11);

function sqlOf(translator, table, query, options) {
  const where = query.where && translator.where(query.where);
  switch (query.task) {
    case 'count': return `SELECT count() FROM ${table} WHERE ${where}`;
    case 'countMany':
      return `SELECT ${query.wheres.map((p) => `countIf(${translator.where(p)})`).join(', ')} FROM ${table}`;
    case 'breakdown':
      return `SELECT ${query.fields.join(', ')}, count() FROM ${table} WHERE ${where} GROUP BY ${query.fields.join(', ')}`;
    case 'statistics': {
      const [field] = query.fields;
      const held = `${field} <> ${missing[field]}`;
      return `SELECT n, absent, total, ${percentiles.map((_, i) => `q[${i + 1}]`).join(', ')} FROM (SELECT countIf(${held}) ` +
        `AS n, countIf(NOT (${held})) AS absent, sumIf(${field}, ${held}) AS total, ` +
        `quantilesExactIf(${levels.join(', ')})(${field}, ${held}) AS q FROM ${table} WHERE ${where})`;
    }
    case 'overlap':
      return `SELECT ${translator.mask(query.wheres)} AS mask, count() FROM ${table} GROUP BY mask`;
    default: {
      const list = `SELECT ${query.fields.join(', ')} FROM ${table} WHERE ${where}`;
      if (query.limit) return `${list} ORDER BY key LIMIT ${query.limit}`;
      return `INSERT INTO FUNCTION file('${options.listFile}', 'TabSeparatedRaw') ${list}`;
    }
  }
}

const variant = (name, translator, table) =>
  ({ name, sql: (query, options) => sqlOf(translator, table, query, options) });

// What the suite's queries filter on most, of two values to 250. A country narrows the cities that follow it.
const order = [...['newsletter', 'klient'].map(columnOf), 'newsletter', 'gender', 'country', 'city', 'key'];

let clickhouse;

const peer = {
  name: 'ClickHouse',
  tabbedLists: true,
  variants: [
    variant('tags as columns', columns, 'contacts'),
    variant('tags as arrays', arrays, 'contacts'),
    variant('tags as columns, ordered by what is filtered on', columns, 'ordered'),
  ],
  why: () => 'it has no such function',

  async load(options) {
    clickhouse = new ClickHouse(options);
    const low = 'LowCardinality(String)';
    const tags = usedTags.map((tag) => `${columnOf(tag)} UInt8 MATERIALIZED has(tags, '${tag}')`).join(', ');
    clickhouse.run(`CREATE TABLE contacts (key String, email String, first_name ${low}, last_name ${low}, gender ${low},
      country ${low}, city ${low}, language ${low}, birthday Date32, signup DateTime, last_visit DateTime, source ${low},
      tags Array(${low}), interests Array(${low}), plan ${low}, newsletter UInt8, sms_consent UInt8, ltv Decimal64(2),
      orders UInt32, last_order Date32, score Int16, note String, store ${low}, ${tags})
      ENGINE = MergeTree ORDER BY key`);
    const split = (field) => `arrayFilter(x -> x <> '', splitByChar('|', c.${field}))`;
    const orElse = (field, type) => `if(c.${field} = '', to${type}(${missing[field]}), to${type}(c.${field}))`;
    const flag = (field) => `multiIf(c.${field} = 'true', 1, c.${field} = 'false', 0, 2)`;
    const time = (field) => `if(c.${field} = '', toDateTime(0), parseDateTimeBestEffort(c.${field}, 'UTC'))`;
    const names = 'key,email,first_name,last_name,gender,country,city,language,birthday,signup,last_visit,source,tags,' +
      'interests,plan,newsletter,sms_consent,ltv,orders,last_order,score,note,store';
    clickhouse.run(`INSERT INTO contacts SELECT key, email, first_name, last_name, gender, country, city, language,
      if(c.birthday = '', toDate32(${missing.birthday}), toDate32(c.birthday)), ${time('signup')}, ${time('last_visit')},
      source, ${split('tags')}, ${split('interests')}, plan, ${flag('newsletter')}, ${flag('sms_consent')},
      if(c.ltv = '', toDecimal64(-1, 2), toDecimal64(c.ltv, 2)), toUInt32(c.orders),
      if(c.last_order = '', toDate32(${missing.last_order}), toDate32(c.last_order)),
      ${orElse('score', 'Int16')}, note, store
      FROM file('${options.csv}', 'CSVWithNames', '${names.split(',').map((name) => `${name} String`).join(', ')}') AS c`);
    clickhouse.run('OPTIMIZE TABLE contacts FINAL');
    clickhouse.run(`CREATE TABLE ordered AS contacts ENGINE = MergeTree ORDER BY (${order.join(', ')})`);
    clickhouse.run('INSERT INTO ordered SELECT * FROM contacts');
    clickhouse.run('OPTIMIZE TABLE ordered FINAL');
  },
  async version() { return clickhouse.rows('SELECT version()')[0][0]; },
  async rows(sql) { return clickhouse.rows(sql); },
  async close() { clickhouse?.close(); },
};

await run(peer, queries, parseOptions());
