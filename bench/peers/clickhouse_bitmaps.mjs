// ClickHouse in process (chdb) with a bitmap for each value: states of groupBitmap, combined by its bitmap functions.
// For boolean queries of values alone, a small count (orders) among them; numbers are the columns' (clickhouse.mjs).
import { ClickHouse } from './clickhouse_session.mjs';
import { parseOptions, run } from './harness.mjs';
import { queries, quotedList } from './suite.mjs';

const select = (field, values) =>
  `(SELECT groupBitmapMergeState(contacts) FROM bitmaps WHERE field = '${field}' AND value IN (${quotedList(values)}))`;
const live = select('live', ['']);
const selectFrom = (field, least) => `(SELECT groupBitmapMergeState(contacts) FROM bitmaps WHERE field = '${field}' AND ` +
  `toUInt32OrZero(value) >= ${least})`;

// The bitmap of a predicate, or null where there is none.
function bitmapOf(p) {
  if (p.tag) return select('tags', [p.tag]);
  if (p.any) return select('tags', p.any);
  if (p.in) return select(p.field, p.in);
  if (p.from && p.field === 'orders') return selectFrom(p.field, p.from);
  if (p.flag) return select(p.flag, ['true']);
  if (p.isNull) return select(p.isNull, ['']);
  if (p.endsWith) {
    return `(SELECT groupBitmapMergeState(contacts) FROM bitmaps WHERE field = '${p.field}' AND value LIKE ` +
      `'%${p.endsWith}')`;
  }
  if (p.not) return combined('bitmapAndnot', live, bitmapOf(p.not));
  if (p.all) return folded(p.all, false);
  return null;
}

const combined = (name, a, b) => (a === null || b === null ? null : `${name}(${a}, ${b})`);

// An AND from left to right; the last operation only counts where `counts`.
function folded(operands, counts) {
  const wanted = operands.filter((p) => !p.not);
  const excluded = operands.filter((p) => p.not);
  const steps = [...wanted.slice(1).map((p) => ['bitmapAnd', p]), ...excluded.map((p) => ['bitmapAndnot', p.not])];
  return steps.reduce((bitmap, [name, p], i) => {
    const counting = counts && i === steps.length - 1;
    return combined(counting ? `${name}Cardinality` : name, bitmap, bitmapOf(p));
  }, bitmapOf(wanted[0]));
}

function countOf(p) {
  if (p.all) return folded(p.all, true);
  if (p.not) return combined('bitmapAndnotCardinality', live, bitmapOf(p.not));
  const bitmap = bitmapOf(p);
  return bitmap === null ? null : `bitmapCardinality(${bitmap})`;
}

function sqlOf(query) {
  if (query.class !== 'boolean') return null;
  const counts = (query.wheres ?? [query.where]).map(countOf);
  return counts.includes(null) ? null : `SELECT ${counts.join(', ')}`;
}

let clickhouse;

const peer = {
  name: 'ClickHouse bitmaps',
  variants: [{ name: 'groupBitmap states', sql: sqlOf }],
  why: () => 'it needs more than the bitmaps of values',

  async load(options) {
    clickhouse = new ClickHouse(options);
    clickhouse.run(`CREATE TABLE bitmaps (field LowCardinality(String), value String, contacts
      AggregateFunction(groupBitmap, UInt32)) ENGINE = AggregatingMergeTree ORDER BY (field, value)
      SETTINGS index_granularity = 1`);  // a state is large: reading one must not read its neighbours
    const names = ['gender', 'country', 'city', 'source', 'plan', 'newsletter', 'sms_consent', 'last_name', 'last_visit',
      'orders'];
    const header = 'key,email,first_name,last_name,gender,country,city,language,birthday,signup,last_visit,source,tags,' +
      'interests,plan,newsletter,sms_consent,ltv,orders,last_order,score,note,store';
    const file = `file('${options.csv}', 'CSVWithNames', '${header.split(',').map((name) => `${name} String`).join(', ')}')`;
    const add = (field, value, where = '1') => clickhouse.run(`INSERT INTO bitmaps SELECT '${field}', ${value} AS value,
      groupBitmapState(toUInt32(substring(key, 2))) FROM ${file} WHERE ${where} GROUP BY value`);
    add('live', "''");
    add('tags', "arrayJoin(splitByChar('|', tags))");
    for (const name of names) add(name, name, name === 'last_visit' ? "last_visit = ''" : '1');
    clickhouse.run('OPTIMIZE TABLE bitmaps FINAL');
  },
  async version() { return clickhouse.rows('SELECT version()')[0][0]; },
  async rows(sql) { return clickhouse.rows(sql); },
  async close() { clickhouse?.close(); },
};

await run(peer, queries, parseOptions());
